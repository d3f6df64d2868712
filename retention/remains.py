"""What stays of a record that the schedule says to make anonymous: named here, fact by fact; all else goes.

A column that is not named below is dropped with its record, also one that is added tomorrow. A fact is kept as
it is or made coarse, and the ladder of each kind says in which order it becomes coarser until enough families
share it (retention.alike; docs/adr/0050). Free text, names, references, exact days and whatever is of a
special category are never among them: `problems` says so, and the build stops.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from cases.models import Address, Case, CasePerson, Enquiry, Referral
from cases.normal import outward
from core.dates import age_on
from core.privacy import Label, declaration_of
from diary.models import DropIn
from funding.quarters import quarter_of
from retention.alike import Candidate, Told, as_told
from retention.holding import touched_by_each

GROWN_UP = 18
BANDS = ((5, "under 5"), (11, "5 to 10"), (GROWN_UP, "11 to 17"))
# Days of help, and how they are told.
LENGTHS = ((92, "up to three months"), (366, "up to a year"))
NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that stays: from which column, and how coarse; "" where it is kept as it is."""

    name: str
    words: str
    column: str
    coarse: str = ""


FACTS = {
    fact.name: fact
    for fact in (
        Fact("service", "Service", "service"),
        Fact("quarter", "Quarter", "{day}", "the quarter"),
        Fact("year", "Year", "{day}", "the year"),
        Fact("age", "Age of the youngest", "cases.Person.date_of_birth", "four bands of age"),
        Fact("grown", "Child or grown up", "cases.Person.date_of_birth", "under 18 or not"),
        Fact("length", "How long", "cases.Case.opened_on", "three lengths of time"),
        Fact("district", "District", "cases.Address.postcode", "the first part of the postcode"),
        Fact("came_from", "Referred by", "cases.Referral.came_from"),
        Fact("who", "Who asked", "cases.Enquiry.who"),
        Fact("together", "Who came", "diary.DropIn.children", "with children or without"),
    )
}


@dataclass(frozen=True, slots=True)
class Remains:
    """Of one kind of record: which day is told, and what in the end, from the finest to the coarsest."""

    day: str
    rungs: tuple[tuple[str, ...], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for rung in self.rungs for name in rung))


REMAINS: dict[str, Remains] = {
    "cases.Case": Remains(
        day="closed_at",
        rungs=(
            ("service", "quarter", "age", "length", "district"),
            ("service", "quarter", "age", "length"),
            ("service", "year", "age", "length"),
            ("service", "year", "grown", "length"),
            ("service", "year", "grown"),
            ("service", "year"),
            ("year",),
        ),
    ),
    "cases.Referral": Remains(
        day="received_on",
        rungs=(
            ("service", "quarter", "came_from"),
            ("service", "year", "came_from"),
            ("service", "year"),
            ("year",),
        ),
    ),
    "cases.Enquiry": Remains(
        day="asked_on",
        rungs=(
            ("service", "quarter", "who"),
            ("service", "year", "who"),
            ("service", "year"),
            ("year",),
        ),
    ),
    "diary.DropIn": Remains(
        day="came_on",
        rungs=(
            ("service", "quarter", "together"),
            ("service", "year", "together"),
            ("service", "year"),
            ("year",),
        ),
    ),
}


def columns_of(kind: str, name: str) -> tuple[str, str]:
    """The table and the column from which a fact of a kind of record is told."""
    column = FACTS[name].column.format(day=REMAINS[kind].day)
    table, _, field = column.rpartition(".")
    return table or kind, field


def kept_of(table: str, column: str) -> list[str]:
    """How a column is told in what stays, for the data map; nothing where it is dropped."""
    return list(
        dict.fromkeys(
            FACTS[name].coarse or "as it is"
            for kind, remains in REMAINS.items()
            for name in remains.names
            if columns_of(kind, name) == (table, column)
        )
    )


def kind_words(kind: str) -> str:
    """A kind of record as people call it."""
    words = str(apps.get_model(kind)._meta.verbose_name_plural)
    return words[:1].upper() + words[1:]


def told_of(kind: str) -> str:
    """What stays of a kind of record, in words."""
    parts = []
    for name in REMAINS[kind].names:
        fact = FACTS[name]
        parts.append(f"{fact.words.lower()} ({fact.coarse})" if fact.coarse else fact.words.lower())
    return ", ".join(parts)


def problems() -> Iterator[str]:
    """What may not stay after all, a sentence each; none where every fact is harmless by its declaration."""
    for kind, remains in REMAINS.items():
        for name in remains.names:
            table, column = columns_of(kind, name)
            declared = declaration_of(apps.get_model(table))
            label = declared.labels.get(column)
            where = f"{table}.{column}"
            if label is None:
                yield f"{where} does not exist."
            elif label in {Label.SPECIAL_CATEGORY, Label.OFFENCE, Label.THIRD_PARTY, Label.STAFF}:
                yield f"{where} is declared as {label.value}: nothing of it may stay."
            elif not FACTS[name].coarse and not _is_a_choice(declared.model, column):
                yield f"{where} is kept as it is, but is not one of a few words: make it coarse."


def _is_a_choice(model: type[models.Model], column: str) -> bool:
    """One of a list that is about nobody: written down in the code, or a table of settings."""
    field: Any = model._meta.get_field(column)
    if field.is_relation:
        return not declaration_of(field.related_model).is_about_people
    return bool(field.choices)


# --- Read before the records go -------------------------------------------------------------------


def candidates(records: Iterable[tuple[int, str, int]]) -> list[Candidate]:
    """What could be told of records, each a proposal, a table and a number; with as many questions as for one."""
    wanted = [one for one in records if one[1] in REMAINS]
    tellers: dict[str, dict[int, dict[str, str]]] = {}
    for kind in {kind for _, kind, _ in wanted}:
        tellers[kind] = READ[kind]({number for _, of, number in wanted if of == kind})
    touched = touched_by_each([[(kind, number)] for _, kind, number in wanted])
    return [
        Candidate(
            proposal=proposal,
            kind=kind,
            people=of.people,
            rungs=tuple(_told(rung, tellers[kind][number]) for rung in REMAINS[kind].rungs),
        )
        for (proposal, kind, number), of in zip(wanted, touched, strict=True)
        if number in tellers[kind]
    ]


def _told(rung: tuple[str, ...], facts: dict[str, str]) -> Told:
    return as_told({name: facts[name] for name in rung})


def _by_day(day: date) -> dict[str, str]:
    return {"quarter": str(quarter_of(day)), "year": str(day.year)}


def _cases(numbers: set[int]) -> dict[int, dict[str, str]]:
    youngest: dict[int, date] = {}
    people: dict[int, set[int]] = {}
    members = CasePerson.objects.filter(case__in=numbers)
    for number, person, born in members.values_list("case", "person", "person__date_of_birth"):
        people.setdefault(number, set()).add(person)
        if born is not None:
            youngest[number] = max(born, youngest.get(number, born))
    homes: dict[int, set[str]] = {}
    hidden: set[int] = set()
    addresses = Address.objects.filter(person__in=set().union(*people.values()))
    for person, kind, postcode, confidential, until in addresses.values_list(
        "person", "kind", "postcode", "is_confidential", "until"
    ):
        if confidential or kind == Address.Kind.SAFE:
            hidden.add(person)
        elif kind == Address.Kind.HOME and until is None and postcode:
            homes.setdefault(person, set()).add(outward(postcode))
    found = {}
    for case in Case.objects.filter(pk__in=numbers).select_related("service"):
        ended = timezone.localdate(case.closed_at) if case.closed_at else case.opened_on
        family = people.get(case.pk, set())
        districts = set().union(*(homes.get(one, set()) for one in family))
        born = youngest.get(case.pk)
        found[case.pk] = {
            **_by_day(ended),
            "service": case.service.name,
            "age": band(age_on(born, ended)) if born else NOT_KNOWN,
            "grown": ("18 or older" if age_on(born, ended) >= GROWN_UP else "under 18")
            if born
            else NOT_KNOWN,
            "length": _coarse((ended - case.opened_on).days, LENGTHS, "longer"),
            "district": districts.pop()
            if len(districts) == 1 and not family & hidden
            else NOT_KNOWN,
        }
    return found


def band(age: int) -> str:
    """The band of an age."""
    return _coarse(age, BANDS, "18 or older")


def _coarse(number: int, steps: Iterable[tuple[int, str]], beyond: str) -> str:
    return next((words for below, words in steps if number < below), beyond)


def _referrals(numbers: set[int]) -> dict[int, dict[str, str]]:
    return {
        one.pk: {
            **_by_day(one.received_on),
            "service": one.service.name,
            "came_from": str(one.get_came_from_display()),
        }
        for one in Referral.objects.filter(pk__in=numbers).select_related("service")
    }


def _enquiries(numbers: set[int]) -> dict[int, dict[str, str]]:
    return {
        one.pk: {
            **_by_day(one.asked_on),
            "service": one.service.name if one.service else NOT_KNOWN,
            "who": str(one.get_who_display()),
        }
        for one in Enquiry.objects.filter(pk__in=numbers).select_related("service")
    }


def _drop_ins(numbers: set[int]) -> dict[int, dict[str, str]]:
    return {
        one.pk: {
            **_by_day(one.came_on),
            "service": one.service.name,
            "together": "with children" if one.children else "without children",
        }
        for one in DropIn.objects.filter(pk__in=numbers).select_related("service")
    }


READ: dict[str, Callable[[set[int]], dict[int, dict[str, str]]]] = {
    "cases.Case": _cases,
    "cases.Referral": _referrals,
    "cases.Enquiry": _enquiries,
    "diary.DropIn": _drop_ins,
}
