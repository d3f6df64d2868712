"""That whoever looked said it was a mistake: written beside the look, which stays (features.md N3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.models import Entry
from audit.verbs import Verb


@dataclass(frozen=True, slots=True)
class Mistake:
    """That whoever looked said it was a mistake, when, and in their words."""

    at: datetime
    words: str


def mistakes_among(looks: Iterable[Entry]) -> dict[int, Mistake]:
    """Which of `looks` were said to be mistakes, by their numbers."""
    said = Entry.objects.filter(
        verb=Verb.LOOK_MISTAKEN,
        record=Entry._meta.label,
        record_id__in=[look.pk for look in looks],
    ).select_related("personal")
    return {
        entry.record_id: Mistake(at=entry.at, words=_words_of(entry))
        for entry in said
        if entry.record_id is not None
    }


def _words_of(entry: Entry) -> str:
    """The words said beside an entry; "" where none were, or where they were destroyed."""
    personal = getattr(entry, "personal", None)
    return str(personal.body.get("words", "")) if personal else ""
