"""The diary as people use it: a weekly visit, a register, and an alarm that somebody hears."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from cases.models import Contact
from diary.models import Appointment, LoneVisit
from parenting2000.jobs import raise_alarms_of_lone_workers
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory, PersonFactory, ServiceMemberFactory
from tests.factories.diary import (
    AppointmentFactory,
    DutyTurnFactory,
    GroupFactory,
    RoomFactory,
    SessionFactory,
)
from tests.journeys.charity import Charity, Family, a_family
from tests.journeys.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def first_tuesday(after: date) -> date:
    return after + timedelta(days=(1 - after.weekday()) % 7 or 7)


def test_a_weekly_visit_is_arranged_one_moved_and_what_came_of_one_is_a_contact(
    visitor, charity: Charity
):
    family = a_family(charity)
    dean = visitor(javascript=False)
    dean.signs_in(charity.caseworker)
    day = first_tuesday(timezone.localdate() + timedelta(days=7))

    when_a_weekly_visit_is_arranged(dean, family, day)
    when_the_second_is_moved_to_the_afternoon(dean, day)
    when_the_time_of_one_has_come_it_becomes_a_contact(dean, charity, family)


def when_a_weekly_visit_is_arranged(dean: Visitor, family: Family, day: date) -> None:
    dean.opens(family.case.get_absolute_url())
    dean.follows("Appointments")
    dean.follows("Arrange something")
    dean.chooses("What kind", "Home visit")
    dean.writes_day("Day", day)
    dean.writes("Time it begins", "10am")
    dean.chooses("Where", "At the family’s home")
    dean.chooses("Does it repeat", "Every week")
    dean.presses("Put it into the diary")
    # Something is missing: everything typed is still there.
    dean.is_answered(422)
    dean.reads("Write how many times it takes place.")
    assert dean.has_written("Time it begins") == "10am"
    dean.chooses("With whom", "Amelia Hart")
    dean.writes("How many times", "3")
    dean.presses("Put it into the diary")
    dean.reads("is arranged, for Tuesday")
    dean.reads("Every week, 2 more planned after this")
    assert Appointment.objects.count() == 3


def when_the_second_is_moved_to_the_afternoon(dean: Visitor, day: date) -> None:
    dean.opens(f"/casework/diary/?view=day&on={day + timedelta(days=7)}")
    dean.reads("Amelia Hart")
    dean.page.get_by_role("link", name=re.compile("^Home visit")).click()
    dean.follows("Move or change")
    dean.writes("Time it begins", "14:30")
    dean.presses("Save the change")
    dean.reads("is changed")
    dean.reads("2:30pm to 3:30pm")
    dean.follows("Diary")
    dean.follows("My diary")
    times = Appointment.objects.order_by("starts").values_list("starts", flat=True)
    assert [timezone.localtime(one).hour for one in times] == [10, 14, 10]


def when_the_time_of_one_has_come_it_becomes_a_contact(
    dean: Visitor, charity: Charity, family: Family
) -> None:
    visit = AppointmentFactory(
        service=charity.family_support,
        case=family.case,
        starts=timezone.now() - timedelta(hours=2),
        people=[family.mother],
        recorded_by=charity.caseworker,
    )
    before = Contact.objects.count()
    dean.opens(visit.get_absolute_url())
    dean.follows("Write down what became of it")
    assert dean.has_written("How long, in minutes") == "60"
    assert dean.has_written("Where") == "At the family’s home"
    dean.writes("What was said and done", "The new bedtime works.")
    dean.presses("Save the contact")
    dean.reads("Took place")
    # Back in the browser: the form is not offered a second time.
    dean.page.go_back()
    dean.is_answered(409)
    dean.reads("is “Took place” already")
    assert Contact.objects.count() == before + 1
    dean.opens(family.case.get_absolute_url())
    dean.reads("The new bedtime works.")


def test_a_register_of_a_group_is_one_page_and_a_contact_for_each(visitor, charity: Charity):
    mothers = [PersonFactory(given_names=name, family_name="Roe") for name in ("Ada", "Bea")]
    group = GroupFactory(service=charity.family_support, name="Little steps", drop_in=True)
    priya = visitor(viewport=PHONE)
    priya.signs_in(charity.manager)
    for mother in mothers:
        CaseFactory(service=charity.family_support, people=[mother])
        priya.opens(group.get_absolute_url())
        priya.follows("Add somebody")
        priya.writes("Reference of the person", mother.reference)
        priya.presses("Add")
        priya.reads(f"{mother} belongs to Little steps.")
    session = SessionFactory(
        group=group,
        starts=timezone.now() - timedelta(minutes=30),
        room=RoomFactory(name="Bluebell room"),
        recorded_by=charity.caseworker,
    )
    priya.opens(session.get_absolute_url())
    priya.follows("Register")
    priya.chooses("Ada Roe", "Came")
    priya.chooses("Bea Roe", "Did not come")
    priya.writes("What was done", "We sang.")
    assert priya.sideways() <= 0
    priya.presses("Save the register")
    priya.reads("The register is saved: 2 new in it.")
    priya.follows("Count somebody without a case")
    priya.writes("Children", "2")
    priya.presses("Count them")
    priya.reads("3 counted.")
    outcomes = {str(one.people.get()): one.outcome for one in Contact.objects.filter(kind="group")}
    assert outcomes == {"Ada Roe": "attended", "Bea Roe": "did_not_attend"}


def test_an_alarm_reaches_whoever_is_on_duty_with_every_browser_closed(
    visitor, charity: Charity, worker, smtp
):
    nia = UserFactory(full_name="Nasreen Malik", roles=[Role.CASEWORKER])
    ServiceMemberFactory(service=charity.counselling, user=nia)
    DutyTurnFactory(worker=nia, rank=1)
    dean = visitor(viewport=PHONE, javascript=False)
    dean.signs_in(charity.caseworker)
    dean.follows("Diary")
    dean.follows("Going alone")
    dean.reads("On duty now: Nasreen Malik")
    dean.writes("Where you go", "12 Sample Street")
    back_by = timezone.localtime() + timedelta(hours=1)
    dean.writes("By when you will check in", f"{back_by:%H:%M}")
    dean.writes("Number on which you can be called", "07700 900123")
    dean.presses("I am leaving")
    dean.reads("Go safely.")
    dean.page.close()

    out = LoneVisit.objects.get()
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        raise_alarms_of_lone_workers(timestamp=0)
    worker()
    (letter,) = smtp.to(nia.email)
    assert "ALARM" in str(letter["Subject"])
    assert "12 Sample Street" not in letter.get_content()
    assert out.get_absolute_url() in letter.get_content()

    nasreen = visitor()
    nasreen.signs_in(nia)
    nasreen.opens(out.get_absolute_url())
    nasreen.reads("has not checked in")
    nasreen.reads("07700 900123")
    nasreen.presses("I look after it")
    nasreen.reads("Nobody else is called.")
    nasreen.writes(
        "What had happened, and how you know that they are safe", "Flat battery. We spoke."
    )
    nasreen.presses("They are safe")
    nasreen.reads("Written down: safe.")
    assert LoneVisit.objects.get().status == "safe"
    assert Notice.objects.filter(to=nia).count() == 1
