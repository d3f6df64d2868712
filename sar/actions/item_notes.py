"""Writing to whoever else works on a pack, about one of its items."""

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.models import ItemNote, RightsRequest
from sar.pack.gather import Item
from sar.rules import at_work, record


@transaction.atomic
def note_on_item(*, request: RightsRequest, item: Item, words: str, by: User) -> ItemNote:
    """Say something about `item` to the others. The pack, and a signature on it, stay as they are."""
    now = at_work(request)
    said = words.replace("\r\n", "\n").strip()
    if not said:
        raise Refused("Write what you want to say.")
    given = {"source": item.source, "record_id": item.record_id, "words": said, "recorded_by": by}
    if now.item_notes.filter(**given).exists():
        raise Refused("You have written this already.")
    record(Verb.ITEM_NOTED, by=by, request=now, on=ItemNote, action=Action.CREATE)
    return ItemNote.objects.create(request=now, **given)
