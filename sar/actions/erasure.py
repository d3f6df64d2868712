"""Deciding what is erased: each item, then a second person; the retention engine does the rest (Art 17)."""

from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.verbs import Action, Verb
from cases.passages import places_of
from core.database import next_numbers
from core.dates import plural
from core.errors import Refused
from sar.actions.recipients import list_recipients
from sar.kinds import Kind
from sar.models import ErasureItem, RightsRequest
from sar.pack.held import Item
from sar.queries.alike import why_alone
from sar.rules import begin, record, record_each, still_open

NO_GROUND = "Give the ground on which it is erased (UK GDPR Art 17(1))."
NO_EXCEPTION = "Give the reason for keeping it (UK GDPR Art 17(3))."


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
    now = _to_decide(request, decision, because, ground, exception)
    erases = decision == ErasureItem.Decision.ERASE
    going = [" ".join(words.split()) for words in passages or () if words.strip()] if erases else []
    _check_stand_there(item, going)
    # Held, so that nobody approves it in the moment in which another takes its place.
    before = (
        ErasureItem.objects.select_for_update(of=("self",))
        .filter(request=now, source=item.source, record_id=item.record_id)
        .first()
    )
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


@transaction.atomic
def decide_alike(
    *,
    request: RightsRequest,
    items: Sequence[Item],
    decision: str,
    because: str,
    ground: str = "",
    exception: str = "",
    by: User,
) -> int:
    """Decide the same about many items, on one ground or under one exception: a row and an entry for each.

    All of them or none. Refused for what is decided by itself (`sar.queries.alike`), and for what somebody
    has decided meanwhile. Gives how many it were.
    """
    now = _to_decide(request, decision, because, ground, exception)
    if not items:
        raise Refused("Tick at least one item.")
    decided = set(now.erasures.values_list("source", "record_id"))
    meanwhile = [one for one in items if (one.source, one.record_id) in decided]
    if meanwhile:
        raise Refused(
            f"{_named(meanwhile)}: somebody has decided about this since the page was opened. Nothing was "
            "decided now. Look at what is left, and decide again."
        )
    alone = why_alone(now, items, decision)
    by_itself = [one for one in items if (one.source, one.record_id) in alone]
    if by_itself:
        first = by_itself[0]
        raise Refused(
            f"{_named(by_itself)}: this is decided by itself. {alone[first.source, first.record_id]} Nothing "
            "was decided now."
        )
    erases = decision == ErasureItem.Decision.ERASE
    moment = timezone.now()
    rows = [
        ErasureItem(
            pk=number,
            request=now,
            source=item.source,
            record_id=item.record_id,
            decision=decision,
            ground=ground if erases else "",
            exception="" if erases else exception,
            because=because.strip(),
            recorded_at=moment,
            recorded_by=by,
        )
        for item, number in zip(items, next_numbers(ErasureItem, len(items)), strict=True)
    ]
    record_each(Verb.ERASURE_DECIDED, by=by, request=now, on=rows, action=Action.CREATE)
    ErasureItem.objects.bulk_create(rows)
    begin(now)
    return len(rows)


def _to_decide(
    request: RightsRequest, decision: str, because: str, ground: str, exception: str
) -> RightsRequest:
    """The locked row of a request whose items are decided about, for a reason and on a ground."""
    now = still_open(request)
    if now.kind != Kind.ERASURE:
        raise Refused(f"{now} does not ask for anything to be erased.")
    if not because.strip():
        raise Refused("Say why.")
    erases = decision == ErasureItem.Decision.ERASE
    if erases and not ground:
        raise Refused(NO_GROUND)
    if not erases and not exception:
        raise Refused(NO_EXCEPTION)
    return now


def _named(items: Sequence[Item]) -> str:
    """The first of them, and how many more."""
    more = len(items) - 1
    return f"{items[0].title} and {more} more" if more else items[0].title


def _check_stand_there(item: Item, passages: list[str]) -> None:
    """Refused for words that do not stand in the item: nothing would go, and they would be told that it went."""
    texts = [value.text for value in item.values]
    for words in passages:
        if not any(list(places_of(words, text)) for text in texts):
            raise Refused(f"“{words}” does not stand in {item.title}. Write it as it stands there.")


@transaction.atomic
def approve(*, item: ErasureItem, by: User) -> None:
    """Approve what somebody else decided; everybody who was told of the person is told of it (Art 19)."""
    now = still_open(item.request)
    found = ErasureItem.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None:
        raise Refused("This was decided anew meanwhile. Look at it again.")
    if found.approved_at is not None:
        raise Refused("This is approved already.")
    if found.recorded_by_id == by.pk:
        raise Refused("You decided this yourself: somebody else approves it.")
    record(Verb.ERASURE_APPROVED, by=by, request=now, on=found)
    _approve(now, [found], by)
    item.refresh_from_db()


@transaction.atomic
def approve_alike(*, request: RightsRequest, decisions: Collection[int], by: User) -> int:
    """Approve many decisions of somebody else, each of which `by` has looked at: an entry for each.

    `decisions` are their numbers, and none is ever rewritten: one that another has taken the place of is not
    there any more. All of them or none, and none that was not seen. Gives how many it were.
    """
    now = still_open(request)
    wanted = set(decisions)
    if not wanted:
        raise Refused("Tick at least one item.")
    rows = list(now.erasures.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk"))
    if gone := len(wanted) - len(rows):
        raise Refused(
            f"{plural(gone, 'item')} of these: decided anew since the page was opened. Nothing was approved "
            "now. Look again at what is not ticked any more; all else that you ticked still is."
        )
    if done := sum(row.approved_at is not None for row in rows):
        raise Refused(
            f"{plural(done, 'item')} of these: approved already. Nothing was approved now. What you ticked "
            "besides is still ticked."
        )
    if own := sum(row.recorded_by_id == by.pk for row in rows):
        raise Refused(
            f"{plural(own, 'item')} of these: you decided this yourself, and somebody else approves it. "
            "Nothing was approved now."
        )
    record_each(Verb.ERASURE_APPROVED, by=by, request=now, on=rows)
    _approve(now, rows, by)
    return len(rows)


def _approve(request: RightsRequest, rows: Iterable[ErasureItem], by: User) -> None:
    rows = list(rows)
    ErasureItem.objects.filter(pk__in=[row.pk for row in rows]).update(
        approved_at=timezone.now(), approved_by=by
    )
    if any(row.decision == ErasureItem.Decision.ERASE for row in rows):
        list_recipients(request=request, what="Information about this person was erased.", by=by)


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
