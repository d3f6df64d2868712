"""Which records are destroyed together, and whether they may be: asked when proposed, approved and done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

from audit.models import Entry
from audit.verbs import Action, Verb
from cases.models import Case, CasePerson, Person
from retention.due import Due, due_of, due_of_people
from retention.erasing import items_of, request_of, why_not_erased
from retention.holding import Held, Record, holds_on, may_hold_back, touched_by
from retention.kinds import BREACH, BY_ITSELF, COMPLAINT, OF_A_SERVICE, PERSON, PROPOSED
from retention.models import Outcome, Proposal, ProposalItem
from sar.models import Breach, Complaint


@dataclass(frozen=True, slots=True)
class Together:
    """Records that go as one, with the day of each and what stops them."""

    dues: tuple[Due, ...]
    holds: tuple[Held, ...]

    @property
    def records(self) -> list[Record]:
        return [(one.table, one.record) for one in self.dues]

    @property
    def wants_review(self) -> bool:
        """Whether the schedule says that somebody looks at it before deciding."""
        return any(one.outcome == Outcome.REVIEW for one in self.dues)


def family_of(table: str, record: int, *, on: date) -> Together:
    """What is due together with one record: whole families, and everybody whose own time is over.

    From a case to its people who are due, to every record of theirs, and on, until nothing is added. What is
    kept apart goes alone: whoever proposes it need not know what else there is of its people. So does a breach, which
    may be about many families.
    """
    found: dict[Record, Due] = {}
    first = due_of(table, record)
    waiting = [first] if first is not None and first.on(on) else []
    if table in BY_ITSELF:
        return Together(tuple(waiting), tuple(holds_on([(table, record)], on=on)))
    asked: set[int] = set()
    while waiting:
        one = waiting.pop()
        if (one.table, one.record) in found:
            continue
        found[one.table, one.record] = one
        people = touched_by([(one.table, one.record)]).people - asked
        asked |= people
        theirs = due_of_people(people) if people else []
        whole = {each.record for each in theirs if each.table == PERSON and each.on(on)}
        waiting += [
            each
            for each in theirs
            if each.on(on)
            and each.table in PROPOSED
            and (each.record in whole if each.table == PERSON else _all_in(each, whole))
        ]
    records = sorted(found.values(), key=lambda one: (PROPOSED.index(one.table), one.record))
    return Together(tuple(records), tuple(holds_on(found, on=on)))


def _all_in(due: Due, people: set[int]) -> bool:
    """Whether the record is about any of these people, who go whole."""
    return bool(touched_by([(due.table, due.record)]).people & people)


def why_not(proposal: Proposal, *, on: date) -> str:
    """The sentence that stops `proposal` now, "" if nothing does. It names nobody."""
    items = list(proposal.items.select_related("row"))
    records = [(item.table, item.record) for item in items]
    if missing := len(items) - len(rows_of(items)):
        return f"{missing} of its records are not there any more."
    asked = proposal.kind == Proposal.Kind.ERASURE
    if held := holds_on(records, on=on, but=request_of(proposal) if asked else None):
        return held[0].words
    if asked:
        return why_not_erased(proposal)
    if proposal.kind == Proposal.Kind.DUE:
        for item in items:
            now = due_of(item.table, item.record)
            if now is None or not now.on(on):
                return "The time of one of its records is not over any more."
            if now.row != item.row_id:
                return "The row of the retention schedule was changed meanwhile."
    return ""


def changed_since(proposal: Proposal) -> bool:
    """Whether anything was written about its people or records since it was approved."""
    items = [(item.table, item.record) for item in proposal.items.all()]
    about = models.Q(people__overlap=sorted(touched_by(items).people))
    moment = proposal.approved_at
    if proposal.kind == Proposal.Kind.ERASURE:
        # Life goes on beside what they asked to be erased; what was rehearsed must still be the same.
        about, moment = models.Q(), proposal.rehearsed
    for table, record in items:
        about |= models.Q(record=table, record_id=record)
    return _changes(about, moment).exists()


def _changes(about: models.Q, since: datetime | None) -> models.QuerySet[Entry]:
    found = Entry.objects.filter(about, at__gt=since).exclude(action=Action.ACCESS)
    # A place outside may be signed off while it waits: that changes nothing about them.
    return found.exclude(verb__startswith="destruction.").exclude(verb=Verb.OUTSIDE_SIGNED)


def nothing_stops(proposals: Iterable[Proposal], *, on: date) -> bool:
    """Whether nothing stops any of these, asked of all at once; where it is False each is asked alone.

    Holds and changes of several are the holds and changes of each. Erasures are always asked alone.
    """
    waiting = list(proposals)
    if not waiting:
        return True
    if any(one.kind == Proposal.Kind.ERASURE or one.approved_at is None for one in waiting):
        return False
    items = [item for of in items_of(waiting).values() for item in of]
    records = [(item.table, item.record) for item in items]
    if len(rows_of(items)) < len(items) or holds_on(records, on=on):
        return False
    people = touched_by(records).people
    dues = {(one.table, one.record): one for one in due_of_people(people)}
    kinds = {one.pk: one.kind for one in waiting}
    for item in items:
        if kinds[item.proposal_id] == Proposal.Kind.DUE:
            now = dues.get((item.table, item.record))
            if now is None or not now.on(on) or now.row != item.row_id:
                return False
    about = models.Q(people__overlap=sorted(people))
    for table in {table for table, _ in records}:
        about |= models.Q(record=table, record_id__in=[key for of, key in records if of == table])
    first = min(one.approved_at for one in waiting if one.approved_at)
    return not _changes(about, first).exists()


def lock(records: Iterable[Record]) -> None:
    """Hold the people, cases and breaches until the transaction ends: no request, entry, hold or opening slips in."""
    records = list(records)
    touched = may_hold_back(records)
    cases = set(touched.cases) | set(
        CasePerson.objects.filter(person__in=touched.people).values_list("case", flat=True)
    )
    list(
        Person.objects.select_for_update(of=("self",))
        .filter(pk__in=touched.people)
        .order_by("pk")
        .values_list("pk")
    )
    list(
        Case.objects.select_for_update(of=("self",))
        .filter(pk__in=cases)
        .order_by("pk")
        .values_list("pk")
    )
    list(
        Breach.objects.select_for_update(of=("self",))
        .filter(pk__in=[number for table, number in records if table == BREACH])
        .order_by("pk")
        .values_list("pk")
    )


def service_of(records: Iterable[Record]) -> int | None:
    """Whose manager is asked: the one service of everything that a service has, if it is one.

    Of a complaint about a member of staff none: it may be about whoever would be asked.
    """
    wanted = list(records)
    complaints = [number for table, number in wanted if table == COMPLAINT]
    about_staff = Complaint.objects.filter(pk__in=complaints, about_staff__isnull=False)
    if complaints and about_staff.exists():
        return None
    services: set[int | None] = set()
    for table in OF_A_SERVICE:
        numbers = [number for of, number in wanted if of == table]
        rows = apps.get_model(table)._base_manager.filter(pk__in=numbers)
        services |= set(rows.values_list("service", flat=True)) if numbers else set()
    return services.pop() if len(services) == 1 else None


def row_of(table: str, number: int) -> Any:
    """One record itself; None if it is not there any more."""
    return apps.get_model(table)._base_manager.filter(pk=number).first()


def rows_of(items: Iterable[ProposalItem]) -> dict[Record, Any]:
    """The records themselves, those that are there."""
    by_table: dict[str, list[int]] = {}
    for item in items:
        by_table.setdefault(item.table, []).append(item.record)
    return {
        (table, number): row
        for table, numbers in by_table.items()
        for number, row in apps.get_model(table)._base_manager.in_bulk(numbers).items()
    }
