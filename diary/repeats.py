"""On which days something that repeats takes place. Pure: nothing asks what day it is."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.dates import ENGLAND, Holidays, add_months

MOST = 104  # times: two years of weeks
STEP = {"week": 7, "fortnight": 14}  # days


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a repeat; `holiday` is what the bank holiday on it is called, "" on other days."""

    day: date
    holiday: str = ""


def days_of(
    first: date,
    every: str,
    *,
    until: date | None = None,
    times: int | None = None,
    holidays: Holidays = ENGLAND,
) -> list[Day]:
    """The days from `first` on, up to and including `until`, or so many `times`; never more than MOST.

    Bank holidays are among them and named, so that a page can show which are left out, and count
    towards `times`. Every month is the same-numbered day, or the last of a month that has none.
    """
    wanted = min(times or MOST, MOST)
    found: list[Day] = []
    for number in range(wanted):
        day = _nth(first, every, number)
        if until is not None and day > until:
            break
        found.append(Day(day=day, holiday=holidays.name(day) or ""))
    return found


def _nth(first: date, every: str, number: int) -> date:
    if every == "month":
        # Counted from the first in one go: from the 31st, February does not shorten March.
        return add_months(first, number)
    return first + timedelta(days=STEP[every] * number)


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment at which clocks in `zone` show `at` on `day`.

    In the hour that summer time leaves out, an hour later, as a clock would show; in the hour that
    comes twice, the first of the two.
    """
    naive = datetime.combine(day, at.replace(fold=0))
    return naive.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).astimezone(zone)


def moved(starts: datetime, *, days: int, at: time, zone: ZoneInfo) -> datetime:
    """`starts` so many `days` later (or earlier, below nought), with clocks showing `at`."""
    return moment(starts.astimezone(zone).date() + timedelta(days=days), at, zone)


def ends_after(starts: datetime, minutes: int) -> datetime:
    """The end of something that lasts so many `minutes`, also in the night the clocks change."""
    utc = starts.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)
    return utc.astimezone(starts.tzinfo)
