"""Groups and registers: one contact for each person, in their own case, however often it is sent."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions import cases
from cases.models import Contact
from core.errors import LogUnavailable, Refused
from diary.actions import appointments, groups
from diary.actions.groups import Line
from diary.models import Attendance, Group, GroupMember
from diary.workflow import AppointmentStatus
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import CaseFactory, PersonFactory, ServiceFactory
from tests.factories.diary import (
    AppointmentFactory,
    AttendanceFactory,
    DropInFactory,
    GroupFactory,
    SessionFactory,
)

pytestmark = pytest.mark.django_db

CAME, DID_NOT = Contact.Outcome.ATTENDED, Contact.Outcome.DID_NOT_ATTEND


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def mothers():
    return [PersonFactory(given_names=name, family_name="Roe") for name in ("Ada", "Bea", "Cleo")]


@pytest.fixture
def group(world, mothers):
    return GroupFactory(service=world.service, people=mothers, drop_in=True)


@pytest.fixture
def session(world, group):
    return SessionFactory(group=group, recorded_by=world.worker)


def write(world, session, mothers, **changes):
    arguments = {
        "session": session,
        "lines": [Line(mothers[0], CAME, "Sang."), Line(mothers[1], DID_NOT)],
        "summary": "We sang.",
        "by": world.worker,
    }
    return groups.write_register(**(arguments | changes))


# --- Groups ---------------------------------------------------------------------------------------


def test_a_group_begins_and_only_one_of_a_name(world):
    with entries_since() as left:
        group = groups.start_group(service=world.service, name=" Little steps ", by=world.manager)
    assert ([e.verb for e in left], group.name) == ([Verb.GROUP_STARTED], "Little steps")
    with pytest.raises(Refused, match="a group called"):
        groups.start_group(service=world.service, name="little STEPS", by=world.manager)


def test_somebody_with_a_case_in_the_service_joins_and_leaves(world, group):
    with entries_since() as left:
        member = groups.join_group(group=group, person=world.amelia, by=world.worker)
        groups.leave_group(member=member, by=world.worker)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.GROUP_JOINED, [world.amelia.pk]),
        (Verb.GROUP_LEFT, [world.amelia.pk]),
    ]
    assert (member.case, member.until) == (world.case, timezone.localdate())


@pytest.mark.parametrize("again", [True, False])
def test_who_cannot_join(world, group, again):
    person = PersonFactory()
    if again:
        CaseFactory(service=world.service, people=[person])
        groups.join_group(group=group, person=person, by=world.worker)
    with entries_since() as left, pytest.raises(Refused, match="already" if again else "no open"):
        groups.join_group(group=group, person=person, by=world.worker)
    assert left == []


def test_without_an_entry_nobody_joins(world, group, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        groups.join_group(group=group, person=world.amelia, by=world.worker)
    assert not GroupMember.objects.filter(person=world.amelia).exists()


def test_a_group_ends_once_no_session_is_planned(world, group):
    ahead = AppointmentFactory(
        service=world.service, group=group, kind="group", where="remote", recorded_by=world.worker
    )
    with pytest.raises(Refused, match="still planned"):
        groups.end_group(group=group, by=world.manager)
    appointments.cancel(
        appointment=ahead, status=AppointmentStatus.CANCELLED_BY_US, by=world.manager
    )
    with entries_since() as left:
        groups.end_group(group=group, by=world.manager)
    assert [(e.verb, len(e.people)) for e in left] == [(Verb.GROUP_ENDED, 3)]
    assert group.ended_on == timezone.localdate()
    assert not group.members.filter(until=None).exists()


# --- The register ---------------------------------------------------------------------------------


def test_a_register_makes_one_contact_for_each_person_in_their_own_case(world, session, mothers):
    with entries_since() as left:
        written = write(world, session, mothers)
    assert [(e.verb, len(e.people)) for e in left] == [
        (Verb.REGISTER_WRITTEN, 2),
        (Verb.CONTACT_RECORDED, 1),
        (Verb.CONTACT_RECORDED, 1),
    ]
    assert len(written) == 2
    ada, bea = (
        Contact.objects.get(people=mothers[0]),
        Contact.objects.get(people=mothers[1]),
    )
    assert (ada.kind, ada.outcome, ada.minutes, ada.summary) == (
        "group",
        CAME,
        60,
        "We sang.\n\nSang.",
    )
    assert (bea.outcome, bea.minutes, bea.summary) == (DID_NOT, None, "")
    assert ada.case != bea.case
    assert list(ada.case.people.all()) == [mothers[0]]
    session.refresh_from_db()
    assert (session.status, session.settled_by) == ("held", world.worker)


def test_the_same_register_sent_twice_makes_nothing_new(world, session, mothers):
    token = uuid4()
    write(world, session, mothers, token=token)
    with entries_since() as left:
        assert write(world, session, mothers, token=token) == []
    assert left == []
    assert Contact.objects.count() == 2


def test_a_register_is_completed_later(world, session, mothers):
    write(world, session, mothers)
    write(world, session, mothers, lines=[Line(mothers[2], CAME)])
    assert Attendance.objects.count() == 3


def test_what_stands_in_a_register_is_not_changed_by_writing_it_again(world, session, mothers):
    write(world, session, mothers)
    with pytest.raises(Refused, match=r"Ada Roe stands in the register.*correct the contact T-"):
        write(world, session, mothers, lines=[Line(mothers[0], DID_NOT)])


@pytest.mark.parametrize("who", ["stranger", "nobody"])
def test_what_a_register_refuses(world, session, mothers, who):
    lines = [Line(PersonFactory(), CAME)] if who == "stranger" else []
    words = "did not belong" if who == "stranger" else "at least one person"
    with entries_since() as left, pytest.raises(Refused, match=words):
        write(world, session, mothers, lines=lines)
    assert left == []


def test_a_register_opens_when_the_session_begins(world, group, mothers):
    ahead = SessionFactory(group=group, starts=timezone.now() + timedelta(hours=1))
    with pytest.raises(Refused, match="not begun"):
        write(world, ahead, mothers)


def test_one_closed_case_refuses_the_whole_register(world, session, mothers):
    cases.close(
        case=GroupMember.objects.get(person=mothers[1]).case, summary="Done.", by=world.manager
    )
    with pytest.raises(Refused, match="is closed"):
        write(world, session, mothers)
    assert not Contact.objects.exists()


def test_whoever_left_since_still_stands_in_the_register_of_that_day(world, session, mothers):
    groups.leave_group(member=GroupMember.objects.get(person=mothers[0]), by=world.worker)
    assert len(write(world, session, mothers)) == 2


def test_without_an_entry_no_register_is_written(world, session, mothers, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        write(world, session, mothers)
    assert not Attendance.objects.exists()
    assert not Contact.objects.exists()


def test_the_database_keeps_a_person_to_one_line(world, session, mothers):
    write(world, session, mothers)
    with pytest.raises(IntegrityError, match="person_once_in_a_register"):
        AttendanceFactory(session=session, person=mothers[0])


# --- Pages ----------------------------------------------------------------------------------------


def words_of(response):
    return response.content.decode()


def test_the_register_page_asks_of_each_person_and_keeps_what_was_typed(world, session, mothers):
    browser = signed_in(world.worker)
    address = reverse("diary:register", args=[session.reference])
    assert all(str(mother) in words_of(browser.get(address)) for mother in mothers)
    response = browser.post(
        address, {f"about_{mothers[0].reference}": "Was tired.", "summary": "We sang."}
    )
    assert response.status_code == 422
    assert "Say whether Ada Roe came." in words_of(response)
    assert "Was tired." in words_of(response)
    sent = {f"came_{mothers[0].reference}": CAME, "summary": "We sang.", "token": str(uuid4())}
    for _ in range(2):
        assert browser.post(address, sent).status_code in (302, 422)
    assert Contact.objects.count() == 1
    assert Contact.objects.get().reference in words_of(browser.get(address))


def test_the_group_page_names_whom_one_knows_and_counts_the_rest(world, group):
    shown = words_of(signed_in(world.worker).get(group.get_absolute_url()))
    assert "Ada Roe" in shown
    outsider = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    assert signed_in(outsider).get(group.get_absolute_url()).status_code == 404


def test_the_front_desk_keeps_no_register(world, session):
    sue = signed_in(member_of(world.service, Role.FRONT_DESK, name="Sue Barlow"))
    assert sue.get(reverse("diary:register", args=[session.reference])).status_code == 403


def test_only_managers_begin_groups(world):
    address = reverse("diary:group-add")
    assert signed_in(world.worker).get(address).status_code == 403
    browser = signed_in(world.manager)
    assert browser.get(address).status_code == 200
    sent = {"service": str(world.service.pk), "name": "Bedtimes"}
    assert browser.post(address, sent).status_code == 302
    assert Group.objects.filter(name="Bedtimes").exists()


def test_somebody_joins_by_reference_and_leaves_by_a_button(world, group):
    browser = signed_in(world.worker)
    address = reverse("diary:group-join", args=[group.reference])
    assert browser.post(address, {"person": "P-999999"}).status_code == 422
    assert browser.post(address, {"person": world.amelia.reference}).status_code == 302
    leave = reverse("diary:group-leave", args=[group.reference])
    assert browser.post(leave, {"person": world.amelia.reference}).status_code == 302
    assert browser.post(leave, {"person": world.amelia.reference}).status_code == 409


# --- Dropping in ----------------------------------------------------------------------------------


def test_people_without_a_case_are_counted_at_a_session_and_none_need_a_name(world, session):
    browser = signed_in(world.worker)
    address = reverse("diary:drop-in-add", query={"session": session.reference})
    token = str(uuid4())
    sent = {"adults": "1", "children": "2", "token": token}
    with entries_since() as left:
        assert browser.post(address, sent).status_code == 302
    assert Verb.DROP_IN_COUNTED in [e.verb for e in left]
    assert browser.post(address, sent).status_code == 302
    shown = words_of(browser.get(reverse("diary:register", args=[session.reference])))
    assert "3 counted." in shown
    assert "1 adult, 2 children" in shown


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"adults": "0", "children": "0"}, "Count at least one adult or child."),
        ({"adults": "x", "children": "0"}, "Write it as a whole number."),
    ],
)
def test_nobody_cannot_be_counted(world, session, sent, words):
    address = reverse("diary:drop-in-add", query={"session": session.reference})
    response = signed_in(world.worker).post(address, sent | {"asked": "A <b>bed</b>"})
    assert response.status_code == 422
    assert words in words_of(response)
    assert "A &lt;b&gt;bed&lt;/b&gt;" in words_of(response)


def test_who_it_was_is_said_later_and_stands_in_their_record(world):
    drop_in = DropInFactory(service=world.service, name="Shannon", recorded_by=world.worker)
    browser = signed_in(world.worker)
    assert "Shannon" in words_of(browser.get(reverse("diary:drop-ins")))
    address = reverse("diary:drop-in-know", args=[drop_in.reference])
    with entries_since() as left:
        response = browser.post(address, {"person": world.amelia.reference})
    assert response["Location"] == world.amelia.get_absolute_url()
    assert (left[-1].verb, left[-1].people) == (Verb.DROP_IN_KNOWN, [world.amelia.pk])
    drop_in.refresh_from_db()
    assert drop_in.person == world.amelia


def test_another_service_sees_no_drop_in(world):
    drop_in = DropInFactory(service=world.service, name="Shannon", recorded_by=world.worker)
    outsider = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    browser = signed_in(outsider)
    assert "Shannon" not in words_of(browser.get(reverse("diary:drop-ins")))
    address = reverse("diary:drop-in-know", args=[drop_in.reference])
    assert browser.get(address).status_code == 404


def test_an_enquiry_is_made_of_it_once_with_what_is_known_filled_in(world):
    drop_in = DropInFactory(
        service=world.service, name="Shannon", asked="A place at nursery", recorded_by=world.worker
    )
    browser = signed_in(world.worker)
    address = reverse("diary:drop-in-enquire", args=[drop_in.reference])
    form = browser.get(address).context["form"]
    assert (form.initial["name"], form.initial["question"]) == ("Shannon", "A place at nursery")
    day = timezone.localdate()
    sent = {
        "token": str(form.initial["token"]),
        "service": str(world.service.pk),
        "asked_on_0": str(day.day),
        "asked_on_1": str(day.month),
        "asked_on_2": str(day.year),
        "how_received": "in_person",
        "who": "family",
        "name": "Shannon",
        "question": "A place at nursery",
        "answer": "",
    }
    response = browser.post(address, sent)
    assert response.status_code == 422
    assert "A place at nursery" in words_of(response)
    with entries_since() as left:
        for _ in range(2):
            assert browser.post(address, sent | {"answer": "Ring the council."}).status_code == 302
    made = [e.verb for e in left if e.verb in (Verb.ENQUIRY_RECORDED, Verb.DROP_IN_ENQUIRED)]
    assert made == [Verb.ENQUIRY_RECORDED, Verb.DROP_IN_ENQUIRED]
    drop_in.refresh_from_db()
    assert drop_in.enquiry.answer == "Ring the council."
    assert browser.post(address, sent | {"answer": "No.", "token": ""}).status_code == 422
