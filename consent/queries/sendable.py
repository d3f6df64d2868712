"""What of a case may go to an agency, as it would be read there. Behind the door.

The one place that says what never goes by itself: safe and confidential addresses, what is marked as
told in confidence or as about somebody else, entries that are also about others, and whatever keeps a
recipient from hearing of somebody, and what is restricted (UK GDPR Art 18).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from cases.kinds import KINDS, KindOfEntry
from cases.models import Address, Case, PassageKind, Person
from cases.passages import HIDDEN, Span, without
from cases.queries.safe_contact import Disclosure, Recipient, known_of, may_be_told
from cases.restricted import barred_people, hold_back, usable_entries
from cases.written import spans_kept
from core.dates import plain

KEPT_BACK = frozenset({PassageKind.THIRD_PARTY.value, PassageKind.IN_CONFIDENCE.value})
GAP = "[left out]"
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


def sendable(case: Case, people: Iterable[Person], *, on: date) -> list[Sendable]:
    """Everything about `people` in `case` that can be chosen, who they are first, then by day."""
    people = list(people)
    found = [_details(person, on) for person in people]
    entries = (entry for noun in WORDS for entry in _entries(KINDS[noun], case, people))
    return [*found, *sorted(entries, key=lambda one: (one.on or date.min, one.key))]


def in_the_way(recipient: Recipient, people: Iterable[Person], *, on: date) -> Disclosure:
    """Whether anything about `people` may go to `recipient` at all (features.md N1, N19)."""
    people = list(people)
    barred = barred_people(None).filter(pk__in=[person.pk for person in people]).exists()
    if barred:
        return Disclosure(because=("A record is restricted: nothing of it is sent. Ask the DPO.",))
    return may_be_told(recipient, about=people, on=on)


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


def _entries(kind: KindOfEntry, case: Case, people: list[Person]) -> Iterator[Sendable]:
    chosen = {person.pk for person in people}
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
    for entry in entries:
        # A decision is about everybody in its case.
        about = list(entry.people.all()) if kind.between is not None else everybody
        if chosen.isdisjoint(person.pk for person in about):
            continue
        yield _entry(kind, entry, [person for person in about if person.pk not in chosen])


def _entry(kind: KindOfEntry, entry: Any, others: list[Person]) -> Sendable:
    spans = spans_kept(entry) if kind.noun == "note" else frozenset()
    marked = [span for span in spans if span.kind in KEPT_BACK]
    left_out = [f"{len(marked)} marked passages of {entry.reference}."] if marked else []
    if others:
        left_out.append(f"{entry.reference}: it is also about somebody else.")
    return Sendable(
        key=str(entry.reference),
        title=f"{kind.noun.capitalize()} {entry.reference}",
        on=timezone.localdate(entry.happened_at),
        text=() if others else _words(kind, entry, spans),
        whole=_words(kind, entry, frozenset()),
        left_out=tuple(left_out),
    )


def _words(kind: KindOfEntry, entry: Any, spans: frozenset[Span]) -> tuple[str, ...]:
    parts = []
    for label, name in WORDS[kind.noun]:
        text = str(getattr(entry, name))
        if name == "body":
            text = without(text, spans, KEPT_BACK)[0].replace(HIDDEN, GAP)
        if text.strip():
            parts.append(f"{label}: {text}" if label else text)
    return tuple(parts)
