"""The day, week or month that a page of the diary shows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary.periods import FIRST, LAST, Period, View, period_of

days = st.dates(date(2001, 1, 1), date(2099, 12, 31))
TODAY = date(2026, 11, 26)


@given(view=st.sampled_from(View), on=days)
def test_a_period_holds_its_day_and_ends_where_the_next_begins(view, on):
    period = Period(view, on)
    assert period.since <= on <= period.until
    assert period.after.since == period.until + timedelta(days=1)
    assert period.before.until == period.since - timedelta(days=1)


@given(on=days)
def test_a_week_begins_on_monday_and_has_seven_days(on):
    period = Period(View.WEEK, on)
    assert period.since.weekday() == 0
    assert (period.until - period.since).days == 6


@pytest.mark.parametrize(
    ("view", "on", "shown"),
    [
        ("day", "2026-12-24", Period(View.DAY, date(2026, 12, 24))),
        ("month", "2026-02-01", Period(View.MONTH, date(2026, 2, 1))),
        ("", "", Period(View.WEEK, TODAY)),
        ("year", "tomorrow", Period(View.WEEK, TODAY)),
        ("day", "2026-02-30", Period(View.DAY, TODAY)),
        ("day", "0001-01-01", Period(View.DAY, FIRST)),
        ("month", "9999-12-31", Period(View.MONTH, LAST)),
    ],
)
def test_an_address_asks_for_a_period_and_nonsense_for_this_week(view, on, shown):
    assert period_of(view, on, today=TODAY) == shown


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (View.DAY, "Thursday 26 November 2026"),
        (View.WEEK, "Week from 23 November 2026"),
        (View.MONTH, "November 2026"),
    ],
)
def test_a_period_says_what_it_is(view, words):
    assert Period(view, TODAY).words == words


def test_the_first_and_the_last_page_lead_nowhere_further():
    assert Period(View.DAY, FIRST).before.on == FIRST
    assert Period(View.MONTH, LAST).after.on == LAST
