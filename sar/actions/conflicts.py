"""Warnings of conflict and a child's competence: raised, weighed and decided before anything is released."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.conflicts import new_conflicts
from sar.models import Competence, ConflictWarning, RightsRequest
from sar.rules import begin, not_in_future, record, still_open


@transaction.atomic
def look_for_conflicts(*, request: RightsRequest, by: User) -> list[ConflictWarning]:
    """Write down every warning that is on record now and was not yet; none leaves no entry."""
    now = still_open(request)
    found = new_conflicts(now, on=timezone.localdate())
    if not found:
        return []
    record(Verb.CONFLICTS_FOUND, by=by, request=now, on=ConflictWarning, action=Action.CREATE)
    return ConflictWarning.objects.bulk_create(
        ConflictWarning(request=now, kind=one.kind, key=one.key, words=one.words, recorded_by=by)
        for one in found
    )


@transaction.atomic
def decide_on_warning(
    *, request: RightsRequest, warning: ConflictWarning, decision: str, reason: str, by: User
) -> ConflictWarning:
    """The officer decides on one warning, with the reason. May be decided anew until it is answered."""
    now = still_open(request)
    reason = reason.strip()
    if not reason:
        raise Refused("Say why you decide so.")
    if warning.kind == ConflictWarning.Kind.SIBLINGS:
        raise Refused("This is for information. There is nothing to decide.")
    record(
        Verb.CONFLICT_DECIDED,
        by=by,
        request=now,
        on=warning,
    )
    now.warnings.filter(pk=warning.pk).update(
        decision=decision, reason=reason, decided_at=timezone.now(), decided_by=by
    )
    warning.refresh_from_db()
    return warning


@transaction.atomic
def assess_competence(
    *,
    request: RightsRequest,
    assessed_by: User,
    assessed_on: date,
    finding: str,
    considered: str,
    wish: str,
    views: str,
    weighed: str,
    by: User,
) -> Competence:
    """Record whether a child understands what the request means, and what they want."""
    now = still_open(request)
    not_in_future(assessed_on)
    if not (considered.strip() and views.strip() and weighed.strip()):
        raise Refused("Say what was considered, what the child wants, and what was weighed.")
    record(Verb.COMPETENCE_ASSESSED, by=by, request=now, on=Competence, action=Action.CREATE)
    assessed = Competence.objects.create(
        request=now,
        assessed_by=assessed_by,
        assessed_on=assessed_on,
        finding=finding,
        considered=considered.strip(),
        wish=wish,
        views=views.strip(),
        weighed=weighed.strip(),
        recorded_by=by,
    )
    begin(now)
    request.refresh_from_db()
    return assessed
