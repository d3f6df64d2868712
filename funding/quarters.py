"""Quarters of the calendar year, as funders count them."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.dates import MONTHS

MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year, 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, (self.number - 1) * MONTHS_OF_A_QUARTER + 1, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return (
            Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)
        )

    @property
    def previous(self) -> "Quarter":
        return (
            Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)
        )

    def __str__(self) -> str:
        months = ("January to March", "April to June", "July to September", "October to December")
        return f"{months[self.number - 1]} {self.year}"

    @property
    def short(self) -> str:
        """For the foot of a picture: Oct–Dec 26."""
        first, last = (MONTHS[day.month - 1][:3] for day in (self.first, self.last))
        return f"{first}–{last} {self.year % 100:02d}"

    @property
    def key(self) -> str:
        """How an address names it: 2026-4."""
        return f"{self.year}-{self.number}"


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month - 1) // MONTHS_OF_A_QUARTER + 1)


def quarter_named(key: str) -> Quarter | None:
    """The quarter that an address names, or None for anything else."""
    year, _, number = key.partition("-")
    if not (
        year.isascii() and year.isdecimal() and len(year) == 4 and number in {"1", "2", "3", "4"}
    ):
        return None
    return Quarter(int(year), int(number)) if int(year) >= 1900 else None


def latest(quarter: Quarter, count: int) -> list[Quarter]:
    """`count` quarters that end with `quarter`, in the order of time."""
    found = [quarter]
    while len(found) < count:
        found.insert(0, found[0].previous)
    return found
