"""Days as the law counts them: working days, months, birthdays, and a date in plain words.

Everything here is a pure function of its arguments; nothing asks what day it is. A day is a
`datetime.date`. A `datetime` is refused with TypeError: it would compare unequal to every bank
holiday and so pass, silently, for a working day.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from holidays.countries.united_kingdom import UnitedKingdom

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
SATURDAY: Final = 5
YEARS_FROM: Final = 2
"""The age from which it is said in years: a baby's is said in days, then in months."""
ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holidays:
    """A table of bank holidays: which days, what they are called, and for which years it is known.

    A day outside `years` raises ValueError instead of passing for an ordinary day. Two tables are
    equal when they hold the same days and names for the same years, so a changed table shows.
    """

    names: Mapping[date, str] = field(hash=False)
    years: range

    def __post_init__(self) -> None:
        # A copy of our own: whoever made the table cannot change it afterwards.
        object.__setattr__(self, "names", dict(self.names))

    def __contains__(self, day: date) -> bool:
        return self.name(day) is not None

    def name(self, day: date) -> str | None:
        """What the bank holiday on `day` is called, or None when it is none.

        Raises ValueError for a year this table does not know.
        """
        _calendar_day(day)
        if day.year not in self.years:
            raise ValueError(
                f"The bank holidays of {day.year} are not known: this table holds "
                f"{self.years[0]} to {self.years[-1]}."
            )
        return self.names.get(day)

    def with_changes(
        self, *, added: Mapping[date, str] | None = None, removed: Collection[date] = ()
    ) -> "Holidays":
        """The table after a proclamation: moved holidays `removed`, then one-off ones `added`.

        A change the table already has is no error: a newer release of the package may know it too.
        """
        kept = {day: name for day, name in self.names.items() if day not in removed}
        return Holidays(names=kept | dict(added or {}), years=self.years)


class _EnglandAndWales(UnitedKingdom):
    """The package's own rules, carried past 2100 so that the last deadlines have their holidays."""

    end_year = 2110


def _england_and_wales(years: range) -> Holidays:
    table = _EnglandAndWales(subdiv="ENG", years=years)
    return Holidays(names={day: _in_our_words(name) for day, name in table.items()}, years=years)


def _in_our_words(name: str) -> str:
    # The package says "observed"; gov.uk and the proclamations say "substitute day".
    original = name.removesuffix(" (observed)")
    return name if name == original else f"substitute day for {original}"


ENGLAND: Final = _england_and_wales(range(1990, 2111))
"""Bank holidays of England and Wales, Good Friday and Christmas Day included.

The two countries share one list (Banking and Financial Dealings Act 1971 Sch 1 and the yearly
proclamations); a test compares them. A holiday proclaimed after the package was released is laid
over it with `with_changes`.
"""


def _calendar_day(day: date) -> None:
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is a moment, not a day: take its local date first.")


def is_working_day(day: date, holidays: Holidays = ENGLAND) -> bool:
    """Neither a Saturday, nor a Sunday, nor a bank holiday of England and Wales.

    Raises ValueError for a year the table does not know.
    """
    # The table is asked first, so that an unknown year never passes on a weekend.
    return day not in holidays and day.weekday() < SATURDAY


def next_working_day(day: date, holidays: Holidays = ENGLAND) -> date:
    """`day` itself if it is a working day, else the first one after it.

    Regulation (EEC, Euratom) 1182/71 Art 3(4). Raises ValueError for a year not in the table.
    """
    while not is_working_day(day, holidays):
        day += ONE_DAY
    return day


def add_working_days(day: date, count: int, holidays: Holidays = ENGLAND) -> date:
    """The working day that comes `count` working days after `day`, which is not counted itself.

    Raises ValueError for a year not in the table, and for fewer than one.
    """
    if count < 1:
        raise ValueError("Count at least one working day.")
    for _ in range(count):
        day = next_working_day(day + ONE_DAY, holidays)
    return day


def add_months(day: date, months: int) -> date:
    """The same-numbered day `months` later; the month's last day where there is no such number.

    Regulation (EEC, Euratom) 1182/71 Art 3(2)(c). Count in one go: twice one month after 31 January
    is 28 March, two months after it is 31 March.
    """
    _calendar_day(day)
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def birthday(dob: date, years: int) -> date:
    """The day on which somebody born on `dob` turns `years`.

    Somebody born on 29 February has their birthday on 1 March in the other years.
    """
    _calendar_day(dob)
    if years < 0:
        raise ValueError("Nobody turns a negative number of years.")
    try:
        return dob.replace(year=dob.year + years)
    except ValueError:
        if (dob.month, dob.day) != (2, 29):
            raise
        return date(dob.year + years, 3, 1)


def age_on(dob: date, on: date) -> int:
    """Whole years of age on the day `on`. Raises ValueError when that is before the birth."""
    _calendar_day(on)
    if on < dob:
        raise ValueError("Nobody has an age before the day they were born.")
    years = on.year - dob.year
    return years if birthday(dob, years) <= on else years - 1


def age_in_words(dob: date, on: date) -> str:
    """The age as a worker would say it: "9 days", "14 months" below two years, then "7 years".

    Raises ValueError when `on` is before the birth.
    """
    years = age_on(dob, on)
    if years >= YEARS_FROM:
        return f"{years} years"
    # A month with no such day counts from the first of the next, as a birthday does.
    months = (on.year - dob.year) * 12 + on.month - dob.month - (on.day < dob.day)
    return plural(months, "month") if months else plural((on - dob).days, "day")


def iso_day(written: str) -> date:
    """The day written as 2027-02-01, and in no other way (`date.fromisoformat` takes several).

    Raises ValueError, with a sentence, for anything else and for a day no calendar has.
    """
    if not ISO_DAY.fullmatch(written):
        raise ValueError("Write the day as year-month-day, like 2027-02-01.")
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f"There is no such day as {written} in the calendar.") from None


def plain(day: date, *, weekday: bool = False) -> str:
    """The day in words, "3 September 2026", or with `weekday` "Thursday 3 September 2026".

    Written without strftime, whose names follow the machine's locale. The local day is the caller's
    business: hand in `localdate(moment)`, not the moment.
    """
    _calendar_day(day)
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{WEEKDAYS[day.weekday()]} {words}" if weekday else words


def plural(count: int, noun: str) -> str:
    """A counted noun, such as "1 day" or "7 days"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
