"""The kinds of entry that a case has, and what differs between them: plain data."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from audit.verbs import Verb
from cases.models import CaseNote, Contact, ContactPerson, Decision, Document, NotePerson

type Entry = CaseNote | Contact | Decision | Document
# What a manager signs off.
type Reviewed = CaseNote | Decision


@dataclass(frozen=True, slots=True)
class KindOfEntry:
    """One kind of entry: its table, its words, and what the log calls its reading and correcting."""

    noun: str
    model: type[CaseNote] | type[Contact] | type[Decision] | type[Document]
    read: Verb
    corrected: Verb
    # Where whoever it is about is found, from the entry.
    about: str
    # The rows between an entry and its people, where it says itself whom it is about.
    between: type[NotePerson] | type[ContactPerson] | None = None
    # What is asked of the database with it, to show it whole: single rows, and many.
    brings: tuple[str, ...] = ()
    along: tuple[str, ...] = ()

    def address(self, entry: Entry) -> str:
        return reverse(f"cases:{self.noun}", args=[entry.reference])


NOTE = KindOfEntry(
    noun="note",
    model=CaseNote,
    read=Verb.NOTE_READ,
    corrected=Verb.NOTE_CORRECTED,
    about="people",
    between=NotePerson,
    brings=("source_person", "source_professional__agency"),
    along=("reviews__recorded_by", "passages"),
)
CONTACT = KindOfEntry(
    noun="contact",
    model=Contact,
    read=Verb.CONTACT_READ,
    corrected=Verb.CONTACT_CORRECTED,
    about="people",
    between=ContactPerson,
)
DECISION = KindOfEntry(
    noun="decision",
    model=Decision,
    read=Verb.DECISION_READ,
    corrected=Verb.DECISION_CORRECTED,
    about="case__people",
    along=("reviews__recorded_by",),
)

DOCUMENT = KindOfEntry(
    noun="document",
    model=Document,
    read=Verb.DOCUMENT_READ,
    corrected=Verb.DOCUMENT_REPLACED,
    about="people",
    brings=("source_person", "source_professional__agency"),
)

KINDS = {kind.noun: kind for kind in (NOTE, CONTACT, DECISION, DOCUMENT)}


def kind_of(entry: Any) -> KindOfEntry:
    """The kind that `entry` is of."""
    return next(kind for kind in KINDS.values() if isinstance(entry, kind.model))


def people_of_entry(entry: Any) -> list[int]:
    """The numbers of everybody whom `entry` is about; a decision is about everybody in its case."""
    people = entry.case.people if isinstance(entry, Decision) else entry.people
    return [person.pk for person in people.all()]
