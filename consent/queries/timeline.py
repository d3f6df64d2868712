"""What was told to others, in the timeline of a case (settings.TIMELINE_SOURCES).

The entries of the sharing log that exist for whoever reads: what was shared, and what was asked for and not.
"""

from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import Prefetch, QuerySet

from accounts.models import User
from cases.models import Case, Person
from cases.passages import marked
from cases.queries.timeline_sources import Flag, Source, TimelineItem
from consent.gateways import LEFT_US
from consent.models import Share, SharePerson
from consent.permissions import can_see_consents, shares_of


def _shares(*, reader: User, cases: Sequence[Case], person: Person | None) -> QuerySet[Share]:
    return shares_of(reader).filter(case__in=cases)


def _tell(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    about = SharePerson.objects.select_related("person")
    found = (
        Share.objects.filter(pk__in=numbers)
        .select_related(
            "case__service", "agency", "professional__agency", "recorded_by", "referral_out"
        )
        .prefetch_related(Prefetch("share_people", about))
        .fetch_mode(models.FETCH_RAISE)
    )
    return {one.pk: _told(one) for one in found}


def _told(one: Share) -> TimelineItem:
    outgoing = getattr(one, "referral_out", None)
    facts = (
        ("With", one.recipient_in_words),
        ("Why it could be shared", one.get_gateway_display() if one.gateway else ""),
        ("Not shared, and why", one.kept_back),
        ("Referral", str(outgoing.get_status_display()) if outgoing else ""),
        ("What they said", outgoing.answer if outgoing else ""),
    )
    return TimelineItem(
        entry="share",
        reference=str(one.reference),
        url=one.get_absolute_url(),
        title="Referred to an agency"
        if outgoing
        else f"Sharing log: {one.get_outcome_display().lower()}",
        case=one.case,
        happened_at=one.happened_at,
        written_at=one.recorded_at,
        author=one.recorded_by,
        about=one.people_in_words,
        text=one.what,
        paragraphs=marked(one.what, frozenset()),
        facts=tuple(fact for fact in facts if fact[1]),
        flags=() if one.outcome in LEFT_US else (Flag("Not shared", "grey"),),
    )


SHARES = Source(
    noun="share",
    plural="Sharing",
    rows=_shares,
    tell=_tell,
    people="people",
    texts=("what", "kept_back", "recipient_name", "agency__name", "professional__name"),
    may=can_see_consents,
)
