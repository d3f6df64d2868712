"""What is due, and why one person's or case's records are still here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Case, Person
from cases.permissions import cases_of
from cases.queries.cases import PAGE_LENGTH, open_case
from cases.queries.people import open_person
from retention.due import PERSON, Due, Why, all_due, due_of, due_of_people
from retention.holding import Held, holds_on, touched_by
from retention.models import Proposal, ProposalItem
from retention.permissions import may_propose
from retention.proposing import PROPOSED, Together, family_of
from retention.workflow import UNDONE


@dataclass(frozen=True, slots=True)
class Kept:
    """One record with its sentence, and what it is called."""

    due: Due
    record: Any

    @property
    def kind(self) -> str:
        words = str(self.record._meta.verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def address(self) -> str:
        return f"{self.due.table}:{self.due.record}"


@dataclass(frozen=True, slots=True)
class WhyHere:
    """How long one person's or case's records are kept, and what holds them besides."""

    subject: Person | Case
    rows: list[Kept]
    held: list[Held]


@dataclass(frozen=True, slots=True)
class Family:
    """What would be proposed together, with names."""

    together: Together
    rows: list[Kept]


def why_person_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long what is held about a person is kept, record by record, as far as the reader may know.

    Concerns and allegations are left out: who may not read one must not learn that there is one.
    """
    person = open_person(reference, look=look).person
    cases = set(cases_of(look.by).filter(people=person).values_list("pk", flat=True))
    dues = [
        _told(one, cases)
        for one in due_of_people([person.pk])
        if one.table in PROPOSED and (one.table != "cases.Case" or one.record in cases)
    ]
    return WhyHere(person, named(dues), _hand_held([(PERSON, person.pk)]))


def why_case_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long a case file is kept, and why."""
    case = open_case(reference, look=look)
    found = due_of("cases.Case", case.pk)
    return WhyHere(case, named([found] if found else []), _hand_held([("cases.Case", case.pk)]))


def list_due(*, look: Look, on: date) -> list[Kept]:
    """The first records whose time is over and that no proposal holds, cases before people.

    NotNow (403, logged) for whoever does not propose.
    """
    look = _proposing(look)
    taken = set(
        ProposalItem.objects.filter(proposal__status__in=UNDONE).values_list("table", "record")
    )
    # Somebody whose case is due goes with it: the case alone stands in the list.
    found = [
        one
        for one in all_due(on=on)
        if one.table in PROPOSED
        and (one.table, one.record) not in taken
        and not (one.table == PERSON and one.through_table)
    ]
    rows = named(
        islice(sorted(found, key=lambda one: (one.day, one.table, one.record)), PAGE_LENGTH)
    )
    show(
        look,
        [
            Shown(Verb.DUE_LISTED, row.record, touched_by([(row.due.table, row.due.record)]).people)
            for row in rows
        ]
        or [Shown(Verb.DUE_LISTED, Proposal)],
    )
    return rows


def open_family(address: str, *, look: Look) -> Family | None:
    """What is due together with the record at `address`, like cases.Case:12; None if nothing is."""
    look = _proposing(look)
    table, _, number = address.partition(":")
    if table not in PROPOSED or not number.isdecimal():
        return None
    together = family_of(table, int(number), on=timezone.localdate())
    show(look, [Shown(Verb.DUE_LISTED, Proposal, touched_by(together.records).people)])
    return Family(together, named(together.dues)) if together.dues else None


def named(dues: Iterable[Due]) -> list[Kept]:
    """The records themselves beside their days; those that are there."""
    wanted = list(dues)
    found: dict[tuple[str, int], Any] = {}
    for table in {one.table for one in wanted}:
        model = apps.get_model(table)
        keys = [one.record for one in wanted if one.table == table]
        rows = model._base_manager.filter(pk__in=keys)
        if table == "cases.Case":
            rows = rows.select_related("service")
        found |= {(table, row.pk): row for row in rows}
    return [
        Kept(one, found[one.table, one.record])
        for one in wanted
        if (one.table, one.record) in found
    ]


def _told(due: Due, cases: set[int]) -> Due:
    """What decides a person's day is named only where the reader may know that it exists."""
    through = due.through_table
    if not through or (
        through in PROPOSED and (through != "cases.Case" or due.through_record in cases)
    ):
        return due
    return replace(due, day=None, why=Why.OTHERS)


def _hand_held(records: list[tuple[str, int]]) -> list[Held]:
    found = holds_on(records, on=timezone.localdate())
    return [one for one in found if one.hold is not None]


def _proposing(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    user: User = look.by
    if not may_propose(user):
        raise NotNow("Proposing destruction is not part of your role.", look=look, record=Proposal)
    return look
