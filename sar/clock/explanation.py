"""The deadline in sentences: every step with its days and its provision, for staff and lawyers."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from core.dates import plain, plural
from sar.clock.facts import Extension, Gate, Ground, Pause, Started, SupposedExtension
from sar.clock.period import MONTH, Period, difference, inclusive

BECAUSE: Final = {
    Ground.COMPLEXITY: "the complexity of the request",
    Ground.NUMBER: "the number of the person's requests",
}


def start(started: Started) -> Iterator[str]:
    """From which day the time counts, and why (UK GDPR Art 12A(2))."""
    if started.mistaken:
        days = " and then ".join(plain(day) for day in started.mistaken)
        yield f"The day of receipt was first written down as {days}: that was wrong, and counts for nothing."
    received = f"The request was received on {plain(started.received, weekday=True)}"
    if not started.arrived and not started.awaited:
        yield (
            f"{received}: its time starts on that day, working day or not (UK GDPR Art 12A(2)(a))."
        )
        return
    yield f"{received}."
    for gate, day in started.arrived.items():
        yield f"{_capital(gate)} was asked for and came on {plain(day, weekday=True)}."
    if started.on is None:
        yield (
            f"{_capital(awaited(started.awaited))}: the time starts when all that was asked for "
            f"has come (UK GDPR Art 12A(2))."
        )
        return
    yield (
        f"Its time starts on the latest of these days, {plain(started.on)}, working day or not "
        f"(UK GDPR Art 12A(2))."
    )


def awaited(gates: Iterable[Gate]) -> str:
    """Such as "evidence of identity and the fee are awaited"."""
    return f"{_with_verb(gate for gate in Gate if gate in set(gates))} awaited"


def extension(
    made: Extension | SupposedExtension | None, *, unextended: Period, last_day: date | None
) -> Iterator[str]:
    """What the notice of extension does, if there is one (UK GDPR Art 12A(3) and (4)).

    `last_day` is the last on which it could have been sent.
    """
    due = unextended.due
    if isinstance(made, SupposedExtension):
        yield (
            f"Supposing that a notice with a ground and reasons is sent "
            f"{f'by {plain(due)}' if due else 'in time'}, the time is extended once, by two "
            f"further months (UK GDPR Art 12A(3) and (4))."
        )
    if not isinstance(made, Extension):
        return
    sent = f"A notice of extension was sent on {plain(made.notice_sent_on)}"
    if last_day is not None and made.notice_sent_on > last_day:
        yield (
            f"{sent}, after the deadline of {plain(last_day)}: too late, so it extends nothing "
            f"(UK GDPR Art 12A(4))."
        )
        return
    yield (
        f"{sent}, {f'by the deadline of {plain(due)}' if due else 'in time'}: because of "
        f"{BECAUSE[made.ground]} the time is extended once, by two further months "
        f"(UK GDPR Art 12A(3) and (4))."
    )


def period(time: Period) -> Iterator[str]:
    """Length, pauses, roll and result (UK GDPR Art 12A(1), (3) and (5))."""
    yield _length(time)
    for pause in time.pauses:
        yield _pause(pause, time)
    if time.days_used is not None:
        yield (
            f"The clock is paused, {plural(time.days_used, 'day')} used, and there is no deadline "
            f"until the answer comes (UK GDPR Art 12A(5))."
        )
    if time.due is None or time.statutory_due is None:
        return
    if time.counted:
        yield from _both_readings(time)
    else:
        yield from _roll(time, 0)
    yield f"Answer by {plain(time.due, weekday=True)}, and without undue delay (UK GDPR Art 12(3))."
    if time.statutory_due != time.due:
        yield (
            f"The statute allows until {plain(time.statutory_due, weekday=True)}; staff work to "
            f"the earlier day, which is safe by both readings."
        )


def _length(time: Period) -> str:
    words = "One month" if time.months == MONTH else "Three months"
    provision = "12A(1)" if time.months == MONTH else "12A(1) and (3)"
    clamped = ", the last day of a shorter month" if time.end.day != time.start.day else ""
    return (
        f"{words} from {plain(time.start)} is {plain(time.end)}{clamped} (UK GDPR Art {provision})."
    )


def _pause(pause: Pause, time: Period) -> str:
    asked = f"Clarification was asked for on {plain(pause.asked)}"
    if pause not in time.counted:
        return (
            f"{asked}, when the time had already run out on {plain(time.last_day)}: "
            f"that pauses nothing."
        )
    if pause.answered is None:
        return f"{asked} and has not been given."
    if pause.answered == pause.asked:
        return f"{asked} and given on the same day."
    return f"{asked} and given on {plain(pause.answered)}."


def _both_readings(time: Period) -> Iterator[str]:
    safe, statutory = len(difference(time.counted)), len(inclusive(time.counted))
    once = " A day that falls in two pauses is left out once." if len(time.counted) > 1 else ""
    yield (
        f"Not counted: {plural(safe, 'day')} by the difference between asking and answering, or "
        f"{statutory} by the statute, which leaves out the days of asking and of answering as well "
        f"(UK GDPR Art 12A(5)).{once}"
    )
    for reading, days in (("difference", safe), ("statute", statutory)):
        ends = plain(time.unrolled(days))
        yield f"By the {reading}: {plain(time.end)} and {plural(days, 'day')} is {ends}."
        yield from _roll(time, days)


def _roll(time: Period, days: int) -> Iterator[str]:
    unrolled, rolled = time.unrolled(days), time.rolled(days)
    if rolled == unrolled:
        return
    skipped = [unrolled + timedelta(days=n) for n in range((rolled - unrolled).days)]
    named = [
        plain(day, weekday=True) + (f" ({name})" if (name := time.holidays.name(day)) else "")
        for day in skipped
    ]
    kind = "a working day" if len(skipped) == 1 else "working days"
    yield (
        f"{_with_verb(named)} not {kind} in England and Wales: the next one is "
        f"{plain(rolled, weekday=True)} (Regulation 1182/71 Art 3(4))."
    )


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _with_verb(things: Iterable[str]) -> str:
    """Such as "a is", "a and b are" or "a, b and c are"."""
    *first, last = things
    return f"{', '.join(first)} and {last} are" if first else f"{last} is"
