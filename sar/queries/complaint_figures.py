"""Figures about complaints, compliments and breaches by quarter: numbers, and nobody's name (P52, N21)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from django.utils import timezone

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from sar.desk_permissions import may_read_complaint_figures
from sar.models import Breach, Complaint
from sar.models.breach import TO_TELL_THE_REGULATOR
from sar.queries.figures import name_of, quarter_of, since_of


@dataclass(slots=True)
class Quarter:
    """What was complained of, praised and went wrong in one quarter, and what became of it."""

    begins: date
    kinds: Counter[str] = field(default_factory=Counter)
    # By what it was: upheld says something else of a complaint about data than of one about a service.
    outcomes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # Complaints about data, which are acknowledged within 30 days (DPA 2018 s.164A).
    in_time: int = 0
    late: int = 0
    still_open: int = 0
    days: list[int] = field(default_factory=list)
    breaches: Counter[str] = field(default_factory=Counter)
    # Breaches of which the regulator was told, within 72 hours or after.
    told: int = 0
    told_late: int = 0

    @property
    def name(self) -> str:
        return name_of(self.begins)

    @property
    def days_taken(self) -> float | None:
        """The middle one of the days until the outcome; None before the first."""
        return median(self.days) if self.days else None

    @property
    def outcomes_in_words(self) -> dict[str, list[str]]:
        """The outcomes of each kind, by its word of the database."""
        return {
            kind: [f"{words}: {many}" for words, many in sorted(self.outcomes[kind].items())]
            for kind in Complaint.Kind.values
        }


def figures_of(
    complaints: Iterable[Complaint], breaches: Iterable[Breach], *, on: date
) -> list[Quarter]:
    """The figures by the quarter in which each came or was noticed, the latest first."""
    quarters: dict[date, Quarter] = {}

    def quarter(day: date) -> Quarter:
        begins = quarter_of(day)
        return quarters.setdefault(begins, Quarter(begins=begins))

    for complaint in complaints:
        _count(quarter(complaint.received_on), complaint, on)
    for breach in breaches:
        _count_breach(quarter(timezone.localdate(breach.aware)), breach)
    return sorted(quarters.values(), key=lambda one: one.begins, reverse=True)


def open_figures(*, look: Look, on: date) -> list[Quarter]:
    """The last two years; one entry. NotNow (403, logged) for whoever works on neither."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_read_complaint_figures(look.by):
        raise NotNow(
            "The Data Protection Officer reads these figures.", look=look, record=Complaint
        )
    show(look, [Shown(Verb.COMPLAINT_FIGURES_READ, Complaint)])
    since = since_of(on)
    return figures_of(
        Complaint.objects.filter(received_on__gte=since),
        Breach.objects.filter(aware__date__gte=since),
        on=on,
    )


def _count(quarter: Quarter, complaint: Complaint, on: date) -> None:
    quarter.kinds[complaint.kind] += 1
    by = complaint.acknowledge_by
    if by is not None:
        at = complaint.acknowledged_at
        late = (timezone.localdate(at) if at is not None else on) > by
        quarter.late += late
        quarter.in_time += not late and at is not None
    quarter.still_open += complaint.is_open
    if complaint.closed_at is not None:
        quarter.outcomes[complaint.kind][str(complaint.get_outcome_display())] += 1
        quarter.days.append((timezone.localdate(complaint.closed_at) - complaint.received_on).days)


def _count_breach(quarter: Quarter, breach: Breach) -> None:
    quarter.breaches[breach.risk] += 1
    if breach.regulator_told is not None:
        late = breach.regulator_told > breach.aware + TO_TELL_THE_REGULATOR
        quarter.told_late += late
        quarter.told += not late
