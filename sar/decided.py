"""How a page and a verb know whether they speak of the same decisions."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sar.models import RightsRequest, Withholding
from sar.pack.held import Item


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """Words in a text of an item that name somebody."""

    source: str
    record_id: int
    field: str
    words: str

    @property
    def in_one_line(self) -> "Named":
        """The same wherever its lines break."""
        return replace(self, words=" ".join(self.words.split()))


def decided_words(request: RightsRequest) -> Iterator[tuple[Named, int]]:
    """The words that are withheld wherever they stand in a text, and the number of that decision.

    Not those of a single place, of a part of a page or of a whole item: they say nothing of the other places.
    """
    standing = request.withholdings.filter(undone_at=None, start=None, page=None).exclude(field="")
    for one in standing.only("source", "record_id", "field", "quote"):
        yield Named(one.source, one.record_id, one.field, one.quote), one.pk


def mark_of(item: Item, decisions: Iterable[Withholding]) -> str:
    """What an item says, and the decisions about it that stand: what somebody saw when they pressed the button."""
    return f"{text_mark(item)}.{'-'.join(str(decision.pk) for decision in decisions)}"


def text_mark(item: Item) -> str:
    """Another as soon as the item says anything else, or its file is another."""
    said = [part for value in item.values for part in (value.field, value.text)]
    if item.file is not None:
        said.append(item.file.sha256)
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]
