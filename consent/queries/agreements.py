"""Which agreements with agencies hold, and which are to be looked at again. About nobody."""

from datetime import date, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cases.models import Agency
from cases.queries.agencies import same_agency
from consent.models import Agreement, AgreementReview

ENDS_SOON = timedelta(days=30)


def holding(on: date) -> Q:
    """Agreements that hold on the day `on`."""
    return (
        Q(starts_on__lte=on)
        & (Q(ends_on=None) | Q(ends_on__gte=on))
        & (Q(ended_on=None) | Q(ended_on__gt=on))
    )


def with_next_review(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """`agreements`, each with `next_review`: the day set when it was last looked at."""
    reviews = AgreementReview.objects.filter(agreement=OuterRef("pk")).order_by("-pk")
    latest = Subquery(reviews.values("review_on")[:1])
    return agreements.annotate(next_review=Coalesce(latest, F("review_on")))


def agreements_with(agency: Agency) -> QuerySet[Agreement]:
    """Every agreement with `agency`, under whichever name it was written down; the newest first."""
    found = Agreement.objects.filter(same_agency(agency)).select_related("recorded_by", "agency")
    return with_next_review(found).order_by("-starts_on", "-pk")


def reviews_due(on: date) -> QuerySet[Agreement]:
    """Agreements that were not ended and whose day to be looked at has come, or that end within a month."""
    found = Agreement.objects.filter(ended_on=None).select_related("agency", "recorded_by")
    soon = Q(ends_on__lte=on + ENDS_SOON)
    return with_next_review(found).filter(Q(next_review__lte=on) | soon).order_by("pk")


def warning_of(agency: Agency, on: date) -> str:
    """What whoever sends something to `agency` has to know of its agreement; "" where there is nothing."""
    theirs = agreements_with(agency)
    if not theirs.exists() or theirs.filter(holding(on)).exists():
        return ""
    return f"The data-sharing agreement with {agency} has ended. Ask the Data Protection Officer."
