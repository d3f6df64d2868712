"""What falls due in the next years, what is kept and why, and what was destroyed by quarter; it names nobody."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from funding.quarters import latest, quarter_of
from retention.due import NEVER, PERSON, all_due
from retention.models import Hold, Proposal, ScheduleRow
from retention.permissions import may_propose
from retention.proposing import PROPOSED
from retention.workflow import ProposalStatus

YEARS = 8
QUARTERS = 8


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by year, by reason and by quarter, each in the order in which it is shown."""

    due: dict[str, int]
    without_a_day: dict[str, int]
    held: dict[str, int]
    destroyed: dict[str, int]
    not_destroyed: dict[str, int]


def open_figures(*, look: Look, on: date) -> Figures:
    """Counts of everything, in one pass over the records; NotNow (403, logged) for whoever does not propose."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_propose(look.by):
        raise NotNow("These figures are not part of your role.", look=look, record=ScheduleRow)
    show(look, [Shown(Verb.RETENTION_READ, ScheduleRow)])
    years: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    last = on.year + YEARS - 1
    for one in all_due():
        # Somebody goes with the last of their records: the records alone are counted.
        if one.table not in PROPOSED or one.table == PERSON:
            continue
        if one.day is None:
            reasons[NEVER[one.why].removeprefix("Kept: ").rstrip(".")] += 1
        elif one.day <= on:
            years["Due now"] += 1
        else:
            years[str(one.day.year) if one.day.year <= last else "Later"] += 1
    in_order = ["Due now", *map(str, range(on.year, last + 1)), "Later"]
    return Figures(
        due={name: years[name] for name in in_order},
        without_a_day=dict(reasons.most_common()),
        held=_held(),
        destroyed=_by_quarter(ProposalStatus.DESTROYED, on),
        not_destroyed=_by_quarter(ProposalStatus.RETURNED, on),
    )


def _held() -> dict[str, int]:
    kinds = Counter(Hold.objects.filter(released_at=None).values_list("kind", flat=True))
    return {str(Hold.Kind(kind).label): count for kind, count in kinds.most_common()}


def _by_quarter(status: ProposalStatus, on: date) -> dict[str, int]:
    """How many proposals ended so, in each of the last quarters."""
    quarters = latest(quarter_of(on), QUARTERS)
    since = quarters[0].first - timedelta(days=1)
    ended = Proposal.objects.filter(status=status, ended_at__date__gt=since)
    counts = Counter(
        str(quarter_of(timezone.localdate(moment)))
        for moment in ended.values_list("ended_at", flat=True)
        if moment is not None
    )
    return {str(quarter): counts[str(quarter)] for quarter in quarters}
