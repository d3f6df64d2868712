"""When a request is due: the clock of the law over the rows of what happened. Nobody types it in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.utils import timezone

from core.dates import plain, plural
from sar.clock import (
    Clock,
    Deadline,
    Extension,
    Ground,
    Pause,
    Right,
    Started,
    SupposedExtension,
)
from sar.kinds import CLOCK_GATES, EvidenceGate, HowEstablished
from sar.models import RequestCorrection, RightsRequest
from sar.workflow import RequestStatus


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands on a day. `days_left` is negative when it is late, None without a day."""

    deadline: Deadline
    days_left: int | None
    answered: str = ""

    @property
    def words(self) -> str:
        """Such as "7 days left", "due today", "3 days late", "paused, 7 days used", "released"."""
        if self.answered:
            return self.answered
        if self.days_left is None:
            return self.deadline.state
        if self.days_left == 0:
            return "due today"
        return (
            f"{plural(self.days_left, 'day')} left"
            if self.days_left > 0
            else f"{plural(-self.days_left, 'day')} late"
        )

    @property
    def due_in_words(self) -> str:
        return plain(self.deadline.due) if self.deadline.due else "no day yet"


def is_late(request: RightsRequest, on: date) -> bool:
    """Whether its day had passed when it was answered, or has passed on the day `on`."""
    due = deadline_of(request, on).deadline.due
    day = on if request.is_open else answered_on(request)
    return due is not None and day is not None and due < day


def answered_on(request: RightsRequest) -> date | None:
    """The day it was answered, whatever the answer, or taken back; None while it is open."""
    if request.withdrawn_on is not None:
        return request.withdrawn_on
    at = request.released_at or request.refused_at or request.nothing_held_at or request.answered_at
    return timezone.localtime(at).date() if at is not None else None


def clock_of(request: RightsRequest) -> Clock:
    """The clock as it stands after everything that is recorded of `request`.

    Reads `evidence_asked`, `evidence_seen`, `clarifications`, `corrections` and `extension`; lists prefetch
    them.
    """
    extension = getattr(request, "extension", None)
    told_on = extension.notice_sent_on if extension else None
    return Clock(
        kind=Right(request.kind),
        started=started_of(request),
        pauses=tuple(
            Pause(question.asked_on, question.answered_on)
            for question in request.clarifications.all()
        ),
        # Told is what extends (UK GDPR Art 12A(4)): until then it is a plan.
        extension=Extension(notice_sent_on=told_on, ground=Ground(extension.ground))
        if extension and told_on
        else None,
    )


def untold_extension(request: RightsRequest) -> bool:
    """Whether a longer time is planned of which the person has not been told."""
    extension = getattr(request, "extension", None)
    return request.is_open and extension is not None and extension.notice_sent_on is None


def too_late_to_tell(request: RightsRequest, on: date) -> str:
    """Why the person cannot be told on the day `on` any more that it takes longer; empty if they can."""
    last = clock_of(request).last_day_for_notice(on)
    if last is None or on <= last:
        return ""
    return (
        f"They can no longer be told that it takes longer: that had to be done by {plain(last)}, the deadline without "
        "it (UK GDPR Art 12A(4)). That deadline stands."
    )


def said_untold(request: RightsRequest, on: date) -> str:
    """What a planned extension needs before it counts, in a sentence; empty if there is none."""
    if not untold_extension(request):
        return ""
    last = clock_of(request).last_day_for_notice(on)
    if too_late := too_late_to_tell(request, on):
        return f"A longer time was planned, and the person was not told of it. {too_late}"
    by = f" by {plain(last)}" if last else ""
    return (
        "A longer time is planned. It extends nothing before the person is told: send the letter “The answer takes "
        f"longer”{by} (UK GDPR Art 12A(4))."
    )


def due_if_extended(request: RightsRequest) -> date | None:
    """The day the answer would be due if the person is told in time that it takes longer."""
    clock = clock_of(request)
    if clock.extension is None:
        clock = replace(clock, extension=SupposedExtension())
    return clock.deadline.due


def started_of(request: RightsRequest, *, also_asked: Iterable[EvidenceGate] = ()) -> Started:
    """When its time starts (UK GDPR Art 12A(2)).

    Only evidence that was asked for moves the start; that somebody is known to a worker moves
    nothing, and ends the waiting. `also_asked` supposes that these were asked for as well.
    """
    asked = {EvidenceGate(row.gate) for row in request.evidence_asked.all()} | set(also_asked)
    seen = {EvidenceGate(row.gate): row for row in request.evidence_seen.all()}
    came = {
        gate: row.seen_on
        for gate, row in seen.items()
        if gate in asked and row.how == HowEstablished.EVIDENCE
    }
    return Started(
        received=request.received_on,
        identity=came.get(EvidenceGate.IDENTITY),
        authority=came.get(EvidenceGate.AUTHORITY),
        awaited=frozenset(CLOCK_GATES[gate] for gate in asked - seen.keys()),
        mistaken=tuple(
            date.fromisoformat(one.before)
            for one in request.corrections.all()
            if one.what == RequestCorrection.What.RECEIVED_ON
        ),
    )


def deadline_of(request: RightsRequest, on: date) -> Standing:
    """When `request` is due, and where that stands on the day `on` (UK GDPR Art 12(3), 12A)."""
    deadline = clock_of(request).deadline
    if untold := said_untold(request, on):
        deadline = replace(deadline, explanation=(*deadline.explanation, untold))
    answered = {
        RequestStatus.RELEASED: "released",
        RequestStatus.ANSWERED: "answered",
        RequestStatus.REFUSED: "refused",
        RequestStatus.NOTHING_HELD: "answered: nothing is held",
        RequestStatus.WITHDRAWN: "withdrawn",
    }.get(RequestStatus(request.status), "")
    return Standing(
        deadline=deadline,
        days_left=None if answered else deadline.days_left(on),
        answered=answered,
    )
