"""Quarters: every day lies in one, and they follow one another."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.eligibility import district_of
from funding.quarters import Quarter, latest, quarter_named, quarter_of

DAYS = st.dates(date(1950, 1, 1), date(2090, 12, 31))


@given(DAYS)
def test_a_day_lies_in_its_quarter_and_in_no_other(day):
    quarter = quarter_of(day)
    assert quarter.first <= day <= quarter.last
    assert quarter.last + timedelta(days=1) == quarter.next.first
    assert quarter.next.previous == quarter
    assert quarter_named(quarter.key) == quarter
    assert not quarter.previous.first <= day <= quarter.previous.last


def test_the_latest_four():
    assert [one.key for one in latest(Quarter(2026, 2), 4)] == [
        "2025-3",
        "2025-4",
        "2026-1",
        "2026-2",
    ]
    assert str(Quarter(2026, 4)) == "October to December 2026"


@pytest.mark.parametrize("key", ["", "2026", "2026-5", "2026-0", "x-1", "0000-1", "٢٠٢٦-1"])
def test_what_names_no_quarter(key):
    assert quarter_named(key) is None


@pytest.mark.parametrize(
    ("postcode", "district"),
    [("PR8 5ZZ", "PR8"), ("pr85zz", "PR8"), ("L37 1AA", "L37"), ("L1", "L1"), ("", "")],
)
def test_the_district_of_a_postcode(postcode, district):
    assert district_of(postcode) == district
