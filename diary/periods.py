"""The days that a page of the diary shows. Pure: nothing asks what day it is."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.dates import MONTHS, add_months, iso_day, plain

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)  # the bank holidays are known for these


class View(StrEnum):
    """How many days one page shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """The day, week or month in which a day lies."""

    view: View
    on: date

    @property
    def since(self) -> date:
        if self.view is View.WEEK:
            return self.on - timedelta(days=self.on.weekday())
        return self.on.replace(day=1) if self.view is View.MONTH else self.on

    @property
    def until(self) -> date:
        if self.view is View.WEEK:
            return self.since + timedelta(days=6)
        if self.view is View.MONTH:
            return self.on.replace(day=monthrange(self.on.year, self.on.month)[1])
        return self.on

    @property
    def before(self) -> "Period":
        return self._step(-1)

    @property
    def after(self) -> "Period":
        return self._step(1)

    @property
    def words(self) -> str:
        """What the page shows, as its heading says it."""
        if self.view is View.WEEK:
            return f"Week from {plain(self.since)}"
        if self.view is View.MONTH:
            return f"{MONTHS[self.on.month - 1]} {self.on.year}"
        return plain(self.on, weekday=True)

    def _step(self, by: int) -> "Period":
        if self.view is View.MONTH:
            return Period(self.view, within(add_months(self.since, by)))
        days = 7 if self.view is View.WEEK else 1
        return Period(self.view, within(self.on + timedelta(days=days * by)))


def period_of(view: str, on: str, *, today: date) -> Period:
    """The period that an address asks for; this week, or the one of today, where it asks for nonsense."""
    try:
        day = iso_day(on)
    except ValueError:
        day = today
    return Period(View(view) if view in View else View.WEEK, within(day))


def within(day: date) -> date:
    """The day, or the nearest one that a page of the diary can show."""
    return min(max(day, FIRST), LAST)
