"""What of a record is read together with its person: nothing of others, nor what names them unmarked."""

import re
from dataclasses import replace

from cases.mentions import mentions_of
from cases.models import CaseNote, Decision, PassageKind, Person, SourceKind
from cases.passages import without
from cases.restricted import HELD_BACK
from cases.written import spans_kept
from core.privacy import Label
from sar.circle import circle_of
from sar.pack.held import Item, Value

OF_OTHERS = frozenset({PassageKind.THIRD_PARTY.value, PassageKind.IN_CONFIDENCE.value})
NOT_SHOWN = "[not shown: about somebody else as well]"
# Their own names are theirs, also where somebody else of the family has the same.
OWN_NAMES = frozenset({Person._meta.label, "cases.PersonName"})
TOLD_BY_THEM = frozenset({SourceKind.OWN.value, SourceKind.PERSON.value})


def without_others(items: list[Item], person: Person) -> list[Item]:
    """`items` as they may be looked at by `person`: a worker marks what is about others, and what nobody has
    marked stays hidden as soon as it names somebody of the family, or is about several people.
    """
    others = Person.objects.filter(pk__in=circle_of(person) - set(person.numbers))
    named = "|".join(mentions_of(one).replace(r"\y", r"\b") for one in others)
    pattern = re.compile(named, re.IGNORECASE) if named else None
    numbers = [one.record_id for one in items if one.source == CaseNote._meta.label]
    notes = {
        note.pk: note
        for note in CaseNote._base_manager.filter(pk__in=numbers).prefetch_related(
            "passages", "people"
        )
    }
    decisions = _of_several(items)
    shown = []
    for item in items:
        note = notes.get(item.record_id) if item.source == CaseNote._meta.label else None
        is_shared = (
            _is_shared(note, person)
            if note is not None
            else item.source == Decision._meta.label and item.record_id in decisions
        )
        shown.append(_shown(item, pattern, note, is_shared=is_shared))
    return shown


def _shown(
    item: Item, pattern: re.Pattern[str] | None, note: CaseNote | None, *, is_shared: bool
) -> Item:
    values = []
    for value in item.values:
        if value.category == Label.THIRD_PARTY:
            continue
        one = value
        if note is not None and value.field == "body":
            one = replace(value, text=without(note.body, spans_kept(note), OF_OTHERS, HELD_BACK)[0])
        if (is_shared and value.is_passage) or _names(item, one, pattern):
            one = replace(value, text=NOT_SHOWN)
        values.append(one)
    return replace(item, values=tuple(values))


def _names(item: Item, value: Value, pattern: re.Pattern[str] | None) -> bool:
    if pattern is None or item.source in OWN_NAMES:
        return False
    return bool(pattern.search(value.text))


def _is_shared(note: CaseNote, person: Person) -> bool:
    """Whether a note is about others as well, or was told by another, and nobody has marked what is theirs."""
    told_by_other = note.source_kind not in TOLD_BY_THEM or (
        note.source_person_id is not None and note.source_person_id not in person.numbers
    )
    if told_by_other:
        return True
    is_several = any(one.pk not in person.numbers for one in note.people.all())
    return is_several and not any(one.kind in OF_OTHERS for one in note.passages.all())


def _of_several(items: list[Item]) -> frozenset[int]:
    """Decisions of cases with more than one person: nothing in a decision is marked."""
    numbers = [one.record_id for one in items if one.source == Decision._meta.label]
    several = Decision._base_manager.filter(pk__in=numbers).prefetch_related("case__people")
    return frozenset(one.pk for one in several if len(one.case.people.all()) > 1)
