"""Which records are destroyed together, and whether they may be: asked when proposed, approved and done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import models

from audit.models import Entry
from audit.verbs import Action
from cases.models import Case, CasePerson, Person
from retention.due import PERSON, Due, due_of, due_of_people
from retention.erasing import request_of, why_not_erased
from retention.holding import Held, Record, holds_on, touched_by
from retention.models import Outcome, Proposal, ProposalItem

# Concerns and allegations go with the last of their people; nobody who proposes may see which there are.
PROPOSED = (
    "cases.Case",
    "cases.Referral",
    "cases.Enquiry",
    "diary.DropIn",
    "sar.RightsRequest",
    PERSON,
)


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

    From a case to its people who are due, to every record of theirs, and on, until nothing is added.
    """
    found: dict[Record, Due] = {}
    first = due_of(table, record)
    waiting = [first] if first is not None and first.on(on) else []
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
    if missing := [item for item in items if not _exists(item)]:
        return f"{len(missing)} of its records are not there any more."
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
    since = Entry.objects.filter(about, at__gt=moment).exclude(action=Action.ACCESS)
    return since.exclude(verb__startswith="destruction.").exists()


def lock(records: Iterable[Record]) -> None:
    """Hold the people and cases until the transaction ends: no request, entry or opening slips in."""
    touched = touched_by(records)
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


def rows_of(items: Iterable[ProposalItem]) -> list[models.Model]:
    """The records themselves, those that are there."""
    found = []
    for item in items:
        row = apps.get_model(item.table)._base_manager.filter(pk=item.record).first()
        if row is not None:
            found.append(row)
    return found


def _exists(item: ProposalItem) -> bool:
    return apps.get_model(item.table)._base_manager.filter(pk=item.record).exists()
