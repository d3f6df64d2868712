"""What happened in a case or around a person, as one list ordered by when it happened (S4).

Behind the door: `timeline_of` is called after a case or a person was opened, with cases that came from
there, and the entry of that opening covers the page. Pages use `cases.views.timeline.timeline_part`,
which brings the filter as well, and include `cases/_timeline.html`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cases.models import Case, CaseNote, Circumstance, Contact, Decision, Person
from cases.models.entry import OFFENCE, SPECIAL_CATEGORY
from cases.queries.entries import first_versions

PAGE_LENGTH = 30  # entries

NOTE, CONTACT, DECISION = "note", "contact", "decision"


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
    """One entry as a reader meets it."""

    entry: str
    reference: str
    url: str
    title: str
    case: Case
    happened_at: datetime
    written_at: datetime
    author: User
    about: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    flags: tuple[Flag, ...] = ()
    correction: Correction | None = None


def timeline_of(
    *,
    cases: Iterable[Case],
    person: Person | None = None,
    filters: Filters = EVERYTHING,
    page: int | str = 1,
) -> Page:
    """One page of TimelineItem of `cases`, the latest first; with `person`, what is about them.

    A note that was corrected is there once, in its newest version. Whatever the number of entries, the
    number of queries is the same.
    """
    cases = list(cases)
    sought = (
        _notes(cases, person, filters),
        _contacts(cases, person, filters),
        _decisions(cases, filters),
    )
    keys = [
        entries.order_by().values_list(Value(entry, output_field=TextField()), "pk", "happened_at")
        for entry, entries in zip((NOTE, CONTACT, DECISION), sought, strict=True)
    ]
    together = keys[0].union(*keys[1:], all=True).order_by("-happened_at", "-pk")
    rows: Page = Paginator(together, PAGE_LENGTH).get_page(page)
    rows.object_list = _items(list(rows.object_list))
    return rows


def _notes(cases: Sequence[Case], person: Person | None, filters: Filters) -> QuerySet[CaseNote]:
    found = CaseNote.objects.filter(corrected_by_note=None)
    if filters.circumstance:
        found = found.filter(circumstances__contains=[filters.circumstance])
    for about in (person, filters.person):
        found = found.filter(note_people__person=about) if about else found
    return _narrowed(found, NOTE, cases, filters, ("body",))


def _contacts(cases: Sequence[Case], person: Person | None, filters: Filters) -> QuerySet[Contact]:
    found = Contact.objects.all()
    if filters.circumstance:
        # Only notes say which part of life they are about.
        return found.none()
    for about in (person, filters.person):
        found = found.filter(contact_people__person=about) if about else found
    return _narrowed(
        found, CONTACT, cases, filters, ("summary", "next_step", "place", "others_present")
    )


def _decisions(cases: Sequence[Case], filters: Filters) -> QuerySet[Decision]:
    """A decision is about everybody in its case."""
    found = Decision.objects.all()
    if filters.circumstance:
        return found.none()
    if filters.person:
        found = found.filter(case__case_people__person=filters.person)
    return _narrowed(
        found, DECISION, cases, filters, ("decision", "basis", "clients_view", "decided_by_whom")
    )


def _narrowed[Entries: QuerySet[Any]](
    found: Entries, entry: str, cases: Sequence[Case], filters: Filters, texts: tuple[str, ...]
) -> Entries:
    if filters.entry and filters.entry != entry:
        return found.none()
    found = found.filter(case__in=cases)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    for word in filters.words.split():
        matching = Q()
        for text in texts:
            matching |= Q(**{f"{text}__icontains": word})
        found = found.filter(matching)
    if filters.since:
        found = found.filter(happened_at__gte=_midnight(filters.since))
    if filters.until:
        found = found.filter(happened_at__lt=_midnight(filters.until + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _items(keys: list[tuple[str, int, datetime]]) -> list[TimelineItem]:
    numbers: dict[str, list[int]] = {NOTE: [], CONTACT: [], DECISION: []}
    for entry, number, _ in keys:
        numbers[entry].append(number)
    notes = _in_full(
        CaseNote.objects.select_related("source_person", "source_professional__agency")
    )
    contacts = _in_full(Contact.objects.all())
    decisions = _in_full(Decision.objects.all(), people="case__people")
    written = list(notes.filter(pk__in=numbers[NOTE]))
    firsts = first_versions(written)
    items: dict[tuple[str, int], TimelineItem] = {
        (NOTE, note.pk): _note_item(note, firsts.get(note.pk)) for note in written
    }
    items |= {
        (CONTACT, contact.pk): _contact_item(contact)
        for contact in contacts.filter(pk__in=numbers[CONTACT])
    }
    items |= {
        (DECISION, decision.pk): _decision_item(decision)
        for decision in decisions.filter(pk__in=numbers[DECISION])
    }
    return [items[entry, number] for entry, number, _ in keys]


def _in_full[Entries: QuerySet[Any]](entries: Entries, people: str = "people") -> Entries:
    return (
        entries.select_related("case__service", "recorded_by")
        .prefetch_related(people)
        .order_by()
        .fetch_mode(models.FETCH_RAISE)
    )


def _note_item(note: CaseNote, first: CaseNote | None) -> TimelineItem:
    return TimelineItem(
        entry=NOTE,
        reference=note.reference,
        url=reverse("cases:note", args=[note.reference]),
        title=f"Note: {note.get_kind_display().lower()}",
        case=note.case,
        happened_at=note.happened_at,
        written_at=first.recorded_at if first else note.recorded_at,
        author=first.recorded_by if first else note.recorded_by,
        about=note.people_in_words,
        text=note.body,
        facts=(("Source", note.source_in_words),),
        flags=flags_of(note),
        correction=Correction(
            at=note.recorded_at, by=note.recorded_by, reason=note.correction_reason
        )
        if first
        else None,
    )


def _contact_item(contact: Contact) -> TimelineItem:
    took_place = contact.outcome == Contact.Outcome.ATTENDED
    facts = (
        ("Outcome", contact.get_outcome_display()),
        ("Length", f"{contact.minutes} minutes" if contact.minutes else ""),
        ("Place", contact.place),
        ("Also there", contact.others_present),
        ("Next step", contact.next_step),
    )
    return TimelineItem(
        entry=CONTACT,
        reference=contact.reference,
        url="",
        title=f"Contact: {contact.get_kind_display().lower()}",
        case=contact.case,
        happened_at=contact.happened_at,
        written_at=contact.recorded_at,
        author=contact.recorded_by,
        about=contact.people_in_words,
        text=contact.summary,
        facts=tuple(fact for fact in facts if fact[1]),
        flags=() if took_place else (Flag(contact.get_outcome_display(), "orange"),),
    )


def _decision_item(decision: Decision) -> TimelineItem:
    facts = (
        ("Decided by", decision.decided_by_whom),
        ("On what basis", decision.basis),
        ("What the family thinks", decision.clients_view),
    )
    return TimelineItem(
        entry=DECISION,
        reference=decision.reference,
        url="",
        title="Decision",
        case=decision.case,
        happened_at=decision.happened_at,
        written_at=decision.recorded_at,
        author=decision.recorded_by,
        about=", ".join(str(person) for person in decision.case.people.all()),
        text=decision.decision,
        facts=tuple(fact for fact in facts if fact[1]),
    )


def flags_of(note: CaseNote) -> tuple[Flag, ...]:
    """The circumstances of `note`; what the law protects more is said in words, not by colour alone."""
    return tuple(_flag(Circumstance(value)) for value in note.circumstances)


def _flag(circumstance: Circumstance) -> Flag:
    if circumstance in SPECIAL_CATEGORY:
        return Flag(f"{circumstance.label} (special category)", "purple")
    if circumstance in OFFENCE:
        return Flag(f"{circumstance.label} (offence data)", "orange")
    return Flag(str(circumstance.label), "grey")
