"""The clock itself: facts in, deadline and explanation out, and what may be added to the facts."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from core.dates import ENGLAND, Holidays, next_working_day, plain, plural
from core.errors import Refused
from sar.clock import explanation
from sar.clock.facts import (
    Extension,
    Gate,
    Ground,
    Pause,
    Right,
    Started,
    SupposedExtension,
    check_year,
)
from sar.clock.period import EXTENDED, MONTH, Period

ACKNOWLEDGE_COMPLAINT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """What the clock says about a request. Days are None while there is no deadline.

    `due` is what staff work to; `statutory_due`, never earlier, is the last day the statute's own
    wording allows; `unextended_due` is `due` without any extension. `days_used` is how much of the
    time had gone when the pause began; `awaited` is what the start still waits for.
    """

    start: date | None
    due: date | None
    statutory_due: date | None
    unextended_due: date | None
    extended: bool
    days_used: int | None
    awaited: frozenset[Gate]
    explanation: tuple[str, ...]

    @property
    def paused(self) -> bool:
        """Whether the clock stands still until clarification comes."""
        return self.days_used is not None

    @property
    def state(self) -> str:
        """Why there is no deadline: "paused, 7 days used" or "not started, …"; "" when there is."""
        if self.days_used is not None:
            return f"paused, {plural(self.days_used, 'day')} used"
        return f"not started, {explanation.awaited(self.awaited)}" if self.awaited else ""

    @property
    def sentence(self) -> str:
        """The whole answer in one line."""
        if self.due is None or self.statutory_due is None:
            return f"No deadline yet: {self.state}."
        due = f"Due by {plain(self.due, weekday=True)}{', extended' if self.extended else ''}"
        if self.statutory_due == self.due:
            return f"{due}."
        return f"{due} (the statute allows until {plain(self.statutory_due, weekday=True)})."

    def days_left(self, on: date) -> int | None:
        """Days from `on` to the day staff work to: 0 on the day itself, negative after it."""
        return None if self.due is None else (self.due - on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Everything that happened to a request and moves its deadline.

    To record an event, build the clock as it would then be: what cannot be is Refused here, with a
    sentence (a pause for a right that has none, a pause before the start, a year out of range).
    An extension whose notice turns out late, because a fact was corrected, extends nothing.
    When the table of holidays changes, `replace(clock, holidays=…)` and compare the two deadlines.
    """

    kind: Right
    started: Started
    pauses: tuple[Pause, ...] = ()
    extension: Extension | SupposedExtension | None = None
    holidays: Holidays = field(default=ENGLAND, repr=False)

    def __post_init__(self) -> None:
        in_order = sorted(self.pauses, key=lambda pause: (pause.asked, pause.answered or date.max))
        object.__setattr__(self, "pauses", tuple(in_order))
        for day in self._days():
            check_year(day)
        if self.pauses:
            self._check_may_pause()

    @property
    def deadline(self) -> Deadline:
        """When the answer is due, and why (UK GDPR Art 12(3) and 12A)."""
        start = self.started.on
        time = self.time
        unextended = self.period(MONTH)
        return Deadline(
            start=start,
            due=time.due if time else None,
            statutory_due=time.statutory_due if time else None,
            unextended_due=unextended.due if unextended else None,
            extended=self.extended,
            days_used=time.days_used if time else None,
            awaited=self.started.awaited,
            explanation=tuple(self._explain()),
        )

    @property
    def time(self) -> Period | None:
        """The period for the answer as things stand, or None while the clock has not started."""
        return self.period(EXTENDED if self.extended else MONTH)

    @property
    def extended(self) -> bool:
        """Whether there is an extension and its notice went out in time (UK GDPR Art 12A(4))."""
        if not isinstance(self.extension, Extension):
            return self.extension is not None
        last = self.last_day_for_notice(self.extension.notice_sent_on)
        return last is None or self.extension.notice_sent_on <= last

    def period(self, months: int) -> Period | None:
        """The period of so many months from the start, or None while that is not known."""
        if self.started.on is None:
            return None
        return Period(
            start=self.started.on, months=months, pauses=self.pauses, holidays=self.holidays
        )

    def last_day_for_notice(self, sent: date) -> date | None:
        """The last day for a notice of extension, or None while the clock has not started.

        An unanswered question is taken as answered on the day the notice was `sent`: whenever the
        answer does come, the deadline is no earlier than this, so what was in time stays in time.
        """
        settled = tuple(
            pause if pause.answered else Pause(pause.asked, max(pause.asked, sent))
            for pause in self.pauses
        )
        unextended = replace(self, pauses=settled).period(MONTH)
        return unextended.due if unextended else None

    def _explain(self) -> Iterator[str]:
        yield from explanation.start(self.started)
        time, unextended = self.time, self.period(MONTH)
        if time is None or unextended is None:
            return
        last_day = None
        if isinstance(self.extension, Extension):
            last_day = self.last_day_for_notice(self.extension.notice_sent_on)
        yield from explanation.extension(self.extension, unextended=unextended, last_day=last_day)
        yield from explanation.period(time)

    def _days(self) -> Iterator[date]:
        yield from [self.started.received, *self.started.arrived.values()]
        for pause in self.pauses:
            yield from [pause.asked] if pause.answered is None else [pause.asked, pause.answered]
        if isinstance(self.extension, Extension):
            yield self.extension.notice_sent_on

    def _check_may_pause(self) -> None:
        if self.kind is not Right.ACCESS:
            raise Refused(
                f"Only a request for access can be paused for clarification (UK GDPR Art 12A(5)), "
                f"and this is a request for {self.kind}: its time goes on."
            )
        if self.started.on is None:
            raise Refused(
                f"The clock cannot be paused before it starts, and it has not started: "
                f"{explanation.awaited(self.started.awaited)}."
            )
        asked = self.pauses[0].asked
        if asked < self.started.on:
            raise Refused(
                f"The clock cannot be paused before it starts: clarification was asked for on "
                f"{plain(asked)}, and the time starts on {plain(self.started.on)}. Correct the "
                f"dates, or leave this pause out."
            )


def check_pause(clock: Clock, *, asked_on: date) -> Clock:
    """`clock` with a pause that begins on `asked_on`, not yet answered (UK GDPR Art 12A(5)).

    Raises Refused for a right that cannot be paused, for a day before the start, and once the time
    has run out: asking then would not give any of it back.
    """
    asked = Pause(asked_on)
    paused = replace(clock, pauses=(*clock.pauses, asked))
    time = paused.period(EXTENDED if clock.extended else MONTH)
    if time is not None and asked not in time.counted:
        raise Refused(
            f"The time ran out on {plain(time.last_day)}, so asking for clarification on "
            f"{plain(asked_on)} cannot pause it. Answer with what can be answered now."
        )
    return paused


def check_extension(
    clock: Clock, *, ground: Ground | None, reasons: str, notice_sent_on: date | None
) -> Extension:
    """The extension of `clock` by a notice, if the law allows it (UK GDPR Art 12A(3) and (4)).

    Raises Refused for a second extension, no ground, no reasons, no notice, a notice dated before
    the request, and a notice sent after the un-extended deadline. That deadline is the safe one,
    `due`, and not the statutory one a pause may put a day or more later: a notice in time by `due`
    is in time by either reading of Art 12A(5), and staff work to one day only.
    """
    if clock.extension is not None:
        raise Refused(
            "The time has been extended once already, and the law allows that only once "
            "(UK GDPR Art 12A(3))."
        )
    if ground is None:
        raise Refused(
            "Say on which ground the time is extended: the complexity of the request, or the "
            "number of the person's requests (UK GDPR Art 12A(3))."
        )
    if not reasons.strip():
        raise Refused(
            "Give the reasons for the delay: the notice must state them (UK GDPR Art 12A(4))."
        )
    if notice_sent_on is None:
        raise Refused("Give the day on which the notice of extension was sent to the person.")
    check_year(notice_sent_on)
    received = clock.started.received
    if notice_sent_on < received:
        raise Refused(
            f"A notice of extension cannot have been sent on {plain(notice_sent_on)}, before the "
            f"request was received on {plain(received)}. Correct the date."
        )
    last = clock.last_day_for_notice(notice_sent_on)
    if last is not None and notice_sent_on > last:
        raise Refused(
            f"A notice of extension sent on {plain(notice_sent_on)} is too late: it had to be sent "
            f"by {plain(last)}, the deadline without it (UK GDPR Art 12A(4)). That deadline stands."
        )
    return Extension(notice_sent_on=notice_sent_on, ground=ground)


def complaint_acknowledge_by(received: date, holidays: Holidays = ENGLAND) -> date:
    """The last day to acknowledge a complaint about data (DPA 2018 s.164A(3)).

    30 days counted from the day after receipt, rolled once to a working day. Raises Refused for a
    year the clock does not know.
    """
    check_year(received)
    return next_working_day(received + ACKNOWLEDGE_COMPLAINT, holidays)
