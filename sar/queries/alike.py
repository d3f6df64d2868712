"""Which items of an erasure request are decided many at once, and which each by itself (UK GDPR Art 17).

Not for pages: no door. As many questions for many items as for one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.module_loading import import_string

from cases.kinds import KINDS
from cases.models import (
    Address,
    Alert,
    Case,
    CourtOrder,
    DoNotContact,
    DoNotDisclose,
    Person,
    Restriction,
)
from core.privacy import Declaration, Keep, Section, declaration_of
from sar.models import ErasureItem, RightsRequest
from sar.pack.held import Item
from sar.queries.holds import restrictions_about

type Record = tuple[str, int]

OWN_PAPER = "It is a paper of this very request, and stays until its own time is over."
WHOLE_PERSON = "It is their record as a whole: all that hangs on it goes with it."
WHOLE_CASE = "It is a whole case: all that stands in it goes with it."
OF_A_REQUEST = "It tells how somebody was answered, and is read by itself before it is erased."
PROTECTS = "It protects somebody, and is read by itself before it is erased."
OF_SAFEGUARDING = "It is about somebody’s safety, and is read by itself before it is erased."
IS_RESTRICTED = "It is restricted (UK GDPR Art 18), and may be erased only once that is lifted."
IS_SHARED = "It is about others too: name the words of it that go."


# What protects others, or the person from us.
PROTECTING = (Alert, CourtOrder, DoNotContact, DoNotDisclose)


@dataclass(frozen=True, slots=True)
class Around:
    """In which cases an item stands, and whom it is about besides the person."""

    cases: frozenset[int]
    others: frozenset[int]


NOWHERE = Around(frozenset(), frozenset())


def around(person: Person, items: Iterable[Item]) -> dict[Record, Around]:
    """What stands around each of `items`, which were gathered about `person`."""
    cases: dict[Record, set[int]] = defaultdict(set)
    people: dict[Record, set[int]] = defaultdict(set)
    for source, numbers in _by_source(items):
        declared = declaration_of(apps.get_model(source))
        rows = declared.model._base_manager.filter(pk__in=numbers).order_by()
        for path in declared.about:
            for number, one in rows.values_list("pk", "pk" if path == "self" else path):
                if one is not None:
                    people[source, number].add(one)
        if path := _to_case(declared):
            for number, one in rows.values_list("pk", path):
                if one is not None:
                    cases[source, number].add(one)
    own = frozenset(person.numbers)
    return {
        record: Around(frozenset(cases[record]), frozenset(people[record]) - own)
        for record in {*cases, *people}
    }


def why_alone(request: RightsRequest, items: Iterable[Item], decision: str) -> dict[Record, str]:
    """Of `items` those that are not decided with others, each with why.

    To keep something harms nobody, so that everything may be kept alike.
    """
    items = list(items)
    person = request.person
    if decision != ErasureItem.Decision.ERASE or person is None or not items:
        return {}
    found = around(person, items)
    records = [(one.source, one.record_id) for one in items]
    held: dict[Record, str] = import_string(settings.ERASURE_HELD)(records)
    asks: tuple[Callable[[Item], str], ...] = (
        _own_papers(request, items),
        _whole,
        lambda item: OF_A_REQUEST if item.section == Section.REQUESTS else "",
        lambda item: OF_SAFEGUARDING if item.section == Section.SAFEGUARDING else "",
        _protecting(items),
        _restricted(request, person, found),
        lambda item: held.get((item.source, item.record_id), ""),
        lambda item: IS_SHARED if _of(found, item).others else "",
    )
    whys = ((item, next(filter(None, (ask(item) for ask in asks)), "")) for item in items)
    return {(item.source, item.record_id): why for item, why in whys if why}


def _of(found: dict[Record, Around], item: Item) -> Around:
    return found.get((item.source, item.record_id), NOWHERE)


def _by_source(items: Iterable[Item]) -> Iterator[tuple[str, list[int]]]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for item in items:
        numbers[item.source].append(item.record_id)
    yield from numbers.items()


def _whole(item: Item) -> str:
    """Of what takes more along with it than stands on its line, and of what no decision can erase."""
    model = apps.get_model(item.source)
    if model is Person:
        return WHOLE_PERSON
    if model is Case:
        return WHOLE_CASE
    destruction = declaration_of(model).destruction
    if isinstance(destruction, Keep):
        return f"It is kept whatever becomes of the record: {destruction.because}."
    return ""


def _protecting(items: Iterable[Item]) -> Callable[[Item], str]:
    """Alerts, court orders and markers, and an address that is safe or that nobody may be told."""
    numbers = dict(_by_source(items)).get(Address._meta.label, [])
    secret = Address.objects.filter(
        models.Q(kind=Address.Kind.SAFE) | models.Q(is_confidential=True), pk__in=numbers
    ).order_by()
    records = {(Address._meta.label, number) for number in secret.values_list("pk", flat=True)}
    labels = {model._meta.label for model in PROTECTING}
    return lambda item: (
        PROTECTS if item.source in labels or (item.source, item.record_id) in records else ""
    )


def _own_papers(request: RightsRequest, items: Iterable[Item]) -> Callable[[Item], str]:
    own: set[Record] = {(RightsRequest._meta.label, request.pk)}
    for source, numbers in _by_source(items):
        model = apps.get_model(source)
        if _related(model, "request") is RightsRequest:
            rows = model._base_manager.filter(pk__in=numbers, request=request).order_by()
            own |= {(source, number) for number in rows.values_list("pk", flat=True)}
    return lambda item: OWN_PAPER if (item.source, item.record_id) in own else ""


def _restricted(
    request: RightsRequest, person: Person, found: dict[Record, Around]
) -> Callable[[Item], str]:
    """What a restriction bars; one of the person or a case that was placed for this request does not bar it."""
    numbers = person.numbers
    every = list(restrictions_about(numbers))
    placed = Restriction.objects.filter(pk__in=[one.pk for one in every], asked_by__request=request)
    for_this = set(placed.values_list("pk", flat=True))
    everything = any(one.person_id in numbers and one.pk not in for_this for one in every)
    cases = {one.case_id for one in every if one.case_id and one.pk not in for_this}
    entries = {
        (kind.model._meta.label, number)
        for kind in KINDS.values()
        for one in every
        if (number := getattr(one, f"{kind.noun}_id"))
    }

    def ask(item: Item) -> str:
        record = (item.source, item.record_id)
        is_barred = everything or record in entries or bool(_of(found, item).cases & cases)
        return IS_RESTRICTED if is_barred else ""

    return ask


def _to_case(declared: Declaration) -> str:
    """The path from a row to its case; "" where it has none."""
    if declared.model is Case:
        return "pk"
    steps = [path.rpartition("__")[0] for path in declared.about]
    paths = [
        "case",
        *(path for path in steps if path),
        *(f"{path}__case" for path in steps if path),
    ]
    return next((path for path in paths if _leads_to(declared.model, path) is Case), "")


def _leads_to(model: type[models.Model], path: str) -> Any:
    reached: Any = model
    for step in path.split("__"):
        reached = _related(reached, step) if reached is not None else None
    return reached


def _related(model: type[models.Model], name: str) -> Any:
    """The model that the column `name` of `model` leads to; None where it has none of that name."""
    try:
        return model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
