"""Referrals: the list of those that wait, and opening one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case as Branch
from django.db.models import DateField, F, IntegerField, Prefetch, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Agency, Person, Referral, ReferralPerson, Service
from cases.permissions import can_see_reason, can_take_referral, people_of, referrals_of
from cases.queries.purposes import for_task
from cases.workflow import ReferralStatus
from core.dates import plain

PAGE_LENGTH = 30  # rows


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """A referral as far as the reader needs to know it.

    `visible` holds the numbers of the people whose records exist for the reader; `reason` is None
    where it is not needed for their role.
    """

    referral: Referral
    people: list[ReferralPerson]
    visible: frozenset[int]
    reason: str | None
    decision_reason: str | None


def list_referrals(*, look: Look, page: int | str = 1) -> Page:
    """One page of referrals, those that wait first and the longest wait on top; one entry a row.

    NotNow (403, logged) for a role that takes in none.
    """
    user: User = look.by
    if not can_take_referral(user):
        raise NotNow("Your role does not work with referrals.", look=look, record=Referral)
    rows = Paginator(_in_order(_with_people(referrals_of(user))), PAGE_LENGTH).get_page(page)
    show(
        for_task(look, {referral.service_id for referral in rows}),
        [
            Shown(
                Verb.REFERRAL_LISTED,
                referral,
                [one.person_id for one in referral.referral_people.all()],
            )
            for referral in rows
        ],
    )
    return rows


def open_referral(
    reference: str,
    *,
    look: Look,
    may: Callable[[User, Referral], bool] | None = None,
) -> ReferralRecord:
    """Open the referral with `reference`, and write that `look.by` did.

    NotYours (404, logged) if no such referral exists for them; NotNow (403, logged) if it does and
    their role does not do with it what the page is for (`may`). Whether it still waits is for the
    verb to say.
    """
    user: User = look.by
    referral = _with_people(referrals_of(user)).filter(reference=reference).first()
    if referral is None:
        raise NotYours(
            "No referral with this reference.",
            look=look,
            record=Referral,
            people=_people_of_unseen(reference),
            values={"reference": reference},
        )
    people = list(referral.referral_people.all())
    numbers = [one.person_id for one in people]
    if may is not None and not may(user, referral):
        raise NotNow(
            "Your role reads this referral and does not decide it.",
            look=look,
            record=referral,
            people=numbers,
            values={"reference": reference, "asked": may.__name__},
        )
    theirs = people_of(user, among=Person.objects.filter(pk__in=numbers))
    visible = frozenset(theirs.values_list("pk", flat=True))
    show(for_task(look, [referral.service_id]), [Shown(Verb.REFERRAL_READ, referral, numbers)])
    told = can_see_reason(user, referral)
    return ReferralRecord(
        referral=referral,
        people=people,
        visible=visible,
        reason=referral.reason if told else None,
        decision_reason=referral.decision_reason if told else None,
    )


def begin_referral(*, look: Look) -> None:
    """The page on which a referral is taken in; NotNow (403, logged) for a role that takes in none."""
    if not can_take_referral(look.by):
        raise NotNow("Your role does not take in referrals.", look=look, record=Referral)
    show(look, [])


def open_services() -> QuerySet[Service]:
    """The services that take new people."""
    return Service.objects.filter(is_open=True)


def agencies() -> QuerySet[Agency]:
    return Agency.objects.order_by("name")


def decided_already(referral: Referral) -> str:
    """Who decided and when, as a sentence; "" while the referral waits."""
    if referral.status == ReferralStatus.RECEIVED or referral.decided_at is None:
        return ""
    day = plain(timezone.localdate(referral.decided_at))
    decided = referral.get_status_display().lower()
    return f"{referral.reference} was {decided} by {referral.decided_by} on {day}."


def _with_people(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    people = ReferralPerson.objects.select_related("person").order_by("pk")
    return (
        referrals.select_related(
            "service",
            "agency",
            "professional__agency",
            "other_service",
            "recorded_by",
            "decided_by",
            "case",
        )
        .prefetch_related(Prefetch("referral_people", queryset=people))
        .fetch_mode(models.FETCH_RAISE)
    )


def _in_order(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    waits = When(status=ReferralStatus.RECEIVED, then=Value(0))
    return referrals.order_by(
        Branch(waits, default=Value(1), output_field=IntegerField()),
        Branch(
            When(status=ReferralStatus.RECEIVED, then=F("received_on")),
            default=Value(None),
            output_field=DateField(),
        ),
        "-decided_at",
        "pk",
    )


def _people_of_unseen(reference: str) -> list[int]:
    found = ReferralPerson.objects.filter(referral__reference=reference)
    return list(found.values_list("person", flat=True))
