"""What stands in the way of destroying somebody's record, and what of it may be erased all the same.

For the retention engine, which asks here and nowhere else. Not for pages: no door.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.models import Draft, Person, Restriction
from core.dates import plain
from sar.complaint_workflow import BreachStatus, ComplaintStatus
from sar.kinds import Kind
from sar.models import Breach, Complaint, ErasureItem, RightsRequest
from sar.workflow import OPEN_STATUSES, RequestStatus


@dataclass(frozen=True, slots=True)
class Hold:
    """One thing that stops destruction: why, as a sentence; which record; since when."""

    reason: str
    record: str  # "sar.RightsRequest", and so on
    reference: str
    since: date


def what_holds(person: Person, *, but: RightsRequest | None = None) -> list[Hold]:
    """Everything that holds the destruction of anything about `person` now (DPA 2018 s.173).

    Open requests from the second they are recorded, restrictions, open complaints and breaches. An
    erasure request does not hold what it erases itself: name it in `but`. Empty: nothing of ours holds it.
    """
    numbers = person.numbers
    requests = RightsRequest.objects.filter(person__in=numbers, status__in=OPEN_STATUSES)
    if but is not None:
        requests = requests.exclude(pk=but.pk)
    found = [
        Hold(
            reason=f"An open request: {one.get_kind_display().lower()}. Destroying now would be an offence "
            "(DPA 2018 s.173).",
            record="sar.RightsRequest",
            reference=str(one.reference),
            since=one.received_on,
        )
        for one in requests
    ]
    found += [
        Hold(
            reason=f"Restricted: {one.get_ground_display()}.",
            record="cases.Restriction",
            reference=str(one.reference),
            since=timezone.localdate(one.recorded_at),
        )
        for one in restrictions_about(numbers)
        if but is None or not _was_placed_by(one, but)
    ]
    found += [
        Hold(
            reason=f"{one.get_kind_display()}, received {plain(one.received_on)}, is not closed.",
            record="sar.Complaint",
            reference=str(one.reference),
            since=one.received_on,
        )
        for one in Complaint.objects.filter(person__in=numbers).exclude(
            status=ComplaintStatus.CLOSED
        )
    ]
    found += [
        Hold(
            reason="A breach that is about them is not closed.",
            record="sar.Breach",
            reference=str(one.reference),
            since=timezone.localdate(one.aware),
        )
        for one in Breach.objects.filter(people__in=numbers).exclude(status=BreachStatus.CLOSED)
    ]
    return found


def why_draft_stays(draft: Draft) -> str:
    """Why `draft` may not be thrown away now; "" if it may (settings.DRAFT_STAYS).

    It was held when somebody of its case asked for a copy, and erasing it before they have it would be an
    offence (DPA 2018 s.173).
    """
    if not _asked_since(draft).exists():
        return ""
    return (
        "Somebody in this case has asked for a copy of what we hold about them, and this draft was held when "
        "they asked: throwing it away now would be an offence (DPA 2018 s.173). Go on with it and save it, or "
        "leave it until the request is answered."
    )


def requests_that_hold(draft: Draft) -> QuerySet[RightsRequest]:
    """The open requests for a copy for which the words of `draft` were held, as they stand there now, by the end of
    the day on which they came; none whose day is not over.
    """
    return _asked_since(draft).filter(
        received_on__gte=timezone.localdate(draft.saved), received_on__lt=timezone.localdate()
    )


def _asked_since(draft: Draft) -> QuerySet[RightsRequest]:
    """The open requests for a copy, by somebody of its case, that came when `draft` was there."""
    return RightsRequest.objects.filter(
        person__in=draft.case.people.all(),
        kind=Kind.ACCESS,
        status__in=OPEN_STATUSES,
        received_on__gte=timezone.localdate(draft.recorded_at),
    ).order_by("pk")


def restrictions_about(numbers: list[int]) -> QuerySet[Restriction]:
    """The restrictions that last on records, cases and entries about these people."""
    about = Q()
    for path in (
        "person",
        "case__people",
        "note__people",
        "contact__people",
        "decision__case__people",
        "document__people",
    ):
        about |= Q(**{f"{path}__in": numbers})
    return Restriction.objects.filter(about, lifted_at=None).distinct()


def _was_placed_by(restriction: Restriction, request: RightsRequest) -> bool:
    """Whether a restriction was placed for this very request, and ends with it."""
    return restriction.asked_by.filter(request=request).exists()


def erasures_to_act_on() -> QuerySet[ErasureItem]:
    """What was decided and approved to be erased and is still there: see `sar.models.ErasureItem`.

    Nothing of a request that was taken back, or refused after all: nobody asks for it any more.
    """
    return (
        ErasureItem.objects.filter(
            decision=ErasureItem.Decision.ERASE, approved_at__isnull=False, acted=None
        )
        .exclude(request__status__in=[RequestStatus.WITHDRAWN, RequestStatus.REFUSED])
        .select_related("request__person")
        .order_by("pk")
    )
