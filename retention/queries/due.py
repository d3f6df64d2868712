"""What is due, and why one person's or case's records are still here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Any

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Case, Person, Service
from cases.permissions import cases_of
from cases.queries.cases import PAGE_LENGTH, open_case
from cases.queries.people import open_person
from retention.due import Due, Why, all_due, due_of, due_of_people
from retention.holding import Held, Record, by_hand_each, holds_on, touched_by
from retention.kinds import (
    ALLEGATION,
    APART,
    BREACH,
    BY_ITSELF,
    COMPLAINT,
    CONCERN,
    DESTROYED,
    PERSON,
    PROPOSED,
)
from retention.models import Proposal, ProposalItem
from retention.permissions import (
    READ_BY,
    closed_to,
    closed_to_every_officer,
    exists_for,
    may_propose,
    may_see_due,
    may_see_proposals,
    second_person,
    told,
    works_apart,
)
from retention.proposing import Together, family_of, row_of, service_of
from retention.workflow import UNDONE
from safeguarding.models import Allegation, Concern
from safeguarding.queries.allegations import open_allegation
from safeguarding.queries.concerns import open_concern
from sar.desk_permissions import breaches_of, complaints_of
from sar.models import Breach


@dataclass(frozen=True, slots=True)
class Kept:
    """One record with its sentence, what it is called, and whether somebody placed a hold that stops it."""

    due: Due
    record: Any
    is_held: bool
    # Its page, where the reader may open it from here.
    page: str = ""

    @property
    def kind(self) -> str:
        words = str(self.record._meta.verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def is_person(self) -> bool:
        """Whether it is called by a name and not by a reference."""
        return self.due.table == PERSON

    @property
    def address(self) -> str:
        return f"{self.due.table}:{self.due.record}"

    @property
    def goes_alone(self) -> bool:
        """Whether it is never proposed together with anything else."""
        return self.due.table in BY_ITSELF


@dataclass(frozen=True, slots=True)
class WhyHere:
    """How long one person's or case's records are kept, and what holds them besides."""

    subject: Person | Case | Concern | Allegation | Breach
    rows: list[Kept]
    held: list[Held]


@dataclass(frozen=True, slots=True)
class Family:
    """What would be proposed together, with names, what stops it, and who the second person would be."""

    records: list[Record]
    rows: list[Kept]
    held: list[Held]
    second: str
    # Whether it is more than one family, of which one that is stopped stops all.
    are_several: bool


def why_person_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long what is held about a person is kept, record by record, as far as the reader may know.

    A concern or an allegation has a page of its own: who may not read one must not learn that there is one.
    """
    person = open_person(reference, look=look).person
    known = {
        "cases.Case": set(cases_of(look.by).filter(people=person).values_list("pk", flat=True))
    }
    known |= _apart_of(look.by)
    # That somebody complained is for those alone who may read it.
    known[COMPLAINT] = _complaints_of(look.by, [person.pk])
    dues = [
        _told(one, known)
        for one in due_of_people([person.pk])
        if one.table in PROPOSED and _is_known(one.table, one.record, known)
    ]
    return WhyHere(person, named(dues), _held([(PERSON, person.pk)], look.by))


def why_case_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long a case file is kept, and why."""
    case = open_case(reference, look=look)
    found = due_of("cases.Case", case.pk)
    return WhyHere(case, named([found] if found else []), _held([("cases.Case", case.pk)], look.by))


def why_concern_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long a concern is kept, and why; for whom it exists."""
    return _why_apart(CONCERN, open_concern(reference, look=look), look)


def why_allegation_is_here(reference: str, *, look: Look) -> WhyHere:
    """How long an allegation is kept, and why; for whom it exists."""
    return _why_apart(ALLEGATION, open_allegation(reference, look=look), look)


def why_breach_is_here(number: int, *, look: Look) -> WhyHere:
    """How long a breach is kept, and why, and what holds it; NotYours (404, logged) unless it exists for the reader."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    breach = breaches_of(look.by).filter(pk=number).first()
    if breach is None:
        raise NotYours("There is nothing here for you.", look=look, record=Breach)
    show(look, [Shown(Verb.RETENTION_READ, breach, [one.pk for one in breach.people.all()])])
    found = due_of(BREACH, breach.pk)
    return WhyHere(breach, named([found] if found else []), _held([(BREACH, breach.pk)], look.by))


def _why_apart(table: str, record: Concern | Allegation, look: Look) -> WhyHere:
    found = due_of(table, record.pk)
    return WhyHere(record, named([found] if found else []), _held([(table, record.pk)], look.by))


def list_due(*, look: Look, on: date, beside: Iterable[Shown] = ()) -> list[Kept]:
    """The first records whose time is over and that no proposal holds, cases before people.

    Of what is kept apart, those alone that exist for the reader, and of nothing else if that is all they propose.
    Nothing about somebody who is closed to them: another officer, or a deputy, proposes it.
    NotNow (403, logged) for whoever does not propose. `beside`, what the page shows besides, for the same entry.
    """
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_see_due(look.by):
        raise NotNow("Proposing destruction is not part of your role.", look=look, record=Proposal)
    apart = _apart_of(look.by)
    kinds = (
        [one for one in PROPOSED if one not in {COMPLAINT, BREACH}] if may_propose(look.by) else []
    )
    if may_propose(look.by):
        apart[COMPLAINT] = _complaints_of(look.by)
        apart[BREACH] = set(breaches_of(look.by).order_by().values_list("pk", flat=True))
    taken = set(
        ProposalItem.objects.filter(proposal__status__in=UNDONE).values_list("table", "record")
    )
    # Somebody whose case is due goes with it: the case alone stands in the list.
    found = [
        one
        for one in all_due(on=on)
        if (one.table in kinds or one.record in apart.get(one.table, ()))
        and (one.table, one.record) not in taken
        and not (one.table == PERSON and one.through_table)
    ]
    shut = closed_to(look.by, ((one.table, one.record) for one in found))
    found = [one for one in found if (one.table, one.record) not in shut]
    rows = named(
        islice(sorted(found, key=lambda one: (one.day, one.table, one.record)), PAGE_LENGTH)
    )
    show(
        look,
        [
            *beside,
            *(
                Shown(
                    Verb.DUE_LISTED,
                    row.record,
                    touched_by([(row.due.table, row.due.record)]).people,
                )
                for row in rows
            ),
        ]
        or [Shown(Verb.DUE_LISTED, Proposal)],
    )
    return rows


def due_to_nobody(*, on: date) -> bool:
    """Whether something is due, in no proposal, and closed to every officer there is; it says nothing of what."""
    taken = set(
        ProposalItem.objects.filter(proposal__status__in=UNDONE).values_list("table", "record")
    )
    found = {
        (one.table, one.record)
        for one in all_due(on=on)
        if one.table in PROPOSED and (one.table, one.record) not in taken
    }
    return bool(closed_to_every_officer(found))


def open_families(addresses: Sequence[str], *, look: Look) -> Family | None:
    """What is due together with each record at `addresses`, like cases.Case:12; None if nothing is.

    Of several, every hold says whose it is: that one is left out then. NotYours (404, logged) for a record that does
    not exist for the reader: kept apart, or about somebody closed to them.
    """
    look = look.for_purpose(Purpose.MANAGEMENT)
    found = [_family_at(address, look) for address in dict.fromkeys(addresses)]
    show(
        look,
        [
            Shown(Verb.DUE_LISTED, about, touched_by(together.records).people)
            for about, together in found
        ],
    )
    if not all(together.dues for _, together in found):
        return None
    dues = {(one.table, one.record): one for _, together in found for one in together.dues}
    held = []
    for _, together in found:
        whose = f"{named(together.dues[:1])[0].record}: " if len(found) > 1 else ""
        held += [replace(one, words=f"{whose}{one.words}") for one in told(together.holds, look.by)]
    records = sorted(dues, key=lambda one: (DESTROYED.index(one[0]), one[1]))
    asked = service_of(records)
    service = Service.objects.get(pk=asked) if asked is not None else None
    return Family(
        records=records,
        rows=named(as_told((dues[one] for one in records), look.by)),
        held=held,
        second=second_person(records, service, proposed_by=look.by),
        are_several=len(found) > 1,
    )


def _family_at(address: str, look: Look) -> tuple[Any, Together]:
    """What the look is at, and what is due together with the record; nothing if there is none such for the reader."""
    table, _, number = address.partition(":")
    nothing = Together((), ())
    about: Any = Proposal
    if table in APART and number.isdecimal():
        about = row_of(table, int(number))
        if about is None or int(number) not in _apart_of(look.by).get(table, ()):
            raise NotYours("There is nothing here for you.", look=look, record=about or Proposal)
    else:
        look = _proposing(look)
        if table not in PROPOSED or not number.isdecimal():
            return about, nothing
        if table in {COMPLAINT, BREACH} and not exists_for(look.by, table, int(number)):
            return about, nothing
    together = family_of(table, int(number), on=timezone.localdate())
    if closed_to(look.by, together.records):
        raise NotYours("There is nothing here for you.", look=look, record=about)
    return about, together


def begin_early(*, look: Look) -> None:
    """Ask whether the reader proposes anything at all, before its time as well; NotNow (403, logged) otherwise."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_see_due(look.by):
        raise NotNow("Proposing destruction is not part of your role.", look=look, record=Proposal)
    show(look, [Shown(Verb.DUE_LISTED, Proposal)])


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
    held = by_hand_each(found)
    return [
        Kept(one, found[one.table, one.record], (one.table, one.record) in held)
        for one in wanted
        if (one.table, one.record) in found
    ]


def _apart_of(user: User) -> dict[str, set[int]]:
    """The numbers of what is kept apart and exists for `user`, by its kind; nothing for most."""
    if not works_apart(user):
        return {}
    return {
        table: set(read_by(user).order_by().values_list("pk", flat=True))
        for table, read_by in READ_BY.items()
    }


def _complaints_of(user: User, people: Iterable[int] | None = None) -> set[int]:
    """The numbers of the complaints that exist for `user`, of some people or of all: none about themself."""
    found = complaints_of(user).order_by()
    if people is not None:
        found = found.filter(person__in=people)
    return set(found.values_list("pk", flat=True))


def _is_known(table: str, record: int | None, known: dict[str, set[int]]) -> bool:
    """Whether the reader may know of a record: of kinds that are not `known` by number, of all or of none."""
    return record in known[table] if table in known else table in PROPOSED


def as_told(dues: Iterable[Due], user: User) -> list[Due]:
    """The days as whoever proposes or approves may read them: none names a concern, an allegation or a complaint
    that does not exist for them.
    """
    dues = list(dues)
    people = [one.record for one in dues if one.table == PERSON and one.through_table]
    if not people:
        return dues
    known = _apart_of(user) | {COMPLAINT: _complaints_of(user, people)}
    return [_told(one, known) for one in dues]


def _told(due: Due, known: dict[str, set[int]]) -> Due:
    """What decides a person's day is named only where the reader may know that it exists."""
    if not due.through_table or _is_known(due.through_table, due.through_record, known):
        return due
    why = Why.OVER if due.on(timezone.localdate()) else Why.OTHERS
    return replace(due, day=None, why=why)


def _held(records: list[tuple[str, int]], user: User) -> list[Held]:
    """What stops the destruction, as far as the reader may know; all of it for those who decide about that."""
    found = holds_on(records, on=timezone.localdate())
    return told([one for one in found if one.is_known or may_see_proposals(user)], user)


def _proposing(look: Look) -> Look:
    look = look.for_purpose(Purpose.MANAGEMENT)
    user: User = look.by
    if not may_propose(user):
        raise NotNow("Proposing destruction is not part of your role.", look=look, record=Proposal)
    return look
