"""The waiting list of a service: who waits, in which order, and for how many days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Referral, Service, WaitingPlace
from cases.permissions import can_take_referral, referrals_of, services_in_view
from cases.queries.purposes import for_task
from cases.queries.referrals import PAGE_LENGTH, with_people
from cases.restricted import usable
from cases.workflow import ReferralStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the waiting list: their place, counted from one, and how long they have waited."""

    number: int
    referral: Referral
    priority: str
    days: int


@dataclass(frozen=True, slots=True)
class WaitingList:
    """One page of the waiting list of `service`, and the services whose lists the reader may open."""

    service: Service
    services: list[Service]
    page: Page


def in_order(service: int) -> QuerySet[Any]:
    """Everybody who waits for the service with this number, as they will be taken: by priority, then by place.

    Each row knows its `priority` and `place`.
    """
    return _placed(
        usable(Referral.objects.filter(service=service, status=ReferralStatus.WAITING), by=None)
    ).order_by("priority", "place", "pk")


def open_waiting_list(slug: str, *, look: Look, page: int | str = 1) -> WaitingList:
    """One page of the waiting list of a service; one entry a row.

    NotNow (403, logged) for a role that works with no referrals; NotYours (404, logged) for a service
    that is not theirs.
    """
    user: User = look.by
    if not can_take_referral(user):
        raise NotNow("Your role does not work with referrals.", look=look, record=Referral)
    services = list(services_in_view(user))
    service = next((one for one in services if one.slug == slug), None)
    if service is None:
        raise NotYours("No service of yours.", look=look, record=Referral, values={"slug": slug})
    theirs = in_order(service.pk).filter(pk__in=referrals_of(user).order_by().values("pk"))
    rows: Page = Paginator(with_people(theirs), PAGE_LENGTH).get_page(page)
    show(
        for_task(look, [service.pk]),
        [Shown(Verb.REFERRAL_LISTED, referral, people_in(referral)) for referral in rows],
    )
    rows.object_list = list(rows_of(rows, first=rows.start_index(), on=timezone.localdate()))
    return WaitingList(service=service, services=services, page=rows)


def rows_of(referrals: Iterable[Any], *, first: int, on: date) -> Iterable[Waiting]:
    """`referrals`, which know their priority, as rows counted from `first`."""
    for number, referral in enumerate(referrals, first):
        yield Waiting(
            number=number,
            referral=referral,
            priority=str(WaitingPlace.Priority(referral.priority).label),
            days=days_waited(referral, on=on),
        )


def days_waited(referral: Referral, *, on: date) -> int:
    """How many days the family has waited since it was accepted; 0 on that day."""
    accepted = referral.decided_at
    return (on - timezone.localdate(accepted)).days if accepted else 0


def people_in(referral: Referral) -> list[int]:
    return [one.person_id for one in referral.referral_people.all()]


def waits_beside(referral: Referral) -> list[tuple[int, Any]]:
    """Everybody else on the same list with their place on it, for whoever moves `referral`.

    Their references only: no name is shown where one family is moved before another.
    """
    everybody = enumerate(in_order(referral.service_id), 1)
    return [(number, one) for number, one in everybody if one.pk != referral.pk]


def _placed(referrals: QuerySet[Referral]) -> QuerySet[Any]:
    newest = WaitingPlace.objects.filter(referral=OuterRef("pk")).order_by("-pk")
    return referrals.annotate(
        priority=Subquery(newest.values("priority")[:1]),
        place=Subquery(newest.values("place")[:1]),
    )
