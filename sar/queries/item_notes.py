"""What was written about the items of a pack, for those who prepare it and for whoever checks it."""

from dataclasses import dataclass

from audit.looks import Look
from audit.verbs import Verb
from sar.models import ItemNote, RightsRequest
from sar.pack.gather import outline_for
from sar.pack.held import Listed, Outline, key_of
from sar.permissions import can_note_items, can_read_items
from sar.queries.items import at_work_on
from sar.queries.unread import unread_notes


@dataclass(frozen=True, slots=True)
class Said:
    """A note, and the item it is about; None if that is not held any more."""

    note: ItemNote
    item: Listed | None
    # Whether whoever looks has not seen it here yet.
    is_new: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """Everything that was written about the items of one request."""

    request: RightsRequest
    said: list[Said]
    outline: Outline
    # Whether the items themselves can be opened: not by somebody who only checks the pack.
    can_open: bool

    def headed(self, title: str) -> Listed | None:
        """The item with this heading, or with the reference at its end."""
        wanted = " ".join(title.split()).casefold()
        for item in self.outline.items:
            heading = item.title.casefold()
            if wanted and (heading == wanted or heading.split()[-1] == wanted):
                return item
        return None


def open_notes(reference: str, *, look: Look) -> Notes:
    """Open the notes of a request; one entry.

    NotYours (404) and NotNow (403) as for its items; a second person may read and write them while the pack
    is ready to be signed off.
    """

    def held(request: RightsRequest) -> tuple[Outline, set[int]]:
        # Asked before this look stands in the log.
        return outline_for(request), set(
            unread_notes(look.by, request).values_list("pk", flat=True)
        )

    request, (outline, new) = at_work_on(
        reference, look, Verb.ITEM_NOTES_READ, held, may=can_note_items
    )
    items = {item.key: item for item in outline.items}
    notes = request.item_notes.select_related("recorded_by")
    return Notes(
        request=request,
        said=[
            Said(note, items.get(key_of(note.source, note.record_id)), is_new=note.pk in new)
            for note in notes
        ],
        outline=outline,
        can_open=can_read_items(look.by, request),
    )
