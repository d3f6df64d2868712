"""What is held about somebody, as it is gathered: one row, what it says, and all of it together."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from cases.models import Person
from consent.queries import RecipientTold
from core.dates import plain
from core.privacy import Label, Section
from sar.pack.words import is_long


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a row says, with the words for it. `is_passage`: a part of it may be withheld."""

    field: str
    label: str
    text: str
    category: Label | None
    is_passage: bool

    @property
    def is_long(self) -> bool:
        """Whether it is set across the page and not beside its label."""
        return is_long(self.text)


# The field that stands for the file of an item, and for the words in it.
FILE = "file"


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that an item is about: where it is kept, what kind it is, and what it was called."""

    path: str
    format: str
    called: str
    sha256: str


def key_of(source: str, number: int) -> str:
    """A name for addresses of the row of this number."""
    return hashlib.sha256(f"{source}/{number}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row about the person as a list names it: what it is and when, without what it says."""

    source: str
    record_id: int
    section: Section
    kind: str
    kinds: str
    title: str
    when: date | datetime | None
    # What of it tells of health by its declaration.
    health: tuple[str, ...] = ()
    file: HeldFile | None = None
    # When it was written down here, whatever day it is about; None where nobody can tell.
    written: datetime | None = None
    # Which of its values people know it by; "" where none.
    called: str = ""

    @property
    def key(self) -> str:
        """A name for addresses: neither the table nor the number of the row."""
        return key_of(self.source, self.record_id)

    @property
    def day(self) -> date | None:
        return (
            timezone.localtime(self.when).date() if isinstance(self.when, datetime) else self.when
        )

    @property
    def dated(self) -> str:
        return plain(self.day) if self.day else "no date recorded"

    @property
    def written_on(self) -> date | None:
        return timezone.localtime(self.written).date() if self.written else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Listed):
    """One row about the person, in the words of a reader."""

    values: tuple[Value, ...]

    @property
    def beginning(self) -> str:
        """The first words of the longest text in it: in a list they tell one item from another."""
        words = max((value.text for value in self.values), key=len, default="").split()
        return " ".join(words[:12]) + (" …" if len(words) > 12 else "")

    def value(self, field: str) -> Value | None:
        return next((value for value in self.values if value.field == field), None)


@dataclass(frozen=True, slots=True)
class Texts:
    """One row about the person, and those of its words of which a part may be withheld."""

    item: Listed
    passages: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One declared model that was searched, and how many rows about the person it holds."""

    label: str
    words: str
    section: Section
    count: int


@dataclass(frozen=True, slots=True)
class OtherForm:
    """A model that holds something about people and is not printed row by row, with the reason.

    `told` is the reason as the pack gives it, one for many models.
    """

    words: str
    because: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How long the records of a service are kept (UK GDPR Art 15(1)(d))."""

    service: str
    rule: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is held about `person`, before anybody has decided what to withhold."""

    person: Person
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    other_forms: tuple[OtherForm, ...]
    rules: tuple[Rule, ...]
    recipients: tuple[RecipientTold, ...]

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """Every row that is held about `person`, in the order of the pack, without what the rows say.

    Of another type than what a copy is made from, so that none is ever made without the words.
    """

    person: Person
    items: tuple[Listed, ...]

    def item(self, key: str) -> Listed | None:
        return next((item for item in self.items if item.key == key), None)
