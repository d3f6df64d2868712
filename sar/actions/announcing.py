"""Saying before an entry of a copy that it may be hard to read."""

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.ahead import print_soon
from sar.models import Announced, RightsRequest
from sar.pack.held import Item
from sar.rules import at_work, begin, record


@transaction.atomic
def announce_item(*, request: RightsRequest, item: Item, by: User) -> Announced:
    """Put a line before an item that says that it may be hard to read (features.md N18).

    It changes the copy, so that a signature under an earlier one does not count.
    """
    now = at_work(request)
    if now.announced.filter(source=item.source, record_id=item.record_id).exists():
        raise Refused("A line before this entry says already that it may be hard to read.")
    record(Verb.ITEM_ANNOUNCED, by=by, request=now, on=Announced, action=Action.CREATE)
    announced = Announced.objects.create(
        request=now, source=item.source, record_id=item.record_id, recorded_by=by
    )
    begin(now)
    print_soon(now)
    request.refresh_from_db()
    return announced


@transaction.atomic
def stop_announcing(*, request: RightsRequest, item: Item, by: User) -> None:
    """Take the line before an item away again."""
    now = at_work(request)
    there = now.announced.filter(source=item.source, record_id=item.record_id)
    if not there.exists():
        raise Refused("Nobody has said that this entry is to be announced.")
    record(Verb.ITEM_NOT_ANNOUNCED, by=by, request=now, on=Announced, action=Action.DELETE)
    there.delete()
    begin(now)
    print_soon(now)
    request.refresh_from_db()
