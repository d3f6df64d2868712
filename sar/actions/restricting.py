"""Holding back what a request is about: restriction asked for, objection being weighed (Art 18, 21)."""

from typing import Any

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from cases.actions.restrictions import restrict
from cases.models import Case, Person, Restriction
from core.errors import Refused
from sar.actions.recipients import list_recipients
from sar.desk_permissions import HOLDS_BACK
from sar.models import RequestedRestriction, RightsRequest
from sar.rules import begin, record, still_open


@transaction.atomic
def restrict_for(
    *,
    request: RightsRequest,
    of: Any,
    ground: str,
    because: str,
    alerts_stay: bool = False,
    by: User,
) -> Restriction:
    """Restrict `of` because `request` asks for it, or while it is weighed; those told before are listed.

    Refused for a request of another kind, or about nobody known, and as `cases.actions.restrictions.restrict`.
    """
    now = still_open(request)
    if now.kind not in HOLDS_BACK:
        raise Refused(f"{now} asks for something else than to hold back from using information.")
    if now.person is None:
        raise Refused(f"Nobody has said yet which person of the record {now} is about.")
    _check_theirs(of, now.person)
    placed = restrict(of=of, ground=ground, because=because, alerts_stay=alerts_stay, by=by)
    record(
        Verb.RESTRICTION_LINKED,
        by=by,
        request=now,
        on=RequestedRestriction,
        action=Action.CREATE,
    )
    RequestedRestriction.objects.create(request=now, restriction=placed, recorded_by=by)
    list_recipients(
        request=now, what="Information about this person is restricted: do not use it.", by=by
    )
    begin(now)
    return placed


def _check_theirs(of: Any, person: Person) -> None:
    """Refused for a record of somebody else: a reference is easily mistyped."""
    if isinstance(of, Person):
        is_theirs = of.pk == person.pk
    else:
        case = of if isinstance(of, Case) else of.case
        is_theirs = case.people.filter(pk=person.pk).exists()
    if not is_theirs:
        raise Refused(f"{of.reference} is not about {person}. Check the reference.")
