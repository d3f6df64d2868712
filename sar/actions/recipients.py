"""Telling those who were told before (UK GDPR Art 19)."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from consent.gateways import LEFT_US
from consent.models import Share
from core.errors import Refused
from sar.models import RecipientNotice, RightsRequest
from sar.rules import record


@transaction.atomic
def list_recipients(*, request: RightsRequest, what: str, by: User) -> list[RecipientNotice]:
    """One row for each entry of the sharing log by which something about the person left the house.

    Those listed before stay as they are.
    """
    if request.person is None:
        return []
    listed = request.recipients.values("share")
    shares = (
        Share.objects.filter(people=request.person, outcome__in=LEFT_US)
        .exclude(pk__in=listed)
        .select_related("agency", "professional__agency")
        .order_by("pk")
    )
    if not (found := list(shares)):
        return []
    record(Verb.RECIPIENTS_LISTED, by=by, request=request, on=RecipientNotice, action=Action.CREATE)
    return RecipientNotice.objects.bulk_create(
        RecipientNotice(
            request=request,
            share=share,
            name=share.recipient_in_words[:300],
            what=what,
            recorded_by=by,
        )
        for share in found
    )


@transaction.atomic
def end_notice(*, notice: RecipientNotice, outcome: str, because: str, by: User) -> None:
    """Say that a recipient was told, or why that is impossible or out of proportion."""
    now = RecipientNotice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if not now.is_waiting:
        raise Refused(f"This has ended already: {now.get_outcome_display().lower()}.")
    if outcome not in RecipientNotice.Outcome.values or outcome == RecipientNotice.Outcome.WAITING:
        raise Refused("Say how it ended.")
    if not because.strip():
        raise Refused("Say how they were told, or why not.")
    record(Verb.RECIPIENT_TOLD, by=by, request=now.request, on=now)
    RecipientNotice.objects.filter(pk=now.pk).update(
        outcome=outcome, because=because.strip(), ended_at=timezone.now(), ended_by=by
    )
    notice.refresh_from_db()
