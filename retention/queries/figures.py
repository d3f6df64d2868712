"""What falls due in the next years, what is kept and why, and what was destroyed by quarter; it names nobody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Sum
from django.utils import timezone

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Alert, Case, Restriction
from cases.models.standing import stands_on
from cases.workflow import CaseStatus
from funding.quarters import latest, quarter_of
from retention.due import NEVER, all_due
from retention.kinds import PERSON, PROPOSED
from retention.models import AnonymousGroup, Hold, Proposal, ScheduleRow
from retention.permissions import may_propose
from retention.remains import FACTS, kind_words
from retention.workflow import ProposalStatus
from safeguarding.models import Concern
from safeguarding.workflow import ConcernStatus
from sar.complaint_workflow import BreachStatus, ComplaintStatus
from sar.models import Breach, Complaint, RightsRequest
from sar.workflow import OPEN_STATUSES

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
    # Of each kind of record, how many groups there are of those made anonymous, and of how many families.
    anonymous: list[tuple[str, int, int]]


def open_figures(*, look: Look, on: date) -> Figures:
    """Counts of everything, in one pass over the records; NotNow (403, logged) for whoever does not propose."""
    _reading(look)
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
        held=_held(on),
        destroyed=_by_quarter(ProposalStatus.DESTROYED, on),
        not_destroyed=_by_quarter(ProposalStatus.RETURNED, on),
        anonymous=_anonymous(),
    )


ANONYMOUS_COLUMNS = ("Kind of record", "Families", *(fact.words for fact in FACTS.values()))


def export_anonymous(*, look: Look) -> Iterator[tuple[str, ...]]:
    """Every group of records that were made anonymous, as rows of a file; it names nobody."""
    _reading(look)
    groups = AnonymousGroup.objects.order_by("kind", "pk")
    return (
        (kind_words(one.kind), str(one.number), *(one.facts.get(name, "") for name in FACTS))
        for one in groups
    )


def _reading(look: Look) -> None:
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_propose(look.by):
        raise NotNow("These figures are not part of your role.", look=look, record=ScheduleRow)
    show(look, [Shown(Verb.RETENTION_READ, ScheduleRow)])


def _anonymous() -> list[tuple[str, int, int]]:
    found = AnonymousGroup.objects.values("kind").order_by("kind")
    return [
        (kind_words(one["kind"]), one["groups"], one["families"])
        for one in found.annotate(groups=Count("pk"), families=Sum("number"))
    ]


def _held(on: date) -> dict[str, int]:
    """Holds placed by hand by their kind, and what holds by itself, by what it is."""
    kinds = Counter(Hold.objects.filter(released_at=None).values_list("kind", flat=True))
    by_hand = {str(Hold.Kind(kind).label): count for kind, count in kinds.most_common()}
    concerns = Concern.objects.exclude(status=ConcernStatus.ENDED)
    alerts = Alert.objects.filter(stands_on(on), kind=Alert.Kind.SAFEGUARDING)
    by_itself = {
        "Open case": Case.objects.exclude(status=CaseStatus.CLOSED).count(),
        "Open request": RightsRequest.objects.filter(status__in=OPEN_STATUSES).count(),
        "Restriction": Restriction.objects.filter(lifted_at=None).count(),
        "Open complaint": Complaint.objects.exclude(status=ComplaintStatus.CLOSED).count(),
        "Open breach": Breach.objects.exclude(status=BreachStatus.CLOSED).count(),
        "Concern not dealt with": concerns.count(),
        "Safeguarding alert": alerts.count(),
    }
    return by_hand | {name: count for name, count in by_itself.items() if count}


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
