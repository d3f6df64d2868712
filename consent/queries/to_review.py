"""The door to what was told before anybody else was asked, and waits to be looked at."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.permissions import services_of
from cases.queries.cases import PAGE_LENGTH
from cases.queries.purposes import for_task
from consent.models import Share, SharePerson
from consent.permissions import FOR_THE_LEAD, can_authorise, can_read_figures, shares_of, waits_for


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry that waits, by when it is looked at, and whether the reader is who looks at it."""

    share: Share
    look_by: date
    is_late: bool
    is_theirs: bool

    @property
    def still_open(self) -> list[str]:
        """What nobody has written down or done yet, in words."""
        share = self.share
        found = ["Nobody has looked at it."]
        if not share.told:
            found.append(f"They were not told: {share.why_not_told}")
        elif not share.their_views:
            found.append("What they think of it is not written down.")
        if share.why_urgent and not share.replies.all():
            found.append("No reply is written down.")
        return found


def list_to_review(*, look: Look, page: int | str = 1) -> tuple[Page, list[Waiting]]:
    """One page of what waits: first what was shared in an emergency, or with whom a marker keeps somebody
    from; then quick entries, the oldest on top.

    Managers see both, of their services, and look at quick entries; the safeguarding lead and the DPO see
    and look at the emergencies that exist for them. Nobody sees their own. One entry for each; NotNow (403,
    logged) for everybody else.
    """
    user: User = look.by
    if not can_read_figures(user):
        raise NotNow(
            "A manager looks at quick entries; the safeguarding lead or the Data Protection Officer at what "
            "was shared in an emergency.",
            look=look,
            record=Share,
        )
    rows: Page = Paginator(_waiting(user), PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {one.case.service_id for one in rows if one.case}),
        [
            Shown(Verb.SHARE_LISTED, one, [link.person_id for link in one.share_people.all()])
            for one in rows
        ],
    )
    today = timezone.localdate()
    return rows, [_row(one, user, today) for one in rows]


def look_by(share: Share) -> date:
    """Until which day somebody looks at an entry: what the lead looks at, on the day on which it was written."""
    written = timezone.localdate(share.recorded_at)
    days = 0 if share.is_for_the_lead else settings.SHARE_REVIEW_DAYS
    return written + timedelta(days=days)


def _row(share: Share, user: User, today: date) -> Waiting:
    by = look_by(share)
    theirs = not share.is_for_the_lead or (
        share.said_to_decide in {None, user} and can_authorise(user)
    )
    return Waiting(share=share, look_by=by, is_late=by < today, is_theirs=theirs)


def _waiting(user: User) -> models.QuerySet[Share]:
    of_service = Q(case__service__in=services_of(user))
    seen = Q(pk__in=[])
    if user.has_perm("consent.review_share"):
        seen |= of_service & (Q(is_quick=True) | FOR_THE_LEAD)
    if user.has_perm("consent.authorise_share"):
        seen |= FOR_THE_LEAD
    people = SharePerson.objects.select_related("person", "consent")
    return (
        shares_of(user)
        .filter(seen, waits_for(user))
        .annotate(rank=models.Case(models.When(why_urgent="", why_despite="", then=1), default=0))
        .select_related(
            "case__service", "agency", "professional__agency", "recorded_by", "authorised_by"
        )
        .prefetch_related("replies", Prefetch("share_people", people))
        .order_by("rank", "happened_at", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )
