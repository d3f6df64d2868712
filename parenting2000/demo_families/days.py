"""The days of the demo, counted back from the day it is loaded, so that it is always fresh."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from core.dates import add_months, is_working_day, next_working_day, plain

AGE = re.compile(r"^(\d+)y (\d+)d$")
# In prose, {12} is the day twelve days ago in words, and {-12} the one in twelve days.
DAY_IN_PROSE = re.compile(r"\{(-?\d+)\}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """Turns "so many days ago" into days; `today` is the day on which the demo is loaded."""

    today: date

    def day(self, ago: int) -> date:
        """The day `ago` days before today, whatever day of the week that is."""
        return self.today - timedelta(days=ago)

    def worked(self, ago: int) -> date:
        """The same, or the last working day before it: nobody visits on a Sunday.

        A day in the future moves to the next working day instead.
        """
        day = self.day(ago)
        if ago < 0:
            return next_working_day(day)
        while not is_working_day(day):
            day -= timedelta(days=1)
        return day

    def moment(self, ago: int, at: str) -> datetime:
        """A time of the day, written "10:30", on the working day `ago` days ago."""
        return moment_of(self.worked(ago), at)

    def born(self, age: str) -> date:
        """The date of birth of somebody whose age today is written "9y 30d"."""
        if (match := AGE.match(age)) is None:
            raise ValueError(f"An age is written as 9y 30d, not {age!r}.")
        years, days = (int(part) for part in match.groups())
        return add_months(self.today, -12 * years) - timedelta(days=days)

    def prose(self, text: str) -> str:
        """`text` with its {numbers} written out as dates."""
        return DAY_IN_PROSE.sub(lambda match: plain(self.worked(int(match.group(1)))), text)


def moment_of(day: date, at: str) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(at)))
