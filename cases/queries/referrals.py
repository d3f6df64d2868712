"""Referrals: the list of those that wait, and opening one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Case as Branch
from django.db.models import DateField, F, IntegerField, Prefetch, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import (
    Person,
    Referral,
    ReferralCorrection,
    ReferralPerson,
    Service,
    WaitingPlace,
)
from cases.permissions import can_see_reason, can_take_referral, people_of, referrals_of
from cases.queries.purposes import for_task
from cases.workflow import UNDER_WAY, ReferralMove, ReferralStatus
from core.dates import plain

PAGE_LENGTH = 30  # rows

IN_WORDS = {
    ReferralMove.SCREEN: "screened",
    ReferralMove.ACCEPT: "accepted",
    ReferralMove.DECLINE: "declined",
    ReferralMove.ALLOCATE: "allocated or moved on the waiting list",
    ReferralMove.WITHDRAW: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class ReferralRecord:
    """A referral as far as the reader needs to know it.

    `visible` holds the numbers of the people whose records exist for the reader; `tells` is false where
    the role does not need the words: why, what was found, why it was decided so. `places` are those it
    had on the waiting list, and `corrections` what was put right, the newest last.
    """

    referral: Referral
    people: list[ReferralPerson]
    visible: frozenset[int]
    tells: bool
    places: list[WaitingPlace]
    corrections: list[ReferralCorrection]

    @property
    def reason(self) -> str | None:
        return self.referral.reason if self.tells else None

    @property
    def priority(self) -> int:
        """With which priority it waits, or will."""
        return self.places[-1].priority if self.places else WaitingPlace.Priority.USUAL


def list_referrals(*, look: Look, page: int | str = 1, status: str = "") -> Page:
    """One page of referrals, those that wait first and the longest wait on top; one entry a row.

    With `status` only those that stand there. NotNow (403, logged) for a role that takes in none.
    """
    user: User = look.by
    if not can_take_referral(user):
        raise NotNow("Your role does not work with referrals.", look=look, record=Referral)
    found = referrals_of(user)
    if status in ReferralStatus.values:
        found = found.filter(status=status)
    rows = Paginator(_in_order(with_people(found)), PAGE_LENGTH).get_page(page)
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
    referral = with_people(referrals_of(user)).filter(reference=reference).first()
    if referral is None:
        raise NotYours(
            "No referral with this reference.",
            look=look,
            record=Referral,
            people=people_of_unseen(reference),
            values={"reference": reference},
        )
    people = list(referral.referral_people.all())
    numbers = [one.person_id for one in people]
    if may is not None and not may(user, referral):
        raise NotNow(
            "Your role reads this referral and does no more with it.",
            look=look,
            record=referral,
            people=numbers,
            values={"reference": reference, "asked": may.__name__},
        )
    theirs = people_of(user, among=Person.objects.filter(pk__in=numbers))
    visible = frozenset(theirs.values_list("pk", flat=True))
    show(for_task(look, [referral.service_id]), [Shown(Verb.REFERRAL_READ, referral, numbers)])
    return ReferralRecord(
        referral=referral,
        people=people,
        visible=visible,
        tells=can_see_reason(user, referral),
        places=list(referral.places.select_related("recorded_by")),
        corrections=list(referral.corrections.select_related("recorded_by")),
    )


def begin_referral(*, look: Look) -> None:
    """The page on which a referral is taken in; NotNow (403, logged) for a role that takes in none."""
    if not can_take_referral(look.by):
        raise NotNow("Your role does not take in referrals.", look=look, record=Referral)
    show(look, [])


def open_services() -> QuerySet[Service]:
    """The services that take new people."""
    return Service.objects.filter(is_open=True)


def stands_at(referral: Referral, move: ReferralMove) -> str:
    """Where the referral stands, who brought it there and when, and that `move` is not possible now."""
    return f"{_how_it_stands(referral)} It cannot be {IN_WORDS[move]} now."


def _how_it_stands(referral: Referral) -> str:
    match referral.status:
        case ReferralStatus.RECEIVED:
            return f"{referral.reference} has not been screened yet: that comes first."
        case ReferralStatus.SCREENED:
            return _said(referral, "screened", referral.screened_by, referral.screened_at)
        case ReferralStatus.WITHDRAWN:
            return _said(referral, "withdrawn", referral.withdrawn_by, referral.withdrawn_at)
        case ReferralStatus.DECLINED:
            return _said(referral, "declined", referral.decided_by, referral.decided_at)
    return _said(referral, "accepted", referral.decided_by, referral.decided_at)


def _said(referral: Referral, act: str, by: User | None, at: datetime | None) -> str:
    day = plain(timezone.localdate(at)) if at else "an unknown day"
    return f"{referral.reference} was {act} by {by} on {day}."


def taken_in_before(
    service: Service, received_on: date, reason: str, people: Iterable[Any], *, by: User
) -> Referral | None:
    """The same referral, taken in by the same member of staff and waiting: a form sent twice."""
    same = Referral.objects.filter(
        service=service,
        received_on=received_on,
        reason=reason.strip(),
        recorded_by=by,
        status=ReferralStatus.RECEIVED,
    )
    names = sorted(_name_of(person) for person in people)
    for earlier in same.prefetch_related("people"):
        if sorted(_name_of(person) for person in earlier.people.all()) == names:
            return earlier
    return None


def _name_of(person: Any) -> str:
    return " ".join(f"{person.given_names} {person.family_name}".split()).lower()


def with_people(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    people = ReferralPerson.objects.select_related("person").order_by("pk")
    return (
        referrals.select_related(
            "service",
            "agency",
            "professional__agency",
            "other_service",
            "recorded_by",
            "screened_by",
            "decided_by",
            "withdrawn_by",
            "case",
        )
        .prefetch_related(Prefetch("referral_people", queryset=people))
        .fetch_mode(models.FETCH_RAISE)
    )


def _in_order(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    waits = When(status__in=UNDER_WAY, then=Value(0))
    return referrals.order_by(
        Branch(waits, default=Value(1), output_field=IntegerField()),
        Branch(
            When(status__in=UNDER_WAY, then=F("received_on")),
            default=Value(None),
            output_field=DateField(),
        ),
        F("decided_at").desc(nulls_last=True),
        "pk",
    )


def people_of_unseen(reference: str) -> list[int]:
    found = ReferralPerson.objects.filter(referral__reference=reference)
    return list(found.values_list("person", flat=True))
