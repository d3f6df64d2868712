"""On which days and at which moments something repeats: also across summer time, months and holidays."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import add_months
from diary.repeats import MOST, days_of, ends_after, moment, moved

LONDON = ZoneInfo("Europe/London")
days = st.dates(date(2020, 1, 1), date(2080, 12, 31))
times = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))


def just_days(*arguments, **options):
    return [one.day for one in days_of(*arguments, **options)]


def test_every_week_keeps_the_day_of_the_week():
    assert just_days(date(2026, 12, 1), "week", times=3) == [
        date(2026, 12, 1),
        date(2026, 12, 8),
        date(2026, 12, 15),
    ]


def test_every_month_is_the_same_number_and_the_last_day_where_there_is_none():
    assert just_days(date(2027, 1, 31), "month", times=4) == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]


def test_until_a_day_includes_that_day_and_not_the_next():
    assert just_days(date(2026, 12, 1), "fortnight", until=date(2026, 12, 15)) == [
        date(2026, 12, 1),
        date(2026, 12, 15),
    ]


def test_bank_holidays_are_named_and_count():
    found = days_of(date(2026, 12, 18), "week", times=3)
    assert [(one.day.day, one.holiday) for one in found] == [
        (18, ""),
        (25, "Christmas Day"),
        (1, "New Year's Day"),
    ]


@given(first=days, every=st.sampled_from(["week", "fortnight", "month"]), count=st.integers(1, 200))
def test_so_many_times_are_so_many_days_in_order_and_never_too_many(first, every, count):
    found = just_days(first, every, times=count)
    assert len(found) == min(count, MOST)
    assert found[0] == first
    assert found == sorted(set(found))


@given(first=days, count=st.integers(2, 60))
def test_months_are_counted_from_the_first_in_one_go(first, count):
    assert just_days(first, "month", times=count) == [add_months(first, n) for n in range(count)]


@given(first=days, every=st.sampled_from(["week", "fortnight", "month"]), ahead=st.integers(0, 400))
def test_nothing_lies_after_the_last_day(first, every, ahead):
    last = first + timedelta(days=ahead)
    assert all(day <= last for day in just_days(first, every, until=last))


@given(day=days, at=times)
def test_clocks_show_the_time_on_the_day_or_an_hour_later_where_that_hour_is_left_out(day, at):
    found = moment(day, at, LONDON)
    shown = found.astimezone(LONDON)
    skipped = datetime.combine(day, at) + timedelta(hours=1)
    assert (shown.date(), shown.time()) in {(day, at), (skipped.date(), skipped.time())}
    assert found.astimezone(UTC).astimezone(LONDON) == found


@pytest.mark.parametrize(
    ("day", "at", "utc"),
    [
        # Winter and summer: ten o'clock by the clock.
        (date(2027, 3, 27), time(10), "10:00"),
        (date(2027, 3, 28), time(10), "09:00"),
        (date(2027, 10, 30), time(10), "09:00"),
        (date(2027, 10, 31), time(10), "10:00"),
        # The hour that is left out, and the one that comes twice.
        (date(2027, 3, 28), time(1, 30), "01:30"),
        (date(2027, 10, 31), time(1, 30), "00:30"),
    ],
)
def test_the_clock_time_stays_when_summer_time_begins_and_ends(day, at, utc):
    assert moment(day, at, LONDON).astimezone(UTC).strftime("%H:%M") == utc


@given(day=days, at=times, ahead=st.integers(-400, 400), to=times)
def test_moving_is_by_days_and_to_a_time_of_the_clock(day, at, ahead, to):
    before = moment(day, at, LONDON)
    local = before.astimezone(LONDON).date()
    assert moved(before, days=ahead, at=to, zone=LONDON) == moment(
        local + timedelta(days=ahead), to, LONDON
    )


@given(day=days, at=times, minutes=st.integers(5, 1440))
def test_an_appointment_lasts_as_long_as_it_was_said_to_last(day, at, minutes):
    starts = moment(day, at, LONDON)
    lasts = ends_after(starts, minutes).astimezone(UTC) - starts.astimezone(UTC)
    assert lasts == timedelta(minutes=minutes)
