"""What one cell says, and the sentence where it cannot be read."""

from contextlib import suppress
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import values

DAY = date(1990, 3, 14)


@pytest.mark.parametrize(
    "typed",
    ["14/03/1990", "14.3.90", "14-3-1990", "1990-03-14", "1990-03-14 00:00", "14 March 1990",
     "14-Mar-90", "14th of March, 1990", " 14 / 3 / 1990 ", "14 3 1990"],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(typed):
    assert values.day(typed) == DAY


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2029, 12, 31)))
def test_every_day_is_read_back(day):
    assert values.day(f"{day:%d/%m/%Y}") == day
    assert values.day(f"{day:%d/%m/%y}") == day
    assert values.day(day.isoformat()) == day
    assert values.day(f"{day.day} {day:%B} {day.year}") == day


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/1990", "no such day"),
        ("12/25/1988", "month first"),
        ("32946", "spreadsheet counts"),
        ("soon", "not a date"),
        ("14 Marching 1990", "no month"),
        ("14/03/0090", "impossible year"),
        ("", "not a date"),
    ],
)
def test_what_is_no_day_says_why(typed, sentence):
    with pytest.raises(ValueError, match=sentence):
        values.day(typed)


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text):
    for read in (values.day, values.clock, values.phone, values.postcode, values.email, values.name,
                 values.yes_no, values.minutes, values.role, values.references):  # fmt: skip
        with suppress(ValueError):
            read(text)


def test_a_telephone_number_whose_nought_a_spreadsheet_ate():
    assert values.phone("7700900123") == "07700900123"
    assert values.phone("01704 496 000") == "01704 496 000"
    with pytest.raises(ValueError, match="not a telephone number"):
        values.phone("Amélie")


@pytest.mark.parametrize(
    ("typed", "read"), [("14:30", time(14, 30)), ("2.30pm", time(14, 30)), ("9am", time(9))]
)
def test_a_time(typed, read):
    assert values.clock(typed) == read


def test_swapped_columns_are_noticed():
    with pytest.raises(ValueError, match="another column"):
        values.name("07700 900123")
    with pytest.raises(ValueError, match="another column"):
        values.phone("a@example.org")
