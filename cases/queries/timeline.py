"""What happened in a case or around a person, as one list ordered by when it happened (S4).

Behind the door: `timeline_of` is called after a case or a person was opened, with cases that came from
there, and the entry of that opening covers the page. Pages use `cases.views.timeline.timeline_part`,
which brings the filter as well, and include `cases/_timeline.html`. What the layers above add, such as plans,
comes by `cases.queries.timeline_sources`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.utils import timezone

from accounts.models import User
from cases.kinds import KINDS, Entry, kind_of
from cases.models import Case, CaseNote, Circumstance, Contact, Decision, Document, Passage, Person
from cases.models.entry import OFFENCE, SPECIAL_CATEGORY
from cases.passages import HIDDEN, Piece, Span, marked, without
from cases.permissions import hidden_circumstances, hidden_passages
from cases.queries.entries import first_versions
from cases.queries.statements import put_statements_beside, statements_beside
from cases.queries.timeline_sources import (
    EVERYTHING,
    Correction,
    Filters,
    Flag,
    Source,
    TimelineItem,
    sources_for,
)
from cases.restricted import hold_back, usable_entries
from cases.written import spans_kept
from core.dates import plain
from core.paging import Page, ShortFirst

PAGE_LENGTH = 30  # entries

NOTE, CONTACT, DECISION, DOCUMENT = KINDS


def timeline_of(
    *,
    cases: Iterable[Case],
    reader: User,
    person: Person | None = None,
    filters: Filters = EVERYTHING,
    page: int | str = 1,
    length: int = PAGE_LENGTH,
) -> Page:
    """One page of TimelineItem of `cases`, the latest first; with `person`, what is about them.

    What is restricted for `reader` is not in it (UK GDPR Art 18).

    An entry that was corrected is there once, in its newest version. Whatever the number of entries, the
    number of queries is the same. Of notes, `reader` reads what their role needs.
    """
    cases = list(cases)
    sought: dict[str, QuerySet[Any]] = {
        NOTE: _notes_of(cases, person, filters, reader),
        CONTACT: _contacts_of(cases, person, filters),
        DECISION: _decisions_of(cases, filters),
        DOCUMENT: _documents_of(cases, person, filters),
    }
    sought = {entry: usable_entries(found, by=reader) for entry, found in sought.items()}
    from_above = sources_for(reader)
    for source in from_above:
        rows_of = source.rows(reader=reader, cases=cases, person=person)
        sought[source.noun] = _narrowed_above(source, rows_of, person, filters)
    keys = [
        found.order_by().values_list(Value(entry, output_field=TextField()), "pk", "happened_at")
        for entry, found in sought.items()
    ]
    together = keys[0].union(*keys[1:], all=True).order_by("-happened_at", "-pk")
    rows: Page = ShortFirst(together, length).get_page(page)
    rows.object_list = _items(list(rows.object_list), from_above, reader)
    return rows


def _narrowed_above(
    source: Source, found: QuerySet[Any], person: Person | None, filters: Filters
) -> QuerySet[Any]:
    # Only notes say which part of life they are about.
    if filters.circumstance or filters.entry not in {"", source.noun}:
        return found.none()
    for about in (person, filters.person):
        found = found.filter(**{source.people: about}) if about else found
    # Two answers of one assessment may hold the word: it stands there once.
    return _sought_in(found, filters, source.texts).distinct()


def _notes_of(
    cases: Sequence[Case], person: Person | None, filters: Filters, reader: User
) -> QuerySet[CaseNote]:
    found = CaseNote.objects.all()
    if filters.circumstance in hidden_circumstances(reader):
        return found.none()
    if filters.words and (hidden := hidden_passages(reader)):
        # Whether hidden words stand in a note is hidden as well.
        found = found.exclude(Exists(Passage.objects.filter(note=OuterRef("pk"), kind__in=hidden)))
    if filters.circumstance:
        found = found.filter(circumstances__contains=[filters.circumstance])
    for about in (person, filters.person):
        found = found.filter(note_people__person=about) if about else found
    return _narrowed(found, NOTE, cases, filters, ("body",))


def _contacts_of(
    cases: Sequence[Case], person: Person | None, filters: Filters
) -> QuerySet[Contact]:
    found = Contact.objects.all()
    if filters.circumstance:
        # Only notes say which part of life they are about.
        return found.none()
    for about in (person, filters.person):
        found = found.filter(contact_people__person=about) if about else found
    return _narrowed(
        found, CONTACT, cases, filters, ("summary", "next_step", "place", "others_present")
    )


def _decisions_of(cases: Sequence[Case], filters: Filters) -> QuerySet[Decision]:
    """A decision is about everybody in its case."""
    found = Decision.objects.all()
    if filters.circumstance:
        return found.none()
    if filters.person:
        found = found.filter(case__case_people__person=filters.person)
    return _narrowed(
        found, DECISION, cases, filters, ("decision", "basis", "clients_view", "decided_by_whom")
    )


def _documents_of(
    cases: Sequence[Case], person: Person | None, filters: Filters
) -> QuerySet[Document]:
    found = Document.objects.all()
    if filters.circumstance:
        return found.none()
    for about in (person, filters.person):
        found = found.filter(document_people__person=about) if about else found
    return _narrowed(found, DOCUMENT, cases, filters, ("title", "file_name"))


def _narrowed[Entries: QuerySet[Any]](
    found: Entries, entry: str, cases: Sequence[Case], filters: Filters, texts: tuple[str, ...]
) -> Entries:
    if filters.entry and filters.entry != entry:
        return found.none()
    found = found.filter(case__in=cases, corrected_by=None)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    return _sought_in(found, filters, texts)


def _sought_in[Entries: QuerySet[Any]](
    found: Entries, filters: Filters, texts: tuple[str, ...]
) -> Entries:
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


def _items(
    keys: list[tuple[str, int, datetime]], from_above: Sequence[Source], reader: User
) -> list[TimelineItem]:
    read: dict[tuple[str, int], Any] = {}
    firsts: dict[tuple[str, int], Any] = {}
    for noun, kind in KINDS.items():
        numbers = [number for entry, number, _ in keys if entry == noun]
        written = (
            kind.model._base_manager.filter(pk__in=numbers)
            .select_related("case__service", "recorded_by", *kind.brings)
            .prefetch_related(kind.about, *kind.along)
            .order_by()
            .fetch_mode(models.FETCH_RAISE)
        )
        entries = list(written)
        read |= {(noun, entry.pk): entry for entry in entries}
        firsts |= {(noun, pk): first for pk, first in first_versions(kind, entries).items()}
    hold_back(read.values(), by=reader)
    put_statements_beside(read.values(), {read[key]: first for key, first in firsts.items()})
    told = {key: item_of(entry, firsts.get(key), reader=reader) for key, entry in read.items()}
    for source in from_above:
        numbers = [number for entry, number, _ in keys if entry == source.noun]
        if numbers:
            told |= {
                (source.noun, number): item for number, item in source.tell(numbers, reader).items()
            }
    return [told[noun, pk] for noun, pk, _ in keys]


def item_of(entry: Any, first: Any | None, *, reader: User) -> TimelineItem:
    """`entry` as `reader` meets it; `first` as it was first written, where it is a correction."""
    kind, told = kind_of(entry), told_by(entry, reader=reader)
    return TimelineItem(
        entry=kind.noun,
        reference=entry.reference,
        url=kind.address(entry),
        title=told.title,
        case=entry.case,
        happened_at=entry.happened_at,
        written_at=(first or entry).recorded_at,
        author=(first or entry).recorded_by,
        about=told.about,
        text=told.text,
        facts=told.facts,
        flags=told.flags,
        correction=Correction(
            at=entry.recorded_at, by=entry.recorded_by, reason=entry.correction_reason
        )
        if first
        else None,
        review=review_of(entry),
        paragraphs=told.paragraphs,
    )


def review_of(entry: Any) -> str:
    """Where the supervision of an entry stands, as a sentence; "" where nobody has said anything."""
    reviews = list(entry.reviews.all()) if hasattr(entry, "reviews") else []
    last = max(reviews, key=lambda one: (one.verdict == "signed_off", one.pk), default=None)
    if last is None:
        return ""
    day = plain(timezone.localdate(last.recorded_at))
    return f"{last.get_verdict_display()} by {last.recorded_by} on {day}"


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says, in the order in which every page says it."""

    title: str
    about: str
    text: str
    facts: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...] = ()
    spans: frozenset[Span] = frozenset()

    @property
    def paragraphs(self) -> list[list[Piece]]:
        """The text as it is shown, with its marks."""
        return marked(self.text, self.spans)


def told_by(entry: Entry, *, reader: User) -> Told:
    """What `entry` says to `reader`; facts that nobody wrote down are left out, and in place of what their
    role does not need it says that something is hidden.
    """
    tellers: dict[type, Callable[[Any], Told]] = {
        CaseNote: _note,
        Contact: _contact,
        Decision: _decision,
        Document: _document,
    }
    told = tellers[type(entry)](entry)
    told = replace(told, facts=(*told.facts, *statements_beside(entry)))
    text, spans = without(told.text, told.spans, hidden_passages(reader))
    if isinstance(entry, CaseNote):
        told = replace(told, flags=flags_of(entry, reader=reader))
    return replace(
        told, text=text, spans=spans, facts=tuple(fact for fact in told.facts if fact[1])
    )


def _note(note: CaseNote) -> Told:
    return Told(
        title=f"Note: {note.get_kind_display().lower()}",
        about=note.people_in_words,
        text=note.body,
        facts=(("Source", note.source_in_words),),
        spans=spans_kept(note),
    )


def _contact(contact: Contact) -> Told:
    took_place = contact.outcome == Contact.Outcome.ATTENDED
    return Told(
        title=f"Contact: {contact.get_kind_display().lower()}",
        about=contact.people_in_words,
        text=contact.summary,
        facts=(
            ("Outcome", contact.get_outcome_display()),
            ("Length", f"{contact.minutes} minutes" if contact.minutes else ""),
            ("Place", contact.place),
            ("Also there", contact.others_present),
            ("Next step", contact.next_step),
        ),
        flags=() if took_place else (Flag(contact.get_outcome_display(), "orange"),),
    )


def _decision(decision: Decision) -> Told:
    return Told(
        title="Decision",
        about=", ".join(str(person) for person in decision.case.people.all()),
        text=decision.decision,
        facts=(
            ("Decided by", decision.decided_by_whom),
            ("On what basis", decision.basis),
            ("What the family thinks", decision.clients_view),
        ),
    )


def _document(document: Document) -> Told:
    return Told(
        title=f"Document: {document.title}",
        about=document.people_in_words,
        text="",
        facts=(
            ("What it is", document.get_kind_display()),
            ("Dated", plain(document.dated_on) if document.dated_on else ""),
            ("Source", document.source_in_words),
        ),
    )


def flags_of(note: CaseNote, *, reader: User) -> tuple[Flag, ...]:
    """The circumstances of `note`; what the law protects more is said in words, not by colour alone."""
    hidden = hidden_circumstances(reader)
    seen = tuple(_flag(Circumstance(value)) for value in note.circumstances if value not in hidden)
    return (*seen, Flag(HIDDEN, "grey")) if hidden.intersection(note.circumstances) else seen


def _flag(circumstance: Circumstance) -> Flag:
    if circumstance in SPECIAL_CATEGORY:
        return Flag(f"{circumstance.label} (special category)", "purple")
    if circumstance in OFFENCE:
        return Flag(f"{circumstance.label} (offence data)", "orange")
    return Flag(str(circumstance.label), "grey")
