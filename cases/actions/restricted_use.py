"""That something restricted is used, for which lawful reason (UK GDPR Art 18(2)).

Called by the door (`cases.leave`) in the transaction in which it is changed: the database lets the change
through for this row. Above the models alone, so that doors may call it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.looks import Look
from audit.verbs import Action, Verb
from cases.models import RestrictedUse, RestrictionGrant


@transaction.atomic
def use_restricted(
    *, grant: RestrictionGrant, people: Iterable[Any], look: Look, by: User
) -> RestrictedUse:
    """`by` uses what `grant` gives them leave to use although it is restricted; `people` are whom it is about."""
    record(
        Verb.RESTRICTED_USED,
        by=by,
        action=Action.CREATE,
        record=grant.restriction,
        people=people,
        look=look,
        values={"reason": grant.reason, "because": grant.because},
    )
    return RestrictedUse.objects.create(
        restriction=grant.restriction,
        reason=grant.reason,
        because=grant.because,
        recorded_by=by,
    )
