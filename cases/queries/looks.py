"""Who has looked at somebody's record, and what was done to it (features.md P15)."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator

from accounts.models import User
from audit.door import Shown, show
from audit.kept_apart import entries_for
from audit.looks import Look
from audit.mistakes import Mistake, mistakes_among
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Case, Person
from cases.permissions import can_read_looks
from cases.queries.people import PersonRecord, gather
from cases.queries.purposes import for_task

PAGE_LENGTH = 30  # entries

RECORDS = {
    "cases.PersonName": "This record",
    "cases.Address": "This record",
    "cases.ContactPoint": "This record",
    "cases.SensitiveDetail": "This record",
    "cases.Relationship": "A relationship of theirs",
    "cases.Case": "A case they are part of",
    "cases.CaseNote": "A note about them",
    "cases.Contact": "A contact with them",
    "cases.Decision": "A decision about them",
    "cases.Referral": "A referral of them",
    "cases.Enquiry": "An enquiry of theirs",
    "cases.Task": "A task about them",
    "cases.HandOver": "A hand-over of their case",
}


@dataclass(frozen=True, slots=True)
class LookRow:
    """One entry of the log, as people read it."""

    entry: Entry
    words: str
    where: str
    purpose: str
    was_refused: bool
    mistake: Mistake | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of the looks at somebody's record, the latest first."""

    record: PersonRecord
    rows: Page


def open_looks(reference: str, *, look: Look, page: int | str = 1) -> Looks:
    """The looks at the record of the person with `reference`; that they were read is written too.

    Every entry that names the person counts: their own pages, lists and searches they were found by,
    and pages of others that show them. Errors as `open_person`; NotNow for a role without cases.read_looks.
    """
    found = gather(reference, look=look, may=can_read_looks)
    person = found.person
    named = entries_for(look.by).filter(people__overlap=person.numbers)
    entries = named.exclude(verb=Verb.LOOK_MISTAKEN)
    rows: Page = Paginator(entries.order_by("-pk"), PAGE_LENGTH).get_page(page)
    mistakes = mistakes_among(rows)
    rows.object_list = [_row(entry, person, mistakes.get(entry.pk)) for entry in rows]
    services = {case.service_id for case in found.cases}
    show(for_task(look, services), [Shown(Verb.LOOKS_READ, person, [person])])
    return Looks(record=found, rows=rows)


def look_that(number: UUID, *, by: User) -> Entry | None:
    """The look at a person or a case that was the request `number` of `by`; None if there was none."""
    opened = Entry.objects.filter(
        request=number,
        by_id=by.pk,
        action=Action.ACCESS,
        record__in=[Person._meta.label, Case._meta.label],
        record_id__isnull=False,
    )
    return opened.exclude(verb=Verb.LOOK_REFUSED).order_by("pk").first()


def _row(entry: Entry, person: Person, mistake: Mistake | None) -> LookRow:
    purpose = entry.purpose
    return LookRow(
        entry=entry,
        words=entry.words,
        where=_where(entry, person),
        purpose=Purpose(purpose).words if purpose in Purpose else purpose,
        was_refused=entry.action == Action.ACCESS and entry.verb == Verb.LOOK_REFUSED,
        mistake=mistake,
    )


def _where(entry: Entry, person: Person) -> str:
    """Whose record it was: this one, or another that names this person."""
    if entry.record == Person._meta.label and entry.record_id in {person.pk, None}:
        return "This record"
    if entry.record == Person._meta.label:
        return "The record of a relative"
    return RECORDS.get(entry.record, "Another record that names them")
