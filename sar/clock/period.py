"""The sum: one or three months, the pauses that count, and where both readings of them end."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.dates import ONE_DAY, Holidays, add_months, next_working_day
from sar.clock.facts import Pause

MONTH: Final = 1
EXTENDED: Final = 3
"""One month and two further ones, counted together so that the end is clamped only once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The time for an answer, `months` from `start` (UK GDPR Art 12A(1), (3) and (5)).

    `pauses` are those asked for, in order of the day; `counted` are those that pause.
    """

    start: date
    months: int
    pauses: tuple[Pause, ...]
    holidays: Holidays

    @property
    def end(self) -> date:
        """The same-numbered day, or the month's last: no pause added, not rolled."""
        return add_months(self.start, self.months)

    @property
    def counted(self) -> tuple[Pause, ...]:
        """The pauses asked for while there was time left to pause, by the statute's reading.

        One that goes on from a pause that counts, without a day between, counts with it.
        """
        counted: tuple[Pause, ...] = ()
        for pause in self.pauses:
            runs = pause.asked <= self.rolled(len(inclusive(counted)))
            if runs or _is_open(counted) or _goes_on(counted, pause):
                counted += (pause,)
        return counted

    def unrolled(self, days: int) -> date:
        """The end with so many days added that do not count."""
        return self.end + timedelta(days=days)

    def rolled(self, days: int) -> date:
        """The same, rolled once to a working day (Regulation 1182/71 Art 3(4))."""
        return next_working_day(self.unrolled(days), self.holidays)

    @property
    def paused(self) -> bool:
        """Whether a question that counts is still unanswered."""
        return _is_open(self.counted)

    @property
    def last_day(self) -> date:
        """The day the time ran out on by the statute's reading, unanswered questions left aside."""
        return self.rolled(len(inclusive(self.counted)))

    @property
    def due(self) -> date | None:
        """The safe day: the days between asking and answering are added. None while paused."""
        return None if self.paused else self.rolled(len(difference(self.counted)))

    @property
    def statutory_due(self) -> date | None:
        """The statute's day: those of asking and answering are added too. None while paused."""
        return None if self.paused else self.last_day

    @property
    def days_used(self) -> int | None:
        """How much of the time had gone when the pause began, in days; None while the clock runs.

        It stays the same for as long as the pause lasts, so no "today" is asked for.
        """
        if not self.paused:
            return None
        stopped = min(pause.asked for pause in self.counted if pause.answered is None)
        before = range(self.start.toordinal(), stopped.toordinal())
        return len(set(before) - difference(self.counted))


def difference(pauses: tuple[Pause, ...]) -> set[int]:
    """The days from asking until answering (ordinals), each once; none yet for an open pause."""
    return {
        day
        for pause in pauses
        if pause.answered is not None
        for day in range(pause.asked.toordinal(), pause.answered.toordinal())
    }


def inclusive(pauses: tuple[Pause, ...]) -> set[int]:
    """The days from asking to answering, both left out with them (ordinals), each once."""
    return {
        day
        for pause in pauses
        if pause.answered is not None
        for day in range(pause.asked.toordinal(), pause.answered.toordinal() + 1)
    }


def _is_open(pauses: tuple[Pause, ...]) -> bool:
    return any(pause.answered is None for pause in pauses)


def _goes_on(counted: tuple[Pause, ...], pause: Pause) -> bool:
    return any(
        before.answered is not None and pause.asked <= before.answered + ONE_DAY
        for before in counted
    )
