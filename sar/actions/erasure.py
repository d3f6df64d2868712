"""Deciding what is erased: each item, then a second person; the retention engine does the rest (Art 17)."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.verbs import Action, Verb
from cases.passages import places_of
from core.errors import Refused
from sar.actions.recipients import list_recipients
from sar.kinds import Kind
from sar.models import ErasureItem, RightsRequest
from sar.pack.gather import Item
from sar.rules import begin, record, still_open


@transaction.atomic
def decide(
    *,
    request: RightsRequest,
    item: Item,
    decision: str,
    because: str,
    ground: str = "",
    exception: str = "",
    passages: list[str] | None = None,
    by: User,
) -> ErasureItem:
    """Decide that `item` is erased on a ground, or kept under an exception; another approves it.

    Takes the place of an earlier decision that nobody has approved.
    """
    now = still_open(request)
    if now.kind != Kind.ERASURE:
        raise Refused(f"{now} does not ask for anything to be erased.")
    if not because.strip():
        raise Refused("Say why.")
    erases = decision == ErasureItem.Decision.ERASE
    if erases and not ground:
        raise Refused("Give the ground on which it is erased (UK GDPR Art 17(1)).")
    if not erases and not exception:
        raise Refused("Give the reason for keeping it (UK GDPR Art 17(3)).")
    going = [" ".join(words.split()) for words in passages or () if words.strip()] if erases else []
    _check_stand_there(item, going)
    before = ErasureItem.objects.filter(
        request=now, source=item.source, record_id=item.record_id
    ).first()
    if before is not None and before.approved_at is not None:
        raise Refused("This is decided and approved: it is not decided again.")
    record(Verb.ERASURE_DECIDED, by=by, request=now, on=ErasureItem, action=Action.CREATE)
    if before is not None:
        before.delete()
    begin(now)
    return ErasureItem.objects.create(
        request=now,
        source=item.source,
        record_id=item.record_id,
        decision=decision,
        ground=ground if erases else "",
        exception="" if erases else exception,
        because=because.strip(),
        passages=going,
        recorded_by=by,
    )


def _check_stand_there(item: Item, passages: list[str]) -> None:
    """Refused for words that do not stand in the item: nothing would go, and they would be told that it went."""
    texts = [value.text for value in item.values]
    for words in passages:
        if not any(list(places_of(words, text)) for text in texts):
            raise Refused(f"“{words}” does not stand in {item.title}. Write it as it stands there.")


@transaction.atomic
def approve(*, item: ErasureItem, by: User) -> None:
    """Approve what somebody else decided; everybody who was told of the person is told of it (Art 19)."""
    now = ErasureItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if now.approved_at is not None:
        raise Refused("This is approved already.")
    if now.recorded_by_id == by.pk:
        raise Refused("You decided this yourself: somebody else approves it.")
    record(Verb.ERASURE_APPROVED, by=by, request=now.request, on=now)
    ErasureItem.objects.filter(pk=now.pk).update(approved_at=timezone.now(), approved_by=by)
    if now.decision == ErasureItem.Decision.ERASE:
        list_recipients(
            request=now.request, what="Information about this person was erased.", by=by
        )
    item.refresh_from_db()


@transaction.atomic
def acted(*, item: ErasureItem, by: Actor) -> None:
    """Write down that the item is gone; called by whoever destroyed it, in the same transaction.

    The passages that went are forgotten with it.
    """
    now = ErasureItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if now.decision != ErasureItem.Decision.ERASE or now.approved_at is None:
        raise Refused("Nobody has approved the erasure of this.")
    if now.acted is not None:
        raise Refused("This was erased already.")
    record(Verb.ERASURE_DONE, by=by, request=now.request, on=now)
    ErasureItem.objects.filter(pk=now.pk).update(acted=timezone.now(), passages=[])
    item.refresh_from_db()
