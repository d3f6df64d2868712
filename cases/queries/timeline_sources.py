"""What the timeline is made of: its entries as a reader meets them, its filter, and what the layers above add.

A layer above says which of its rows stand there by a `Source`, named in settings.TIMELINE_SOURCES: what was
assessed, planned, arranged, told to others. Its rows obey the same filter, and are shown to nobody who does not
read them on their own page. Docs: docs/adr/0036.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from accounts.models import User
from cases.models import Case, Person
from cases.passages import Piece


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrows the list to; nothing given means everything.

    `since` and `until` are local days and both belong to the list.
    """

    entry: str = ""
    kind: str = ""
    circumstance: str = ""
    person: Person | None = None
    words: str = ""
    since: date | None = None
    until: date | None = None


EVERYTHING = Filters()


@dataclass(frozen=True, slots=True)
class Flag:
    """A word beside an entry: a circumstance of special category, an outcome."""

    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Correction:
    """That this is not the note as it was first written."""

    at: datetime
    by: User
    reason: str


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One entry as a reader meets it; of what has no time of the day, `happened_at` is a day."""

    entry: str
    reference: str
    url: str
    title: str
    # None: it belongs to the person and to no case.
    case: Case | None
    happened_at: datetime | date
    written_at: datetime
    author: User
    about: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    flags: tuple[Flag, ...] = ()
    correction: Correction | None = None
    review: str = ""
    paragraphs: list[list[Piece]] = field(default_factory=list)


class Rows(Protocol):
    """Which rows of a source stand in the timeline of `cases`, or of `person` in them, for `reader`.

    Each row has a `happened_at`: a moment, also where it knows a day alone.
    """

    def __call__(
        self, *, reader: User, cases: Sequence[Case], person: Person | None
    ) -> QuerySet[Any]: ...


def everybody(user: User) -> bool:
    """Whoever reads the timeline reads this as well."""
    return True


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that a layer above shows in the timeline.

    `noun` stands in the filter's address and `plural` in its list; `people` is the path to whom it is about,
    `texts` are where its words are looked for. `tell` reads the rows of the numbers given, in as many
    questions for thirty as for one.
    """

    noun: str
    plural: str
    rows: Rows
    tell: Callable[[Iterable[int], User], dict[int, TimelineItem]]
    people: str
    texts: tuple[str, ...]
    may: Callable[[User], bool] = everybody


def sources_for(reader: User) -> list[Source]:
    """What the layers above add for `reader`."""
    every: Iterable[Source] = (import_string(path) for path in settings.TIMELINE_SOURCES)
    return [one for one in every if one.may(reader)]
