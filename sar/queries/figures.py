"""Figures about requests by quarter, for the officer and the trustees: numbers, and nobody's name."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from sar.deadlines import answered_on, is_late
from sar.kinds import Kind
from sar.models import RightsRequest
from sar.permissions import may_work
from sar.queries.requests import WHAT_HAPPENED
from sar.workflow import RequestStatus

QUARTERS = 8  # as many as two years have
NAMES = ("January to March", "April to June", "July to September", "October to December")


@dataclass(slots=True)
class Quarter:
    """What came in one quarter, and what became of it."""

    begins: date
    kinds: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    on_time: int = 0
    late: int = 0
    # Not answered, and its day has passed.
    late_open: int = 0
    running: int = 0
    extended: int = 0
    days: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        return name_of(self.begins)

    @property
    def received(self) -> int:
        return self.kinds.total()

    @property
    def days_taken(self) -> float | None:
        """The middle one of the days that answers took; None before the first answer."""
        return median(self.days) if self.days else None

    @property
    def outcomes_in_words(self) -> list[str]:
        return [f"{words}: {many}" for words, many in sorted(self.outcomes.items())]

    @property
    def reasons_in_words(self) -> list[str]:
        return [f"{words}: {many}" for words, many in sorted(self.reasons.items())]


def quarter_of(day: date) -> date:
    """The first day of the quarter that `day` lies in."""
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def name_of(begins: date) -> str:
    """The quarter in words."""
    return f"{NAMES[(begins.month - 1) // 3]} {begins.year}"


def since_of(on: date) -> date:
    """The first day of the quarters that are shown on the day `on`."""
    since = quarter_of(on)
    for _ in range(QUARTERS - 1):
        since = quarter_of(date.fromordinal(since.toordinal() - 1))
    return since


def figures_of(requests: Iterable[RightsRequest], *, on: date) -> list[Quarter]:
    """The figures of `requests` by the quarter in which each was received, the latest first."""
    quarters: dict[date, Quarter] = {}
    for request in requests:
        begins = quarter_of(request.received_on)
        quarter = quarters.setdefault(begins, Quarter(begins=begins))
        _count(quarter, request, on)
    return sorted(quarters.values(), key=lambda one: one.begins, reverse=True)


def open_figures(*, look: Look, on: date) -> list[Quarter]:
    """The last two years; one entry. NotNow (403, logged) for whoever does not work on requests."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_work(look.by):
        raise NotNow(
            "The Data Protection Officer reads these figures.", look=look, record=RightsRequest
        )
    show(look, [Shown(Verb.REQUEST_FIGURES_READ, RightsRequest)])
    found = (
        RightsRequest.objects.filter(received_on__gte=since_of(on))
        .select_related("extension")
        .prefetch_related(*WHAT_HAPPENED)
        .order_by("pk")
    )
    return figures_of(found, on=on)


def _count(quarter: Quarter, request: RightsRequest, on: date) -> None:
    quarter.kinds[Kind(request.kind).label] += 1
    extension = getattr(request, "extension", None)
    quarter.extended += extension is not None and extension.notice_sent_on is not None
    late, day = is_late(request, on), answered_on(request)
    taken_back = request.status == RequestStatus.WITHDRAWN
    if request.is_open:
        quarter.late_open += late
        quarter.running += not late
    else:
        done = request.get_outcome_display() or request.get_status_display()
        quarter.outcomes[str(done)] += 1
        quarter.late += late
        # What was taken back was neither answered in time nor took any days to answer.
        quarter.on_time += not late and not taken_back
    if day is not None and not taken_back:
        quarter.days.append((day - request.received_on).days)
    if late:
        quarter.reasons[str(request.get_late_reason_display() or "No reason written down")] += 1
