"""Erasure that somebody asked for (UK GDPR Art 17): what goes, what stays, and the words that are taken out.

What is erased, on which ground, and what is kept, two people decide in `sar`, item by item. Here it becomes
records for the same engine that destroys by the schedule.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from audit.models import Entry, EntryValue
from cases.actions.restrictions import use
from cases.models import LawfulReason, Person
from cases.models.restriction import TARGETS, Restriction
from core.errors import Refused
from retention import ledger
from retention.destroying.closure import Closure, closures_of, declared
from retention.destroying.rows import take_out
from retention.destroying.words import SHORTEST
from retention.holding import Record
from retention.kinds import PERSON
from retention.models import Proposal, ProposalItem
from sar.models import ErasureItem, RightsRequest
from sar.workflow import RequestStatus

# So much of the beginning of a text is searched for when the text has gone.
WORDS = 8
WHOLE_TEXT = 20
NOBODY = "Somebody whose record was erased at their request"
# Where a restriction is of an entry, its person or its case, the person who asks agrees to this use of it.
AGREED = "They asked for its erasure themselves."


@dataclass(frozen=True, slots=True)
class Passages:
    """One row that stays, and the words of it that go: in which column, from where, how long."""

    row: Any
    spans: dict[str, list[tuple[int, int]]]
    # Column and words, as they stood there.
    words: tuple[tuple[str, str], ...]

    @property
    def line(self) -> str:
        """For the ledger outside: where the words stood, and none of them."""
        columns = ";".join(
            f"{column}={','.join(f'{start}+{length}' for start, length in spans)}"
            for column, spans in self.spans.items()
        )
        return f"{self.row._meta.label}:{ledger.hash_of(self.row)}:{columns}"


def request_of(proposal: Proposal) -> RightsRequest | None:
    """The request that an erasure is for; None for a proposal of another kind, or when it is done."""
    item = proposal.items.filter(erasure__isnull=False).select_related("erasure__request").first()
    return item.erasure.request if item is not None and item.erasure is not None else None


def records_of(item: ErasureItem) -> list[Record]:
    """The record of an item with every other version of it: a correction tells what it corrects."""
    model = apps.get_model(item.source)
    if not any(one.name == "corrects" for one in model._meta.concrete_fields):
        return [(item.source, item.record_id)]
    numbers, new = {item.record_id}, {item.record_id}
    while new:
        rows = model._base_manager.filter(models.Q(pk__in=new) | models.Q(corrects__in=new))
        pairs = rows.values_list("pk", "corrects")
        new = {number for pair in pairs for number in pair if number is not None} - numbers
        numbers |= new
    return [(item.source, number) for number in sorted(numbers)]


def whole_records(items: Iterable[ProposalItem]) -> list[Record]:
    """The records that go whole: all but those of which only passages do."""
    return [
        (item.table, item.record)
        for item in items
        if item.erasure is None or not item.erasure.passages
    ]


def going(proposal: Proposal) -> Closure:
    """Everything that goes with `proposal`."""
    return going_each([proposal])[proposal.pk]


def going_each(proposals: Sequence[Proposal]) -> dict[int, Closure]:
    """Everything that goes with each proposal. The papers of a request outlive an erasure of the person."""
    items = items_of(proposals)
    records = [whole_records(items[one.pk]) for one in proposals]
    staying = [
        papers_beside(of) if one.kind == Proposal.Kind.ERASURE else {}
        for one, of in zip(proposals, records, strict=True)
    ]
    found = closures_of(records, staying=staying)
    return {one.pk: closure for one, closure in zip(proposals, found, strict=True)}


def items_of(proposals: Iterable[Proposal]) -> dict[int, list[ProposalItem]]:
    """The items of each proposal, with the decisions they rest on."""
    found: dict[int, list[ProposalItem]] = {one.pk: [] for one in proposals}
    items = ProposalItem.objects.filter(proposal__in=found).select_related("erasure", "row")
    for item in items:
        found[item.proposal_id].append(item)
    return found


def papers_beside(records: Iterable[Record]) -> dict[type[models.Model], set[Any]]:
    """The requests of the people in `records` that are not erased themselves: how they were answered stays."""
    numbers = [number for table, number in records if table == PERSON]
    own = {number for table, number in records if table == "sar.RightsRequest"}
    people = Person.objects.filter(models.Q(pk__in=numbers) | models.Q(merged_into__in=numbers))
    found = RightsRequest.objects.filter(
        models.Q(person__in=people) | models.Q(requester_person__in=people)
    )
    return {RightsRequest: set(found.values_list("pk", flat=True)) - own}


def why_not_erased(proposal: Proposal) -> str:
    """What stops an erasure besides holds; "" if nothing does. It names nobody."""
    request = request_of(proposal)
    if request is None:
        return "The request is not there any more."
    if request.status in {RequestStatus.WITHDRAWN, RequestStatus.REFUSED}:
        return (
            f"The request is {request.get_status_display().lower()}: nobody asks for this any more."
        )
    items = list(proposal.items.select_related("erasure"))
    if any(one.erasure is None or one.erasure.approved_at is None for one in items):
        return "Not everything in it was approved by a second person."
    if any(one.erasure is not None and one.erasure.acted is not None for one in items):
        return "Some of it was erased already."
    records = whole_records(items)
    if request.is_open and any(table == PERSON for table, _ in records):
        return (
            "The request is answered first: the answer needs the person's name and address. Their own record "
            "is erased afterwards."
        )
    if ("sar.RightsRequest", request.pk) in records:
        return "The papers of the very request stay until their own time is over."
    closure = going(proposal)
    kept = [
        one
        for one in request.erasures.filter(decision=ErasureItem.Decision.KEEP)
        if one.record_id in closure.numbers(one.source)
    ]
    if kept:
        return (
            f"{len(kept)} of the records that are kept under an exception would go with it. Erase single "
            "entries instead, or decide again about those."
        )
    return ""


def passages_of(items: Iterable[ProposalItem]) -> list[Passages]:
    """The rows that stay and lose words, with where those words stand now."""
    found = []
    for item in items:
        if item.erasure is None or not item.erasure.passages:
            continue
        model = apps.get_model(item.table)
        row = model._base_manager.filter(pk=item.record).first()
        if row is None:
            continue
        spans = {}
        for column in text_columns(model):
            value = str(getattr(row, column) or "")
            where = [
                (match.start(), len(match[0]))
                for words in item.erasure.passages
                for match in re.finditer(re.escape(words.strip()), value, re.IGNORECASE)
            ]
            if where:
                spans[column] = sorted(where)
        found.append(at(row, spans))
    return found


def at(row: Any, spans: dict[str, list[tuple[int, int]]]) -> Passages:
    """The words of `row` that stand in `spans`."""
    words = tuple(
        (column, str(getattr(row, column) or "")[start : start + length])
        for column, each in spans.items()
        for start, length in each
    )
    return Passages(row, spans, words)


def text_columns(model: type[models.Model]) -> Iterator[str]:
    """The columns of free text: no choices, no references, nothing the database makes."""
    for one in model._meta.concrete_fields:
        if isinstance(one, models.CharField | models.TextField) and not one.choices:
            yield one.name


def words_of_entries(closure: Closure) -> set[str]:
    """How the texts of single entries begin, to be searched for when the entries have gone."""
    found = set()
    for model, keys in closure.going.items():
        if closure.people or "Privacy" not in model.__dict__:
            continue
        names = [name for name in text_columns(model) if name in declared(model).labels]
        rows = model._base_manager.filter(pk__in=keys).values_list(*names) if names else ()
        for values in rows:
            found |= {phrase for value in values if (phrase := beginning(str(value or "")))}
    return found


def beginning(text: str) -> str:
    """The first words of a text that is long enough to be nobody else's; "" of a shorter one."""
    line = text.strip().partition("\n")[0]
    phrase = " ".join(line.split()[:WORDS])
    return phrase if len(phrase) >= WHOLE_TEXT and phrase in line else ""


def use_for(proposal: Proposal, *, by: Any) -> None:
    """Say why what is restricted for this very request is used all the same (Art 18(2))."""
    request = request_of(proposal)
    if (
        request is None
        or not Restriction.objects.filter(asked_by__request=request, lifted_at=None).exists()
    ):
        return
    targets: Any = tuple(Restriction._meta.get_field(name).related_model for name in TARGETS)
    for item in proposal.items.all():
        model = apps.get_model(item.table)
        row = model._base_manager.filter(pk=item.record).first()
        if row is not None and isinstance(row, targets):
            use(of=row, reason=LawfulReason.CONSENT, because=AGREED, by=by)


def leave_papers_without_a_name(closure: Closure) -> None:
    """A request that stays while its person goes says that, where it would say nobody."""
    keys = closure.loosened.get((RightsRequest, "person"), set())
    RightsRequest.objects.filter(pk__in=keys, about_name="").update(about_name=NOBODY)


def take_passages_out(found: Iterable[Passages]) -> None:
    """Take the words out of rows that stay, and out of the values that the log keeps of them."""
    for one in found:
        values = EntryValue.objects.filter(
            entry__in=Entry.objects.filter(
                record=one.row._meta.label, record_id=one.row.pk, values_hash__isnull=False
            ).values("pk")
        )
        values.delete()
        for column, words in dict.fromkeys(one.words):
            one.row.refresh_from_db(fields=[column])
            # The same words were perhaps taken out a moment ago, written large or as part of others.
            if words.lower() in str(getattr(one.row, column)).lower():
                name = str(one.row._meta.get_field(column).column)
                take_out(one.row._meta.db_table, name, str(one.row.pk), words)


def searched_for(closure: Closure, found: Iterable[Passages]) -> set[str]:
    """What must be found nowhere when an erasure is done, besides names and numbers."""
    passages = {words for one in found for _, words in one.words}
    return words_of_entries(closure) | {words for words in passages if len(words) >= SHORTEST}


def approval_of(proposal: Proposal) -> dict[str, Any]:
    """Who approved the items of an erasure, and when the last of them."""
    last = proposal.items.select_related("erasure").order_by("-erasure__approved_at").first()
    if last is None or last.erasure is None or last.erasure.approved_at is None:
        raise Refused("Nobody has approved the erasure of this.")
    return {"approved_at": last.erasure.approved_at, "approved_by": last.erasure.approved_by}
