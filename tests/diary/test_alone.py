"""Colleagues who go alone: the alarm is raised by the periodic job, and somebody always hears it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from accounts.roles import Role
from audit.looks import Look
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from diary.actions import alone, duty
from diary.models import AlarmCall, DutyTurn, LoneVisit
from diary.queries.appointments import workers_of
from diary.queries.rota import open_rota
from diary.workflow import VisitStatus
from parenting2000.jobs import raise_alarms_of_lone_workers
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.diary.world import arrange
from tests.factories.accounts import DeputyFactory
from tests.factories.cases import ServiceFactory, ServiceMemberFactory
from tests.factories.diary import DutyTurnFactory, LoneVisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def first(world):
    return member_of(world.service, Role.CASEWORKER, name="First On-Duty")


@pytest.fixture
def second(world):
    return member_of(world.service, Role.CASEWORKER, name="Second On-Duty")


@pytest.fixture
def on_duty(first, second):
    DutyTurnFactory(worker=first, rank=1)
    DutyTurnFactory(worker=second, rank=2)


def go(world, **changes):
    """The worker of the world goes out for an hour."""
    arguments = {
        "place": "12 Sample Street",
        "back_by": timezone.now() + timedelta(hours=1),
        "phone": "07700 900123",
        "by": world.worker,
    }
    return alone.go_alone(**(arguments | changes))


def a_minute_passes():
    """What the queue runs every minute."""
    raise_alarms_of_lone_workers(timestamp=0)


def called():
    return [str(call.called) for call in AlarmCall.objects.order_by("pk")]


# --- Going and coming back ------------------------------------------------------------------------


def test_somebody_goes_and_comes_back(world):
    visit = arrange(world, alone=True)
    with entries_since() as left:
        out = go(world, appointment=visit)
        alone.come_back(visit=out, by=world.worker)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.VISIT_BEGUN, [world.amelia.pk]),
        (Verb.VISIT_ENDED, [world.amelia.pk]),
    ]
    assert (out.status, out.safe_by) == (VisitStatus.SAFE, world.worker)
    assert out.alarm_from - out.back_by == timedelta(minutes=15)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": " "}, "Write where you go"),
        ({"back_by": timezone.now() - timedelta(hours=1)}, "time to come"),
        ({"back_by": timezone.now() + timedelta(days=3)}, "next 24 hours"),
    ],
)
def test_nobody_goes_without_saying_where_and_until_when(world, changes, words):
    with entries_since() as left, pytest.raises(Refused, match=words):
        go(world, **changes)
    assert left == []


def test_nobody_is_out_twice(world):
    go(world)
    with pytest.raises(Refused, match="You are out already"):
        go(world)
    with pytest.raises(IntegrityError, match="worker_out_once_at_a_time"):
        LoneVisitFactory(worker=world.worker)


def test_without_an_entry_nobody_goes(world, log_broken):
    with pytest.raises(LogUnavailable):
        go(world)
    assert not LoneVisit.objects.exists()


def test_it_takes_longer(world, on_duty):
    out = go(world)
    later = timezone.now() + timedelta(hours=3)
    alone.stay_longer(visit=out, back_by=later, by=world.worker)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        a_minute_passes()
    assert called() == []
    assert out.back_by == later


# --- The alarm ------------------------------------------------------------------------------------


def test_nobody_is_called_before_the_time_and_the_minutes_of_grace(world, on_duty):
    out = go(world)
    with time_machine.travel(out.alarm_from - timedelta(seconds=1)):
        a_minute_passes()
    assert called() == []


def test_the_alarm_calls_one_after_the_other_then_every_manager_until_somebody_takes_it(
    world, on_duty, first, second
):
    out = go(world)
    order = [[first], [first, second], [first, second, world.manager]]
    for minutes, expected in zip((0, 11, 22), order, strict=True):
        with time_machine.travel(out.alarm_from + timedelta(minutes=minutes, seconds=1)):
            a_minute_passes()
            a_minute_passes()
        assert called() == [str(user) for user in expected]
    out.refresh_from_db()
    alone.take_alarm(visit=out, by=second)
    with time_machine.travel(out.alarm_from + timedelta(minutes=60)):
        a_minute_passes()
    assert len(called()) == 3
    out.refresh_from_db()
    assert (out.status, out.taken_by) == (VisitStatus.TAKEN, second)


def test_if_nobody_answers_it_begins_again(world, on_duty):
    out = go(world)
    for minutes in (0, 11, 22, 33):
        with time_machine.travel(out.alarm_from + timedelta(minutes=minutes, seconds=1)):
            a_minute_passes()
    assert called() == ["First On-Duty", "Second On-Duty", "Priya Nair", "First On-Duty"]


def test_with_nobody_on_duty_the_managers_are_called(world):
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
    assert called() == ["Priya Nair"]


def test_nobody_is_called_about_themselves(world, second):
    DutyTurnFactory(worker=world.worker, rank=1)
    DutyTurnFactory(worker=second, rank=2)
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
    assert called() == ["Second On-Duty"]


def test_the_alarm_is_a_notice_that_says_nothing_of_where_and_leads_there(world, on_duty, first):
    out = go(world)
    with (
        time_machine.travel(out.alarm_from + timedelta(seconds=1)),
        entries_since() as left,
    ):
        a_minute_passes()
    told = Notice.objects.get()
    assert (told.to, told.link) == (first, out.get_absolute_url())
    assert told.sentence.startswith("ALARM: ")
    assert all(word not in told.sentence for word in ("Sample", "Dean", "07700"))
    assert [(e.verb, e.by) for e in left] == [
        (Verb.ALARM_RAISED, "system"),
        (Verb.NOTICE_GIVEN, "system"),
    ]


def test_whoever_was_called_hears_that_they_are_safe(world, on_duty, first):
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
        out.refresh_from_db()
        alone.come_back(visit=out, by=world.worker)
    assert Notice.objects.filter(to=first, sentence__contains="is safe").exists()


def test_whoever_took_it_writes_what_had_happened(world, on_duty, first):
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
        out.refresh_from_db()
        alone.take_alarm(visit=out, by=first)
        with pytest.raises(Refused, match="what had happened"):
            alone.come_back(visit=out, by=first)
        alone.come_back(visit=out, outcome="Her battery was empty. We spoke.", by=first)
    assert (out.status, out.safe_by) == (VisitStatus.SAFE, first)


def test_nobody_takes_their_own_alarm_or_one_that_is_taken(world, on_duty, first, second):
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
        out.refresh_from_db()
        with pytest.raises(Refused, match="your own alarm"):
            alone.take_alarm(visit=out, by=world.worker)
        alone.take_alarm(visit=out, by=first)
        with entries_since() as left, pytest.raises(Refused, match="looks after it"):
            alone.take_alarm(visit=LoneVisit.objects.get(), by=second)
    assert [e.verb for e in left if e.verb != Verb.ALARM_TAKEN] == []


def test_without_an_entry_nobody_is_called_and_the_next_minute_tries_again(world, on_duty, request):
    out = go(world)
    request.getfixturevalue("log_broken")
    with (
        time_machine.travel(out.alarm_from + timedelta(seconds=1)),
        pytest.raises(LogUnavailable),
    ):
        a_minute_passes()
    out.refresh_from_db()
    assert (out.status, called()) == (VisitStatus.OUT, [])


# --- The rota -------------------------------------------------------------------------------------


def test_one_is_on_duty_at_a_time(world, first, second):
    now = timezone.now()
    span = {"starts": now + timedelta(days=1), "ends": now + timedelta(days=2), "by": world.manager}
    with entries_since() as left:
        turn = duty.give_duty(worker=first, rank=1, **span)
    assert [e.verb for e in left] == [Verb.DUTY_GIVEN]
    with pytest.raises(Refused, match="has this duty"):
        duty.give_duty(worker=second, rank=1, **span)
    with pytest.raises(Refused, match="is on duty at that time already"):
        duty.give_duty(worker=first, rank=2, **span)
    duty.give_duty(worker=second, rank=2, **span)
    with entries_since() as left:
        duty.take_back_duty(turn=turn, by=world.manager)
    assert [e.verb for e in left] == [Verb.DUTY_TAKEN_BACK]
    assert DutyTurn.objects.count() == 1


def test_managers_make_the_rota_and_others_read_it(world, first):
    address = reverse("diary:rota")
    tomorrow = timezone.localdate() + timedelta(days=1)
    day = {"0": str(tomorrow.day), "1": str(tomorrow.month), "2": str(tomorrow.year)}
    sent = {
        "worker": str(first.pk),
        "rank": "1",
        **{f"first_day_{part}": number for part, number in day.items()},
        **{f"last_day_{part}": number for part, number in day.items()},
        "first_time": "9am",
        "last_time": "5pm",
    }
    assert signed_in(world.worker).get(address).status_code == 200
    assert signed_in(world.worker).post(address, sent).status_code == 403
    browser = signed_in(world.manager)
    assert browser.post(address, sent | {"last_time": "8am"}).status_code == 422
    assert browser.post(address, sent).status_code == 302
    assert "First On-Duty" in browser.get(address).content.decode()
    turn = DutyTurn.objects.get()
    assert browser.post(reverse("diary:duty-end"), {"turn": turn.pk}).status_code == 302
    assert browser.post(reverse("diary:duty-end"), {"turn": turn.pk}).status_code == 409


def test_a_deputy_is_offered_for_duty_and_for_appointments(world):
    deputy = DeputyFactory(role=Role.SERVICE_MANAGER.value).user
    ServiceMemberFactory(service=world.service, user=deputy)
    assert deputy in open_rota(look=Look(by=world.manager)).workers
    assert deputy in workers_of([world.service], world.manager)


# --- Pages ----------------------------------------------------------------------------------------


def test_a_visit_is_seen_by_its_worker_by_who_is_on_duty_and_by_their_manager_alone(world, first):
    out = go(world)
    other = ServiceFactory(name="Counselling")
    stranger = member_of(other, Role.CASEWORKER, name="Colm Byrne")
    elsewhere = member_of(other, Role.SERVICE_MANAGER, name="Graham Pike")
    for user, status in (
        (world.worker, 200),
        (world.manager, 200),
        (first, 404),
        (stranger, 404),
        (elsewhere, 404),
    ):
        assert signed_in(user).get(out.get_absolute_url()).status_code == status, user
    DutyTurnFactory(worker=stranger, rank=1)
    assert "12 Sample Street" in signed_in(stranger).get(out.get_absolute_url()).content.decode()


def test_it_is_said_on_the_page_of_the_appointment(world):
    visit = arrange(world, alone=True)
    browser = signed_in(world.worker)
    assert "I am leaving" in browser.get(visit.get_absolute_url()).content.decode()
    address = reverse("diary:appointment-alone", args=[visit.reference])
    assert browser.post(address, {"place": "4 Shore Road", "back_by": "soon"}).status_code == 422
    until = timezone.localtime() + timedelta(hours=1)
    response = browser.post(
        address, {"place": "4 Shore Road", "back_by": f"{until:%H:%M}"}, follow=True
    )
    assert "I am safe" in response.content.decode()
    out = LoneVisit.objects.get()
    assert out.appointment == visit
    response = browser.post(reverse("diary:visit-safe", args=[out.reference]))
    assert response.status_code == 302
    assert LoneVisit.objects.get().status == VisitStatus.SAFE


def test_a_colleague_does_not_go_to_somebody_elses_appointment(world, first):
    visit = arrange(world, alone=True)
    address = reverse("diary:appointment-alone", args=[visit.reference])
    assert signed_in(first).get(address).status_code == 403


def test_the_page_of_the_alarm_is_taken_and_ended(world, on_duty, first):
    out = go(world)
    with time_machine.travel(out.alarm_from + timedelta(seconds=1)):
        a_minute_passes()
        browser = signed_in(first)
        shown = browser.get(out.get_absolute_url()).content.decode()
        assert "has not checked in" in shown
        assert "07700 900123" in shown
        take = reverse("diary:visit-take", args=[out.reference])
        assert browser.post(take).status_code == 302
        assert browser.post(take).status_code == 409
        safe = reverse("diary:visit-safe", args=[out.reference])
        assert browser.post(safe, {"outcome": ""}).status_code == 422
        assert browser.post(safe, {"outcome": "We spoke."}).status_code == 302
    assert LoneVisit.objects.get().outcome == "We spoke."


@pytest.mark.parametrize(("minutes", "warns"), [(None, True), (1, False), (4, True)])
def test_the_page_says_when_no_alarm_is_watched(world, minutes, warns):
    """An alarm that nobody raises is worse than none."""
    if minutes is not None:
        when = timezone.now() - timedelta(minutes=minutes)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp) VALUES (%s, %s)",
                [raise_alarms_of_lone_workers.name, int(when.timestamp())],
            )
    shown = signed_in(world.worker).get(reverse("diary:alone")).content.decode()
    assert ("No alarm is being watched now" in shown) is warns
