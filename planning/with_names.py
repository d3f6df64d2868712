"""What a use with names takes out: the parts that were allowed, one line for each person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from assessments.models import Assessment
from assessments.workflow import AssessmentStatus
from cases.models import CasePerson, Contact, ContactPerson, Person
from core.csv import csv_text
from planning.counted import counted
from planning.counting import districts_of
from planning.models import IdentifiedUse

Part = IdentifiedUse.Part

type Words = dict[int, str]


def as_file(use: IdentifiedUse, people: Sequence[Person], *, on: date) -> str:
    """The people with the parts that were allowed, as CSV; what is restricted is left out."""
    parts = [Part(one) for one in use.parts]
    numbers = [person.pk for person in people]
    found = {part: _words(part, people, numbers, on) for part in parts}
    return csv_text(
        ("Number", *(str(part.label) for part in parts)),
        (
            (person.reference, *(found[part].get(person.pk, "") for part in parts))
            for person in people
        ),
    )


def _words(part: Part, people: Sequence[Person], numbers: list[int], on: date) -> Words:
    if part == Part.NAME:
        return {person.pk: str(person) for person in people}
    if part == Part.BORN:
        return {p.pk: p.date_of_birth.isoformat() for p in people if p.date_of_birth}
    if part == Part.AREA:
        return districts_of(set(numbers), on=on)
    if part == Part.CASES:
        return _cases(numbers)
    return _contacts(numbers) if part == Part.CONTACTS else _outcomes(numbers)


def _cases(numbers: list[int]) -> Words:
    rows = counted(CasePerson.objects.filter(person__in=numbers)).select_related("case__service")
    return _joined(
        (
            row.person_id,
            f"{row.case.service}: {row.case.opened_on.isoformat()} to "
            f"{timezone.localdate(row.case.closed_at).isoformat() if row.case.closed_at else 'today'}",
        )
        for row in rows.order_by("case__opened_on", "pk")
    )


def _contacts(numbers: list[int]) -> Words:
    live = counted(Contact.objects.filter(corrected_by=None)).order_by()
    rows = (
        counted(ContactPerson.objects.filter(person__in=numbers, contact__in=live))
        .select_related("contact")
        .order_by("contact__happened_at", "pk")
    )
    return _joined(
        (
            row.person_id,
            f"{timezone.localdate(row.contact.happened_at).isoformat()} "
            f"{row.contact.get_kind_display()}: {row.contact.get_outcome_display()}",
        )
        for row in rows
    )


def _outcomes(numbers: list[int]) -> Words:
    taken = (
        counted(
            Assessment.objects.filter(
                status=AssessmentStatus.FINAL, correction=None, people__in=numbers
            )
        )
        .distinct()
        .select_related("edition__questionnaire")
        .prefetch_related(
            "edition__questions",
            "answers__question",
            Prefetch("people", Person.objects.filter(pk__in=numbers)),
        )
        .order_by("assessed_on", "pk")
    )
    return _joined(
        (person.pk, f"{one.assessed_on.isoformat()} {one.questionnaire}: {one.score.reached}")
        for one in taken
        if one.score.reached is not None
        for person in one.people.all()
    )


def _joined(pairs: Iterable[tuple[int, str]]) -> Words:
    found: dict[int, list[str]] = defaultdict(list)
    for number, words in pairs:
        found[number].append(words)
    return {number: "; ".join(several) for number, several in found.items()}
