"""Working days, months, birthdays and dates in words.

The bank holidays are worked out a second time here, from the rules, and compared with what we use.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from core.dates import (
    ENGLAND,
    Holidays,
    add_months,
    age_in_words,
    age_on,
    birthday,
    is_working_day,
    iso_day,
    next_working_day,
    plain,
    plural,
)

CALM = settings(deadline=None)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))

PUBLISHED = {
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
}
"""The days the government gives as bank holidays of England and Wales."""

PROCLAIMED = {
    2002: ({date(2002, 6, 3), date(2002, 6, 4)}, {date(2002, 5, 27)}),  # Golden Jubilee
    2011: ({date(2011, 4, 29)}, set()),  # royal wedding
    2012: ({date(2012, 6, 4), date(2012, 6, 5)}, {date(2012, 5, 28)}),  # Diamond Jubilee
    2020: ({date(2020, 5, 8)}, {date(2020, 5, 4)}),  # 75 years of VE Day
    2022: ({date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)}, {date(2022, 5, 30)}),
    2023: ({date(2023, 5, 8)}, set()),  # coronation
}
"""One-off changes: days added, days moved away."""


def easter_sunday(year: int) -> date:
    """Easter by Gauss's method with its corrections, not by the package's library."""
    century = year // 100
    moon = (15 - (13 + 8 * century) // 25 + century - century // 4) % 30
    sunday = (4 + century - century // 4) % 7
    full_moon = (19 * (year % 19) + moon) % 30
    to_sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * full_moon + sunday) % 7
    if (full_moon, to_sunday) == (29, 6):
        return date(year, 4, 19)
    if (full_moon, to_sunday) == (28, 6) and (11 * moon + 11) % 30 < 19:
        return date(year, 4, 18)
    return date(year, 3, 22) + timedelta(days=full_moon + to_sunday)


def monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def weekday_holidays(year: int) -> set[date]:
    """Every bank holiday of England and Wales that falls on a weekday, from the rules."""
    easter = easter_sunday(year)
    found = {
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        monday_from(date(year, 5, 1)),
        monday_from(date(year, 5, 25)),
        monday_from(date(year, 8, 25)),
    }
    for month, number in ((1, 1), (12, 25), (12, 26)):
        substitute = date(year, month, number)
        while substitute.weekday() > 4 or substitute in found:
            substitute += timedelta(days=1)
        found.add(substitute)
    added, removed = PROCLAIMED.get(year, (set(), set()))
    return (found | added) - removed


@pytest.mark.parametrize("year", range(2000, 2111))
def test_bank_holidays_are_those_of_the_rules(year):
    ours = {day for day in ENGLAND.names if day.year == year and day.weekday() < 5}
    assert ours == weekday_holidays(year)


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_published(year):
    ours = sorted(day for day in ENGLAND.names if day.year == year and day.weekday() < 5)
    assert [f"{day:%m-%d}" for day in ours] == PUBLISHED[year]


def test_england_and_wales_share_one_list():
    years = range(2000, 2101)
    wales = country_holidays("GB", subdiv="WLS", years=years)
    assert {day for day in ENGLAND.names if day.year in years} == set(wales)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "substitute day for Boxing Day"),
        (date(2022, 1, 3), "substitute day for New Year's Day"),
        (date(2026, 12, 29), None),
    ],
)
def test_a_bank_holiday_has_a_name(day, name):
    assert ENGLAND.name(day) == name
    assert (day in ENGLAND) is (name is not None)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 1, 2), "2 January is a holiday in Scotland only"),
        (date(2026, 8, 3), "so is the first Monday of August"),
        (date(2026, 11, 30), "and St Andrew's Day"),
        (date(2026, 3, 17), "St Patrick's Day is one in Northern Ireland only"),
        (date(2026, 7, 13), "so is the Battle of the Boyne"),
        (date(2026, 12, 24), "Christmas Eve is an ordinary day"),
    ],
)
def test_working_days_others_take_for_holidays(day, why):
    assert is_working_day(day), why


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2026, 10, 3), date(2026, 10, 5)),  # Saturday
        (date(2026, 10, 4), date(2026, 10, 5)),  # Sunday
        (date(2026, 10, 5), date(2026, 10, 5)),  # a working day stays
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to the Tuesday after Easter
        (date(2026, 12, 25), date(2026, 12, 29)),  # Christmas, Saturday, Sunday, substitute day
        (date(2027, 12, 25), date(2027, 12, 29)),  # two substitute days
        (date(2028, 1, 1), date(2028, 1, 4)),  # Saturday, Sunday, substitute day
        (date(2100, 12, 31), date(2100, 12, 31)),
        (date(2101, 1, 1), date(2101, 1, 4)),
    ],
)
def test_next_working_day(day, working):
    assert next_working_day(day) == working


@CALM
@given(DAYS)
def test_next_working_day_is_the_first_one(day):
    found = next_working_day(day)
    assert is_working_day(found)
    assert day <= found <= day + timedelta(days=5)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2111, 1, 1), date(2111, 1, 2)])
def test_a_year_the_table_does_not_know_is_an_error(day):
    with pytest.raises(ValueError, match=r"bank holidays of \d{4} are not known.* 1990 to 2110"):
        next_working_day(day)


def test_a_holiday_may_be_proclaimed_and_another_moved():
    before = ENGLAND.with_changes()
    after = ENGLAND.with_changes(
        added={date(2029, 5, 11): "Proclaimed"}, removed=[date(2029, 5, 7)]
    )
    assert before == ENGLAND != after
    assert is_working_day(date(2029, 5, 7), after)
    assert not is_working_day(date(2029, 5, 7))
    assert next_working_day(date(2029, 5, 11), after) == date(2029, 5, 14)
    assert after.name(date(2029, 5, 11)) == "Proclaimed"
    assert len(after.names) == len(ENGLAND.names)


def test_a_change_the_table_already_knows_changes_nothing():
    again = ENGLAND.with_changes(
        added={date(2026, 12, 25): "Christmas Day"}, removed=[date(2026, 12, 24)]
    )
    assert again == ENGLAND
    assert hash(again) == hash(ENGLAND)


def test_a_table_keeps_its_own_copy():
    mine = {date(2026, 7, 1): "Mine"}
    table = Holidays(names=mine, years=range(2026, 2027))
    mine.clear()
    assert not is_working_day(date(2026, 7, 1), table)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 1, 30), 1, date(2028, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2027, 1, 31), 3, date(2027, 4, 30)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_add_months(day, months, later):
    assert add_months(day, months) == later


@CALM
@given(DAYS, st.integers(min_value=-200, max_value=200))
def test_add_months_lands_in_the_month_meant(day, months):
    later = add_months(day, months)
    apart = (later.year - day.year) * 12 + later.month - day.month
    assert apart == months
    assert later.day == day.day or (
        later.day < day.day and (later + timedelta(days=1)).month != later.month
    )


@pytest.mark.parametrize(
    ("dob", "years", "day"),
    [
        (date(2010, 5, 6), 18, date(2028, 5, 6)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 29), 20, date(2028, 2, 29)),
        (date(2080, 2, 29), 20, date(2100, 3, 1)),
        (date(2010, 5, 6), 0, date(2010, 5, 6)),
    ],
)
def test_birthday(dob, years, day):
    assert birthday(dob, years) == day


def test_nobody_turns_a_negative_age():
    with pytest.raises(ValueError, match="negative"):
        birthday(date(2010, 5, 6), -1)


def test_a_birthday_no_calendar_has_is_an_error():
    with pytest.raises(ValueError, match="year"):
        birthday(date(2010, 5, 6), 8000)


@pytest.mark.parametrize(
    ("dob", "on", "age"),
    [
        (date(2010, 5, 6), date(2028, 5, 5), 17),
        (date(2010, 5, 6), date(2028, 5, 6), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2010, 5, 6), date(2010, 5, 6), 0),
        (date(2010, 12, 31), date(2011, 1, 1), 0),
    ],
)
def test_age_on(dob, on, age):
    assert age_on(dob, on) == age


@CALM
@given(DAYS, DAYS)
def test_age_is_the_last_birthday_had(one, other):
    dob, on = sorted((one, other))
    age = age_on(dob, on)
    assert birthday(dob, age) <= on < birthday(dob, age + 1)


def test_no_age_before_birth():
    with pytest.raises(ValueError, match="before the day they were born"):
        age_on(date(2026, 5, 6), date(2026, 5, 5))


@pytest.mark.parametrize(
    ("dob", "on", "words"),
    [
        (date(2026, 5, 6), date(2026, 5, 6), "0 days"),
        (date(2026, 5, 6), date(2026, 5, 7), "1 day"),
        (date(2026, 5, 6), date(2026, 6, 5), "30 days"),
        (date(2026, 5, 6), date(2026, 6, 6), "1 month"),
        (date(2026, 1, 31), date(2026, 2, 28), "28 days"),
        (date(2026, 1, 31), date(2026, 3, 1), "1 month"),
        (date(2024, 2, 29), date(2025, 2, 28), "11 months"),
        (date(2024, 2, 29), date(2025, 3, 1), "12 months"),
        (date(2024, 5, 6), date(2026, 5, 5), "23 months"),
        (date(2024, 5, 6), date(2026, 5, 6), "2 years"),
        (date(1980, 5, 6), date(2026, 5, 6), "46 years"),
    ],
)
def test_age_in_words(dob, on, words):
    assert age_in_words(dob, on) == words


def test_plain_words():
    assert plain(date(2026, 9, 3)) == "3 September 2026"
    assert plain(date(2026, 9, 3), weekday=True) == "Thursday 3 September 2026"
    assert [plain(date(2026, month, 1)).split()[1][:3] for month in range(1, 13)] == [
        f"{date(2026, month, 1):%b}" for month in range(1, 13)
    ]
    assert [plain(date(2026, 6, n), weekday=True)[:3] for n in range(1, 8)] == [
        *("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    ]


def test_plural():
    assert [plural(n, "day") for n in (0, 1, 2)] == ["0 days", "1 day", "2 days"]


def test_iso_day():
    assert iso_day("2027-02-01") == date(2027, 2, 1)


@pytest.mark.parametrize(
    "written",
    [
        "20270201",
        "2027-W05-1",
        "2027-2-1",
        "1 February 2027",
        "01/02/2027",
        "",
        "2027-02-01 ",
        "2027-02-01\n",
        "٢٠٢٧-٠٢-٠١",
        "2027-02-01T00:00",
    ],
)
def test_iso_day_takes_one_form_only(written):
    with pytest.raises(ValueError, match="Write the day as year-month-day"):
        iso_day(written)


@pytest.mark.parametrize("written", ["2027-02-29", "2027-13-01", "0000-01-01", "2027-01-00"])
def test_iso_day_knows_the_calendar(written):
    with pytest.raises(ValueError, match=f"There is no such day as {written} in the calendar"):
        iso_day(written)


@pytest.mark.parametrize(
    "use",
    [
        is_working_day,
        next_working_day,
        plain,
        ENGLAND.name,
        lambda day: add_months(day, 1),
        lambda day: birthday(day, 1),
        lambda day: age_on(date(2020, 1, 1), day),
    ],
)
def test_a_moment_is_not_a_day(use):
    """Christmas Day as a moment equals no day in the table, and would pass for a working day."""
    with pytest.raises(TypeError, match="is a moment, not a day"):
        use(datetime(2026, 12, 25, 9, tzinfo=UTC))
