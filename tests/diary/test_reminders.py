"""Reminders: only where an e-mail is safe, saying nothing, once, and never after the appointment is off."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Notice
from audit.verbs import Verb
from cases.actions import cases
from cases.models import ContactPoint, DoNotContact
from core.errors import LogUnavailable, Refused
from diary.actions import appointments, reminders
from diary.models import Reminder
from diary.sending import send_due_reminders
from diary.workflow import AppointmentStatus
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.diary.test_appointments_actions import WEEKLY, change
from tests.diary.world import arrange, safe_email, ten_oclock
from tests.factories.cases import DoNotContactFactory

pytestmark = pytest.mark.django_db

# What nobody may read over a shoulder: names, service, reference, kind, place, reason.
REVEALS = ("Amelia", "Hart", "Dean", "Family", "support", "visit", "home", "V-0", "http", "Sleep")


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def reminded(world):
    """A visit in two days of which Amelia is reminded."""
    safe_email(world.amelia)
    return arrange(world, remind_family=True, purpose="Sleep")


def the_morning_before(appointment):
    return time_machine.travel(appointment.starts - timedelta(hours=23, minutes=55))


def statuses():
    return list(Reminder.objects.order_by("pk").values_list("status", flat=True))


def test_the_family_is_reminded_on_the_morning_before_once_and_nothing_is_given_away(
    reminded, smtp
):
    assert send_due_reminders() == 0
    with the_morning_before(reminded):
        assert send_due_reminders() == 1
        assert send_due_reminders() == 0
    (letter,) = smtp.letters
    assert letter["To"] == "amelia@home.example"
    words = f"{letter['Subject']}\n{letter.get_content()}"
    assert "10am" in words
    assert [word for word in REVEALS if word in words] == []
    assert statuses() == ["sent"]
    assert Reminder.objects.get().sent_to.value == "amelia@home.example"


def test_the_sender_is_a_setting_of_its_own(reminded, smtp, settings):
    settings.REMINDER_FROM_EMAIL = "reminders@post.example"
    with the_morning_before(reminded):
        send_due_reminders()
    assert smtp.letters[0]["From"] == "reminders@post.example"


def test_each_step_of_a_reminder_leaves_its_entry(reminded, smtp):
    with the_morning_before(reminded), entries_since() as left:
        send_due_reminders()
    assert [(e.verb, e.by) for e in left] == [(Verb.REMINDER_SENT, "system")] * 2


def test_it_is_marked_before_it_leaves_so_that_a_killed_worker_sends_no_second(reminded, smtp):
    with the_morning_before(reminded):
        assert reminders.begin_reminder(reminder=Reminder.objects.get()) is True
        assert statuses() == ["sending"]
        assert send_due_reminders() == 0
    assert smtp.letters == []


def test_a_mail_server_that_refuses_is_said(reminded, smtp):
    smtp.refusing = True
    with the_morning_before(reminded):
        assert send_due_reminders() == 0
    assert statuses() == ["not_sent"]
    assert "did not take it" in Reminder.objects.get().because


@pytest.mark.parametrize("safe", [{"safe_for_messages": False}, {"kind": ContactPoint.Kind.MOBILE}])
def test_nobody_is_reminded_without_an_address_that_is_safe(world, safe):
    safe_email(world.amelia, **safe)
    with entries_since() as left, pytest.raises(Refused, match="no e-mail address at which"):
        arrange(world, remind_family=True)
    assert [e.verb for e in left] == []


def test_somebody_marked_do_not_contact_meanwhile_gets_nothing(world, reminded, smtp):
    DoNotContactFactory(person=world.amelia, barred=DoNotContact.Barred.ANY)
    with the_morning_before(reminded):
        assert send_due_reminders() == 0
    assert smtp.letters == []
    assert statuses() == ["not_sent"]


def test_an_address_that_is_no_longer_safe_gets_nothing(world, reminded, smtp):
    yesterday = timezone.localdate() - timedelta(days=1)
    ContactPoint.objects.filter(person=world.amelia).update(until=yesterday)
    with the_morning_before(reminded):
        assert send_due_reminders() == 0
    assert smtp.letters == []


def test_a_cancelled_appointment_reminds_nobody(world, reminded, smtp):
    appointments.cancel(
        appointment=reminded, status=AppointmentStatus.CANCELLED_BY_US, by=world.worker
    )
    assert statuses() == ["stopped"]
    with the_morning_before(reminded):
        assert send_due_reminders() == 0
    assert smtp.letters == []


def test_a_case_closed_meanwhile_reminds_nobody(world, reminded, smtp):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with the_morning_before(reminded):
        assert send_due_reminders() == 0
    assert (smtp.letters, statuses()) == ([], ["stopped"])


def test_a_moved_appointment_is_reminded_of_on_its_new_day(world, reminded, smtp):
    change(world, reminded, starts=ten_oclock(5), remind_family=True)
    assert Reminder.objects.get().due == ten_oclock(4)


def test_the_tick_taken_away_stops_it(world, reminded):
    change(world, reminded)
    assert statuses() == ["stopped"]


def test_every_day_of_a_series_has_its_reminder(world):
    safe_email(world.amelia)
    arrange(world, repeat=WEEKLY, remind_family=True)
    assert list(Reminder.objects.values_list("due", flat=True)) == [
        ten_oclock(1 + 7 * week) for week in range(4)
    ]


def test_what_would_be_too_late_is_not_made(world):
    safe_email(world.amelia)
    arrange(world, starts=timezone.now() + timedelta(hours=2), remind_family=True)
    assert statuses() == []


def test_workers_are_told_an_hour_before(world):
    visit = arrange(world, remind_workers=True)
    with time_machine.travel(visit.starts - timedelta(minutes=59)):
        assert send_due_reminders() == 0
    told = Notice.objects.get(to=world.worker)
    assert told.sentence == "Something in your diary begins at 10am."
    assert told.link == visit.get_absolute_url()
    assert statuses() == ["sent"]


def test_without_an_entry_nothing_is_sent(reminded, smtp, request):
    request.getfixturevalue("log_broken")
    with the_morning_before(reminded), pytest.raises(LogUnavailable):
        send_due_reminders()
    assert smtp.letters == []
