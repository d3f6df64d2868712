"""Putting something right: to the person in charge of the service, and what they decide (Art 16)."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.restrictions import grant
from cases.actions.statements import add_statement
from cases.actions.tasks import add_task
from cases.kinds import KINDS, kind_of
from cases.models import LawfulReason, Person, Restriction, Statement
from cases.queries.entries import versions_of
from cases.restricted import OwnRequest, bars, is_barred, restrictions_over
from cases.task_kinds import TaskKind
from core.errors import Refused
from sar.actions.recipients import list_recipients
from sar.actions.restricting import restrict_for
from sar.desk_permissions import in_charge_of
from sar.kinds import Kind
from sar.models import Rectification, RightsRequest
from sar.rules import record, still_open

Outcome = Rectification.Outcome
TO_DECIDE = timedelta(days=14)


@transaction.atomic
def send_to_service(
    *, request: RightsRequest, entry: Any, says: str, for_user: User, by: User
) -> Rectification:
    """Send one disputed entry to the person in charge of its service, restricted while they check it.

    They may use it meanwhile: the person asks for that (Art 18(2), consent), for 28 days; also where the
    person's record or their case is restricted as well.
    """
    now = still_open(request)
    if now.kind != Kind.RECTIFICATION:
        raise Refused(f"{now} does not ask to put something right.")
    if not says.strip():
        raise Refused("Say what is wrong, in the person’s words.")
    _check_in_charge(entry, for_user)
    placed = restrict_for(
        request=now,
        of=entry,
        ground=Restriction.Ground.ACCURACY,
        because=f"{now}: its accuracy is being checked.",
        by=by,
    )
    _let_them_read(placed.of, now, for_user=for_user, by=by)
    record(Verb.RECTIFICATION_SENT, by=by, request=now, on=Rectification, action=Action.CREATE)
    made = Rectification.objects.create(
        request=now,
        noun=kind_of(placed.of).noun,
        entry=str(placed.of.reference),
        says=says.strip(),
        restriction=placed,
        for_user=for_user,
        recorded_by=by,
    )
    made.refresh_from_db()
    # Neither the case nor the person: the task is about a request, and names no record.
    add_task(
        kind=TaskKind.RECTIFICATION,
        what=f"Check what {made.reference} disputes, and decide.",
        for_user=for_user,
        due_on=timezone.localdate() + TO_DECIDE,
        link=made.get_absolute_url(),
        purpose=Purpose.RIGHTS_REQUEST,
        by=by,
    )
    return made


def _let_them_read(entry: Any, request: RightsRequest, *, for_user: User, by: User) -> None:
    """Leave to use whatever holds the entry back for the person who asks; refused where it is held back
    for somebody else, whose consent nobody has.
    """
    theirs = bars(for_user).filter(OwnRequest(_person_of(request)).theirs)
    over = {one.pk for one in restrictions_over(entry)}
    for restriction in theirs.filter(pk__in=over).distinct():
        grant(
            restriction=restriction,
            worker=for_user,
            reason=LawfulReason.CONSENT,
            because=f"{request}: the person asks for {entry.reference} to be checked and put right.",
            until=timezone.localdate() + timedelta(days=28),
            by=by,
        )
    if is_barred(entry, by=for_user):
        raise Refused(
            f"{entry.reference} is held back for somebody else as well. Go through it for them, or give "
            f"{for_user} leave to use what is restricted. Then send it."
        )


def _person_of(request: RightsRequest) -> Person:
    if request.person is None:
        raise Refused(f"Nobody has said yet which person of the record {request} is about.")
    return request.person


def _check_in_charge(entry: Any, user: User) -> None:
    """Refused for anybody but who is in charge of the entry's service (features.md S19)."""
    there = list(in_charge_of(entry))
    if user in there:
        return
    service = entry.case.service
    if not there:
        raise Refused(
            f"Nobody is in charge of {service} who may see this. Ask the administrator to name somebody."
        )
    names = ", ".join(str(one) for one in there)
    raise Refused(f"{user} is not in charge of {service}. Send it to {names}.")


@transaction.atomic
def decide(
    *, rectification: Rectification, outcome: str, because: str, words: str = "", by: User
) -> None:
    """Say what became of it: corrected, completed with `words`, or refused with what the person says.

    *Corrected* needs a newer version of the entry, written on its own page. Everybody who was told before
    is listed to be told (Art 19).
    """
    now = Rectification.objects.select_for_update(of=("self",)).get(pk=rectification.pk)
    if not now.is_waiting:
        raise Refused(f"{now} is decided already: {now.get_outcome_display().lower()}.")
    if not because.strip():
        raise Refused("Say why: the person is told.")
    person = _person_of(now.request)
    kind: Any = KINDS[now.noun]
    entry = kind.model._base_manager.get(reference=now.entry)
    versions = versions_of(kind, entry.pk)
    statement: Statement | None = None
    if outcome == Outcome.CORRECTED:
        if versions[0].pk == entry.pk:
            raise Refused(
                f"{now.entry} has no newer version yet. Correct it first, on its own page; the old version "
                "is kept."
            )
    elif outcome in (Outcome.COMPLETED, Outcome.REFUSED):
        statement = add_statement(
            entry=versions[-1],
            person=person,
            kind=Statement.Kind.COMPLETES
            if outcome == Outcome.COMPLETED
            else Statement.Kind.DISAGREES,
            words=words.strip() or now.says,
            by=by,
        )
    else:
        raise Refused("Say what became of it.")
    record(Verb.RECTIFICATION_DECIDED, by=by, request=now.request, on=now)
    Rectification.objects.filter(pk=now.pk).update(
        outcome=outcome,
        because=because.strip(),
        statement=statement,
        decided_at=timezone.now(),
        decided_by=by,
    )
    if outcome != Outcome.REFUSED:
        list_recipients(request=now.request, what=f"{now.entry} was put right.", by=by)
    rectification.refresh_from_db()
