"""What a service does with a referral: screening it, saying yes or no, and the waiting list (features.md P5)."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.cases import open_case
from cases.models import Case, CaseRole, Referral, Service, WaitingPlace
from cases.queries.purposes import task_of
from cases.queries.referrals import stands_at
from cases.queries.waiting_list import in_order
from cases.workflow import REFERRAL_MOVES, ReferralMove, ReferralStatus
from core import workflow
from core.dates import plain
from core.errors import Refused
from core.workflow import MoveRefused


@transaction.atomic
def screen(*, referral: Referral, screening: str, by: User) -> Referral:
    """Somebody of the service has looked: is it for us, is anybody in danger, what else is known.

    Refused without what was found, and where it has been screened already.
    """
    screening = screening.strip()
    if not screening:
        raise Refused("Say what the screening found: whoever decides will read it.")
    _lock(referral, ReferralMove.SCREEN)
    _note(Verb.REFERRAL_SCREENED, referral, by)
    workflow.make(
        referral,
        REFERRAL_MOVES[ReferralMove.SCREEN],
        screened_at=timezone.now(),
        screened_by=by,
        screening=screening,
    )
    return referral


@transaction.atomic
def accept(
    *,
    referral: Referral,
    priority: int = WaitingPlace.Priority.USUAL,
    worker: User | None = None,
    opened_on: date | None = None,
    summary: str = "",
    by: User,
) -> Referral:
    """The service will work with the family: they stand on its waiting list, last of their priority.

    With a `worker` the work begins at once and a case opens. Refused before it was screened, where
    somebody has decided already, and wherever a case cannot be opened.
    """
    _hold_list(referral)
    _lock(referral, ReferralMove.ACCEPT)
    _note(Verb.REFERRAL_ACCEPTED, referral, by)
    now = timezone.now()
    workflow.make(
        referral,
        REFERRAL_MOVES[ReferralMove.ACCEPT],
        decided_at=now,
        decided_by=by,
    )
    WaitingPlace.objects.create(
        referral=referral,
        priority=priority,
        place=_last_place(referral, priority),
        is_first=True,
        recorded_at=now,
        recorded_by=by,
    )
    if worker is not None:
        allocate(
            referral=referral,
            worker=worker,
            opened_on=opened_on or timezone.localdate(now),
            summary=summary,
            by=by,
        )
    return referral


@transaction.atomic
def decline(*, referral: Referral, reason: str, signpost: str, by: User) -> Referral:
    """The service will not work with the family, why, and where they were pointed to; they may read it.

    Refused without a reason or a signpost, and where somebody has decided already.
    """
    reason, signpost = reason.strip(), signpost.strip()
    if not reason:
        raise Refused("Say why the referral is declined: the family will read it.")
    if not signpost:
        raise Refused("Say where else the family can go, or that there is nowhere.")
    _lock(referral, ReferralMove.DECLINE)
    _note(Verb.REFERRAL_DECLINED, referral, by)
    workflow.make(
        referral,
        REFERRAL_MOVES[ReferralMove.DECLINE],
        decided_at=timezone.now(),
        decided_by=by,
        decision_reason=reason,
        signpost=signpost,
    )
    return referral


@transaction.atomic
def withdraw(*, referral: Referral, reason: str, by: User) -> Referral:
    """The family no longer wants it, or cannot be found any more; nobody waits for an answer.

    Refused without a reason, and once a case is open or the referral was declined.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the referral is no longer wanted.")
    _lock(referral, ReferralMove.WITHDRAW)
    _note(Verb.REFERRAL_WITHDRAWN, referral, by)
    workflow.make(
        referral,
        REFERRAL_MOVES[ReferralMove.WITHDRAW],
        withdrawn_at=timezone.now(),
        withdrawn_by=by,
        withdrawal_reason=reason,
    )
    return referral


@transaction.atomic
def change_place(
    *,
    referral: Referral,
    priority: int,
    before: Referral | None = None,
    reason: str,
    by: User,
) -> WaitingPlace:
    """Move somebody on the waiting list: another priority, or before somebody else; always with a reason.

    Without `before` they stand last of the priority. The places they had stay readable.
    """
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the order of the waiting list changes.")
    _hold_list(referral)
    _check_waits(referral)
    others = [one for one in in_order(referral.service_id) if one.pk != referral.pk]
    same = [one for one in others if one.priority == priority]
    place = same[-1].place + 1 if same else 0.0
    if before is not None:
        place = _place_before(before, same)
    _note(Verb.WAITING_PLACE_CHANGED, referral, by)
    return WaitingPlace.objects.create(
        referral=referral, priority=priority, place=place, reason=reason, recorded_by=by
    )


@transaction.atomic
def allocate(
    *, referral: Referral, worker: User, opened_on: date, summary: str = "", by: User
) -> Case:
    """The family's turn has come: a case opens with the people and their roles, and `worker` has it.

    Refused for whoever does not wait, and wherever a case cannot be opened.
    """
    service = _hold_list(referral)
    _lock(referral, ReferralMove.ALLOCATE)
    if opened_on < referral.received_on:
        raise Refused(
            f"The referral came on {plain(referral.received_on)}: the case cannot have been opened "
            "because of it before that."
        )
    _note(Verb.REFERRAL_ALLOCATED, referral, by)
    people = referral.referral_people.select_related("person")
    case = open_case(
        service=service,
        people=[(one.person, CaseRole(one.role)) for one in people],
        opened_on=opened_on,
        summary=summary,
        worker=worker,
        by=by,
    )
    workflow.make(referral, REFERRAL_MOVES[ReferralMove.ALLOCATE], case=case)
    referral.case = case
    return case


def _note(verb: Verb, referral: Referral, by: User) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=referral,
        people=list(referral.referral_people.values_list("person_id", flat=True)),
        purpose=task_of(by, [referral.service_id]),
    )


def _hold_list(referral: Referral) -> Service:
    """Whoever changes the waiting list of a service waits for whoever is changing it."""
    return Service.objects.select_for_update(no_key=True).get(pk=referral.service_id)


def _lock(referral: Referral, move: ReferralMove) -> None:
    """Hold the referral until the transaction ends; MoveRefused if somebody has moved it meanwhile."""
    # Without a join: after waiting, PostgreSQL reads the locked row again and joined ones not.
    now = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    if now.status not in REFERRAL_MOVES[move].sources:
        raise MoveRefused(stands_at(now, move))


def _check_waits(referral: Referral) -> None:
    now = Referral.objects.select_for_update(no_key=True).get(pk=referral.pk)
    if now.status != ReferralStatus.WAITING:
        raise Refused(stands_at(now, ReferralMove.ALLOCATE))


def _last_place(referral: Referral, priority: int) -> float:
    same = [one.place for one in in_order(referral.service_id) if one.priority == priority]
    return same[-1] + 1 if same else 0.0


def _place_before(before: Referral, same: list[Any]) -> float:
    """A number between `before` and whoever stands in front of them."""
    numbers = [one.pk for one in same]
    if before.pk not in numbers:
        raise Refused(
            f"{before.reference} does not stand on the list with this priority any more. Look at the "
            "list again."
        )
    at = numbers.index(before.pk)
    behind = same[at].place
    return (same[at - 1].place + behind) / 2 if at else behind - 1
