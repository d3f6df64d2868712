"""What of a case may go to an agency, as it would be read there. Behind the door.

The one place that says what never goes by itself: safe and confidential addresses, what is marked as
told in confidence or as about somebody else, entries that are also about others, whatever keeps a
recipient from hearing of somebody, what is restricted (UK GDPR Art 18), and what the sender may not read
themself: a record that is closed to them by a seal or a conflict, and passages that their role does not need.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import User
from cases.closed import closed
from cases.kinds import KINDS, KindOfEntry
from cases.models import Address, Case, CasePerson, PassageKind, Person, Seal, Statement
from cases.passages import HIDDEN, Span, without
from cases.permissions import hidden_passages
from cases.queries.entries import first_versions
from cases.queries.safe_contact import Disclosure, Recipient, known_of, may_be_told
from cases.queries.statements import put_statements_beside
from cases.restricted import barred_people, hold_back, usable_entries
from cases.written import spans_kept
from core.dates import plain

KEPT_BACK = frozenset({PassageKind.THIRD_PARTY.value, PassageKind.IN_CONFIDENCE.value})
GAP = "[left out]"
NOT_YOURS = "A record among these is not yours to send. Ask the Data Protection Officer."
SEALED = (
    "The record of {person} is sealed: they may know somebody there. Ask them, or whoever sealed it, before "
    "anything goes."
)
SAYS = {
    Statement.Kind.COMPLETES.value: "{person} adds: {words}",
    Statement.Kind.DISAGREES.value: "{person} does not agree: {words}",
}
# Words of an entry, in reading order, by its noun. Documents go as files and not in the pack.
WORDS = {
    "note": (("", "body"),),
    "contact": (("", "summary"), ("Next step", "next_step")),
    "decision": (
        ("", "decision"),
        ("On what basis", "basis"),
        ("The family’s view", "clients_view"),
    ),
}


@dataclass(frozen=True, slots=True)
class Sendable:
    """One thing that can be chosen.

    `text` is what goes by itself, `whole` what goes where a person decides so with a reason; `left_out`
    says, in sentences, what `text` is without.
    """

    key: str
    title: str
    on: date | None
    text: tuple[str, ...]
    whole: tuple[str, ...]
    left_out: tuple[str, ...] = ()


def sendable(case: Case, people: Iterable[Person], *, on: date, by: User) -> list[Sendable]:
    """Everything about `people` in `case` that `by` can choose, who they are first, then by day."""
    people = list(people)
    if _is_closed(case, by):
        return []
    hidden = hidden_passages(by)
    found = [_details(person, on) for person in people]
    entries = (entry for noun in WORDS for entry in _entries(KINDS[noun], case, people, hidden))
    return [*found, *sorted(entries, key=lambda one: (one.on or date.min, one.key))]


def in_the_way(recipient: Recipient, people: Iterable[Person], *, on: date, by: User) -> Disclosure:
    """Whether anything about `people` may go from `by` to `recipient` at all (features.md N1, N19, P17).

    Nobody is named to whom the record is closed, not in a refusal either.
    """
    people = list(people)
    numbers = [person.pk for person in people]
    if barred_people(None).filter(pk__in=numbers).exists():
        return Disclosure(because=("A record is restricted: nothing of it is sent. Ask the DPO.",))
    if Person.objects.filter(closed(by), pk__in=numbers).exists():
        return Disclosure(because=(NOT_YOURS,))
    told = may_be_told(recipient, about=people, on=on)
    sealed = Seal.objects.filter(person__in=numbers, lifted_at=None).select_related("person")
    warnings = [SEALED.format(person=one.person) for one in sealed]
    return replace(told, warnings=(*told.warnings, *warnings))


def _is_closed(case: Case, by: User) -> bool:
    return CasePerson.objects.filter(closed(by, "person"), case=case).exists()


def _details(person: Person, on: date) -> Sendable:
    known = known_of([person], on=on)[person.pk]
    born = plain(person.date_of_birth) if person.date_of_birth else "not known"
    text = [f"Name: {person}", f"Date of birth: {born}"]
    if person.first_language:
        text.append(f"First language: {person.first_language}")
    if person.communication_needs:
        text.append(f"To be kept in mind: {person.communication_needs}")
    secret = [
        one for one in known.addresses if one.is_confidential or one.kind == Address.Kind.SAFE
    ]
    # Where one address is secret none goes: the other one may lead to it.
    if not secret:
        text += [f"{one.get_kind_display()}: {one}" for one in known.addresses]
    text += [
        f"{point.get_kind_display()}: {point.value}"
        for point in known.points
        if point.safe_for_messages
    ]
    left_out = (f"Addresses of {person}: one of them is secret.",) if secret else ()
    return Sendable(
        key=f"person-{person.reference}",
        title=f"Who {person} is and how to reach them",
        on=None,
        text=tuple(text),
        # A secret address is never added, whatever the reason.
        whole=tuple(text),
        left_out=left_out,
    )


def _entries(
    kind: KindOfEntry, case: Case, people: list[Person], hidden: frozenset[str]
) -> Iterator[Sendable]:
    chosen = {person.pk: person for person in people}
    everybody = [part.person for part in case.case_people.select_related("person")]
    newest: Any = kind.model._base_manager.filter(case=case, corrected_by=None)
    # Leave to use what is restricted is leave to read it, not to send it on.
    found: Any = usable_entries(newest, by=None)
    if kind.between is not None:
        found = found.prefetch_related("people")
    if kind.noun == "note":
        found = found.prefetch_related("passages")
    entries = list(found.order_by("happened_at", "pk"))
    # Others' words about somebody who is restricted are cut out of the entry itself.
    hold_back(entries, by=None)
    firsts = first_versions(kind, entries)
    put_statements_beside(entries, {one: firsts[one.pk] for one in entries if one.pk in firsts})
    silent = set(barred_people(None).values_list("pk", flat=True))
    for entry in entries:
        entry.said_about = [one for one in entry.said_about if one.person_id not in silent]
        # A decision is about everybody in its case.
        about = list(entry.people.all()) if kind.between is not None else everybody
        if chosen.keys().isdisjoint(person.pk for person in about):
            continue
        others = [person for person in about if person.pk not in chosen]
        yield _entry(kind, entry, others, hidden, _said(entry, chosen))


def _said(entry: Any, chosen: Mapping[int, Person]) -> tuple[str, ...]:
    """What people say about `entry`; whoever reads it elsewhere does not know who "they" are. Somebody the
    pack is not about is not named.
    """
    return tuple(
        SAYS[one.kind].format(person=chosen.get(one.person_id, "Somebody else"), words=one.words)
        for one in entry.said_about
    )


def _entry(
    kind: KindOfEntry,
    entry: Any,
    others: list[Person],
    hidden: frozenset[str],
    said: tuple[str, ...],
) -> Sendable:
    spans = spans_kept(entry) if kind.noun == "note" else frozenset()
    marked = [span for span in spans if span.kind in KEPT_BACK | hidden]
    passages = "1 marked passage" if len(marked) == 1 else f"{len(marked)} marked passages"
    left_out = [f"{passages} of {entry.reference}."] if marked else []
    if others:
        left_out.append(f"{entry.reference}: it is also about somebody else.")
    return Sendable(
        key=str(entry.reference),
        title=f"{kind.noun.capitalize()} {entry.reference}",
        on=timezone.localdate(entry.happened_at),
        # Whoever reads the entry reads what the person says about it (UK GDPR Art 16).
        text=() if others else (*_words(kind, entry, spans, KEPT_BACK | hidden), *said),
        # What the sender may not read themself never goes, whatever the reason.
        whole=(*_words(kind, entry, spans, hidden), *said),
        left_out=tuple(left_out),
    )


def _words(
    kind: KindOfEntry, entry: Any, spans: frozenset[Span], without_kinds: frozenset[str]
) -> tuple[str, ...]:
    parts = []
    for label, name in WORDS[kind.noun]:
        text = str(getattr(entry, name))
        if name == "body":
            text = without(text, spans, without_kinds)[0].replace(HIDDEN, GAP)
        if text.strip():
            parts.append(f"{label}: {text}" if label else text)
    return tuple(parts)
