"""Arranging, moving and cancelling: once, all or nothing, and never two things in one room."""

import threading
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone

from accounts.models import Notice
from audit.verbs import Verb
from cases.actions import cases
from core.errors import LogUnavailable, Refused
from diary.actions import appointments
from diary.actions.appointments import Overlap, Repeat
from diary.models import Appointment, Every, Kind, Series, Where
from diary.workflow import AppointmentStatus
from tests.cases.world import a_world
from tests.conftest import entries_since
from tests.diary.world import arrange, other_work, ten_oclock
from tests.factories.cases import PersonFactory
from tests.factories.diary import AppointmentFactory, GroupFactory, RoomFactory

pytestmark = pytest.mark.django_db

WEEKLY = Repeat(every=Every.WEEK, times=4)
# Four Tuesdays in March; summer time begins after the third.
MONDAY = time_machine.travel(datetime(2027, 3, 8, 9, tzinfo=timezone.get_fixed_timezone(0)))


@pytest.fixture
def world():
    return a_world()


def local(moment):
    return timezone.localtime(moment).strftime("%d %b %H:%M")


def change(world, appointment, **changes):
    arguments = {
        "appointment": appointment,
        "starts": appointment.starts,
        "minutes": 60,
        "where": appointment.where,
        "room": appointment.room,
        "workers": list(appointment.workers.all()),
        "people": list(appointment.people.all()),
        "by": world.worker,
    }
    return appointments.change(**(arguments | changes))


# --- Arranging ------------------------------------------------------------------------------------


def test_a_visit_is_arranged_with_its_people_and_workers(world):
    with entries_since() as left:
        visit = arrange(world, purpose="  First visit ", alone=True)
    assert [(e.verb, e.people) for e in left] == [
        (Verb.APPOINTMENT_ARRANGED, [world.amelia.pk]),
    ]
    visit = Appointment.objects.get(pk=visit.pk)
    assert (list(visit.people.all()), list(visit.workers.all())) == ([world.amelia], [world.worker])
    assert (visit.purpose, visit.alone, visit.status) == ("First visit", True, "planned")
    assert visit.minutes == 60


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": []}, "Say with whom"),
        ({"workers": []}, "at least one worker"),
        ({"starts": ten_oclock(-1)}, "time to come"),
        ({"where": Where.ROOM, "room": None}, "Choose the room"),
        ({"where": Where.ELSEWHERE, "place": " "}, "Write where"),
        ({"repeat": Repeat(every=Every.WEEK)}, "until when it repeats"),
        ({"repeat": Repeat(every=Every.WEEK, until=date(2020, 1, 1))}, "later day"),
    ],
)
def test_what_cannot_be_arranged_leaves_no_trace(world, changes, words):
    with entries_since() as left, pytest.raises(Refused, match=words):
        arrange(world, **changes)
    assert left == []
    assert not Appointment.objects.exists()


def test_somebody_who_is_not_of_the_case_is_refused(world):
    with pytest.raises(Refused, match="is not part of"):
        arrange(world, people=[PersonFactory()])


def test_nothing_is_arranged_in_a_closed_case(world):
    cases.close(case=world.case, summary="Done.", by=world.manager)
    with pytest.raises(Refused, match="is closed"):
        arrange(world)


def test_a_group_that_has_ended_has_no_more_sessions(world):
    group = GroupFactory(service=world.service, ended_on=timezone.localdate())
    with pytest.raises(Refused, match="has ended"):
        other_work(world, kind=Kind.GROUP, group=group)


def test_without_an_entry_nothing_is_arranged(world, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        arrange(world)
    assert not Appointment.objects.exists()


def test_the_same_form_sent_twice_arranges_once(world):
    token = uuid4()
    first = arrange(world, token=token, repeat=WEEKLY)
    assert arrange(world, token=token, repeat=WEEKLY) == first
    assert Appointment.objects.count() == 4


def test_a_colleague_in_whose_diary_it_is_put_is_told_and_nobody_is_named(world):
    arrange(world, workers=[world.worker, world.manager])
    told = Notice.objects.get()
    assert told.to == world.manager
    assert "Amelia" not in told.sentence
    assert "new in your diary" in told.sentence


# --- Rooms and workers ----------------------------------------------------------------------------


def in_room(world, room, **changes):
    return other_work(world, where=Where.ROOM, room=room, **changes)


def test_a_room_that_is_booked_is_refused_and_the_time_named(world):
    room = RoomFactory(name="The green room")
    in_room(world, room)
    with pytest.raises(Refused, match=r"The green room is booked on \w+day .* from 10am to 11am"):
        in_room(world, room, workers=[world.manager], starts=ten_oclock() + timedelta(minutes=59))
    assert Appointment.objects.count() == 1


def test_one_thing_after_the_other_is_no_overlap(world):
    room = RoomFactory()
    in_room(world, room)
    in_room(world, room, starts=ten_oclock() + timedelta(hours=1))
    assert Appointment.objects.count() == 2


def test_a_cancelled_appointment_leaves_its_room_free(world):
    room = RoomFactory()
    first = in_room(world, room)
    appointments.cancel(
        appointment=first, status=AppointmentStatus.CANCELLED_BY_US, by=world.worker
    )
    in_room(world, room)


def test_the_database_itself_refuses_the_second_booking(world):
    room = RoomFactory()
    first = in_room(world, room)
    with pytest.raises(IntegrityError, match="room_once_at_a_time"):
        AppointmentFactory(
            kind=Kind.OTHER,
            where=Where.ROOM,
            room=room,
            starts=first.starts + timedelta(minutes=30),
        )


def test_one_day_of_a_series_in_a_booked_room_refuses_all_of_it(world):
    room = RoomFactory()
    in_room(world, room, starts=ten_oclock(9))
    with pytest.raises(Refused, match="is booked"):
        in_room(world, room, workers=[world.manager], repeat=WEEKLY)
    assert Appointment.objects.count() == 1
    assert not Series.objects.exists()


def test_a_worker_who_is_busy_is_said_once_and_then_arranged(world):
    arrange(world)
    with pytest.raises(Overlap, match="Dean Okafor has something else on"):
        arrange(world, starts=ten_oclock() + timedelta(minutes=30))
    arrange(world, starts=ten_oclock() + timedelta(minutes=30), anyway=True)
    assert Appointment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_a_room_in_the_same_second_one_is_refused(world):
    room = RoomFactory()
    said = []
    start = threading.Barrier(2)

    def book(worker):
        try:
            start.wait(timeout=40)
            in_room(world, room, workers=[worker], by=worker)
            said.append("booked")
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=book, args=[one]) for one in (world.worker, world.manager)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=80)
    close_old_connections()
    assert max(said) == "booked"
    assert Appointment.objects.count() == 1
    assert "Choose another room" in min(said)


# --- Repeats --------------------------------------------------------------------------------------


@MONDAY
def test_a_weekly_visit_stays_at_ten_when_the_clocks_change(world):
    first = arrange(world, starts=ten_oclock(1), repeat=WEEKLY)
    found = Appointment.objects.filter(series=first.series).order_by("starts")
    assert [local(one.starts) for one in found] == [
        "09 Mar 10:00",
        "16 Mar 10:00",
        "23 Mar 10:00",
        "30 Mar 10:00",
    ]
    assert all(one.ends - one.starts == timedelta(hours=1) for one in found)
    assert all(list(one.people.all()) == [world.amelia] for one in found)


@MONDAY
@pytest.mark.parametrize(
    ("skips", "days"), [(True, ["19 Mar", "02 Apr"]), (False, ["19 Mar", "26 Mar", "02 Apr"])]
)
def test_bank_holidays_are_left_out_or_kept(world, skips, days):
    # Good Friday is 26 March 2027.
    repeat = Repeat(every=Every.WEEK, times=3, skips_holidays=skips)
    arrange(world, starts=ten_oclock(11), repeat=repeat)
    found = Appointment.objects.order_by("starts")
    assert [local(one.starts)[:6] for one in found] == days


@MONDAY
def test_one_of_a_series_is_moved_and_the_others_stay(world):
    arrange(world, starts=ten_oclock(1), repeat=WEEKLY)
    second = Appointment.objects.order_by("starts")[1]
    change(world, second, starts=second.starts + timedelta(days=1, hours=4))
    found = Appointment.objects.order_by("starts")
    assert [local(one.starts) for one in found] == [
        "09 Mar 10:00",
        "17 Mar 14:00",
        "23 Mar 10:00",
        "30 Mar 10:00",
    ]


@MONDAY
def test_all_that_follow_move_with_it_by_the_clock(world):
    arrange(world, starts=ten_oclock(1), repeat=WEEKLY)
    second = Appointment.objects.order_by("starts")[1]
    with entries_since() as left:
        change(world, second, starts=second.starts + timedelta(days=1, hours=4), following=True)
    assert [e.verb for e in left] == [Verb.APPOINTMENT_CHANGED]
    found = Appointment.objects.order_by("starts")
    assert [local(one.starts) for one in found] == [
        "09 Mar 10:00",
        "17 Mar 14:00",
        "24 Mar 14:00",
        "31 Mar 14:00",
    ]


@MONDAY
def test_moved_to_a_bank_holiday_all_that_follow_stay_until_somebody_says_all_the_same(world):
    arrange(world, starts=ten_oclock(1), repeat=WEEKLY)
    second = Appointment.objects.order_by("starts")[1]
    to_friday = {"starts": second.starts + timedelta(days=3), "following": True}
    with (
        entries_since() as left,
        pytest.raises(Overlap, match=r"Friday 26 March 2027 \(Good Friday"),
    ):
        change(world, second, **to_friday)
    assert left == []
    days = [local(one.starts)[:6] for one in Appointment.objects.order_by("starts")]
    assert days == ["09 Mar", "16 Mar", "23 Mar", "30 Mar"]
    change(world, second, **to_friday, anyway=True)
    days = [local(one.starts)[:6] for one in Appointment.objects.order_by("starts")]
    assert days == ["09 Mar", "19 Mar", "26 Mar", "02 Apr"]


def test_a_series_moves_by_half_an_hour_within_its_own_room(world):
    room = RoomFactory()
    first = in_room(world, room, repeat=WEEKLY)
    change(world, first, starts=first.starts + timedelta(minutes=30), following=True)
    assert Appointment.objects.filter(starts=ten_oclock() + timedelta(minutes=30)).exists()


def test_moving_all_is_refused_whole_where_one_day_is_taken(world):
    room = RoomFactory()
    first = in_room(world, room, repeat=WEEKLY)
    in_room(world, room, workers=[world.manager], starts=ten_oclock(9) + timedelta(hours=4))
    before = list(Appointment.objects.order_by("pk").values_list("starts", flat=True))
    with pytest.raises(Refused, match="is booked"):
        change(world, first, starts=first.starts + timedelta(hours=4), following=True)
    assert list(Appointment.objects.order_by("pk").values_list("starts", flat=True)) == before


# --- Changing and cancelling ----------------------------------------------------------------------


def test_who_comes_and_who_works_is_changed(world):
    visit = arrange(world)
    change(world, visit, people=[world.joe], workers=[world.manager])
    assert list(visit.people.all()) == [world.joe]
    assert list(visit.workers.all()) == [world.manager]
    assert Notice.objects.get().to == world.manager


def test_an_appointment_cannot_be_moved_into_the_past(world):
    visit = arrange(world)
    with pytest.raises(Refused, match="time to come"):
        change(world, visit, starts=ten_oclock(-3))


def test_a_cancelled_appointment_cannot_be_moved(world):
    visit = arrange(world)
    appointments.cancel(
        appointment=visit, status=AppointmentStatus.CANCELLED_BY_THEM, by=world.worker
    )
    with entries_since() as left, pytest.raises(Refused, match="not planned any more"):
        change(world, visit)
    assert left == []


def test_without_an_entry_nothing_is_changed(world, request):
    visit = arrange(world)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable), transaction.atomic():
        change(world, visit, starts=ten_oclock(5))
    visit.refresh_from_db()
    assert visit.starts == ten_oclock()


def test_it_is_cancelled_with_who_and_why(world):
    visit = arrange(world)
    with entries_since() as left:
        appointments.cancel(
            appointment=visit,
            status=AppointmentStatus.CANCELLED_BY_THEM,
            because=" Joe is ill. ",
            by=world.worker,
        )
    assert [(e.verb, e.people) for e in left] == [(Verb.APPOINTMENT_CANCELLED, [world.amelia.pk])]
    assert (visit.status, visit.settled_because) == ("cancelled_by_them", "Joe is ill.")
    assert visit.settled_by == world.worker


def test_all_that_follow_are_cancelled_and_what_is_past_stays(world):
    arrange(world, repeat=WEEKLY)
    second = Appointment.objects.order_by("starts")[1]
    appointments.cancel(
        appointment=second,
        status=AppointmentStatus.CANCELLED_BY_US,
        following=True,
        by=world.worker,
    )
    assert list(Appointment.objects.order_by("starts").values_list("status", flat=True)) == [
        "planned",
        "cancelled_by_us",
        "cancelled_by_us",
        "cancelled_by_us",
    ]


def test_cancelling_twice_is_refused(world):
    visit = arrange(world)
    for _ in range(2):
        last = Appointment.objects.get(pk=visit.pk)
        if last.status == AppointmentStatus.PLANNED:
            appointments.cancel(
                appointment=last, status=AppointmentStatus.CANCELLED_BY_US, by=world.worker
            )
    with pytest.raises(Refused, match="not planned any more"):
        appointments.cancel(
            appointment=visit, status=AppointmentStatus.CANCELLED_BY_US, by=world.worker
        )


def test_an_appointment_is_not_cancelled_by_being_held(world):
    with pytest.raises(Refused, match="who cancelled it"):
        appointments.cancel(
            appointment=arrange(world), status=AppointmentStatus.HELD, by=world.worker
        )


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"ends": ten_oclock(1)}, "appointment_lasts_up_to_a_day"),
        ({"kind": "party"}, "appointment_kind_is_known"),
        ({"where": "moon"}, "appointment_says_where"),
        ({"status": "held"}, "appointment_settled_at_and_by_iff_settled"),
        ({"kind": Kind.GROUP}, "appointment_of_a_group_or_a_case"),
    ],
)
def test_the_database_keeps_the_rules(changes, rule):
    with pytest.raises(IntegrityError, match=rule):
        AppointmentFactory(**changes)
