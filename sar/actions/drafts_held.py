"""Keeping a draft as it stood when a request for a copy came, before it is typed over (DPA 2018 s.173)."""

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from cases.models import Draft
from sar.models import DraftHeld, RightsRequest
from sar.queries.holds import requests_that_hold
from sar.rules import record


@transaction.atomic
def keep_as_it_stood(*, draft: Draft, by: User) -> list[DraftHeld]:
    """Keep what stands in `draft` for each open request for a copy that came since it was typed.

    Whoever types on notices nothing. What they type now was not held then, and takes nothing away of this.
    """
    return [_kept(draft, request, by) for request in requests_that_hold(draft)]


def _kept(draft: Draft, request: RightsRequest, by: User) -> DraftHeld:
    record(Verb.DRAFT_KEPT_AS_HELD, by=by, request=request, on=DraftHeld, action=Action.CREATE)
    return DraftHeld.objects.create(
        request=request,
        case=draft.case,
        token=draft.token,
        noun=draft.noun,
        corrects=draft.corrects,
        typed=draft.typed,
        saved=draft.saved,
        recorded_by=by,
    )
