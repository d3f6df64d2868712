"""What goes with a record: every row that hangs on it, in whatever table, and nothing of anybody else.

Read from the declarations (core.privacy) and from the keys themselves, so that a table added next year is
not forgotten. A row goes when what it must belong to goes, or when nobody whom it is about is left. A row
that is about others as well stays; only its link to whoever goes is taken away.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from cases.merging import links_people
from cases.models import MergedRow, Person
from core.privacy import Declaration, Delete, Retention, declaration_of, our_models
from imports.models import Imported

type Model = type[models.Model]

# Papers with a period of their own: they lose their link to a case that goes, and stay.
STAND_APART = frozenset({Retention.SAFEGUARDING, Retention.ALLEGATION, Retention.RIGHTS_REQUEST})
# A row that names one of these by a key of this name is part of it, also where it might stand without.
PART_OF = {"case": "cases.Case", "referral": "cases.Referral"}
# Keys asked for at once.
BATCH = 5000


@dataclass(slots=True)
class Closure:
    """The rows that go, and the keys of rows that stay which are emptied."""

    going: dict[Model, set[Any]] = field(default_factory=lambda: defaultdict(set))
    loosened: dict[tuple[Model, str], set[Any]] = field(default_factory=lambda: defaultdict(set))

    def numbers(self, label: str) -> set[Any]:
        return self.going.get(apps.get_model(label), set())

    @property
    def people(self) -> set[int]:
        return self.going.get(Person, set())

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {
            model._meta.label: len(keys)
            for model, keys in sorted(self.going.items(), key=lambda one: one[0]._meta.label)
            if keys
        }


def closure_of(
    records: Iterable[tuple[str, int]], *, staying: Mapping[Model, set[Any]] | None = None
) -> Closure:
    """Everything that goes with `records`, each a table and a number; the rows `staying` only lose links."""
    stays = staying or {}
    found = Closure()
    waiting: list[tuple[Model, set[Any]]] = []
    for label, number in records:
        model = apps.get_model(label)
        waiting.append((model, _all_numbers(number) if model is Person else {number}))
    touched: dict[Model, set[Any]] = defaultdict(set)
    while waiting:
        model, keys = waiting.pop()
        new = keys - found.going[model]
        if new:
            found.going[model] |= new
            waiting += _follow(found, model, new, touched)
        if not waiting:
            waiting += _left_by_all(found, touched)
        waiting = [(one, numbers - stays.get(one, set())) for one, numbers in waiting]
    for (model, name), keys in found.loosened.items():
        found.loosened[model, name] = keys - found.going.get(model, set())
    return found


def _all_numbers(number: int) -> set[int]:
    """Every number of one person, however often records of theirs were merged."""
    numbers, new = {number}, {number}
    while new:
        merged = Person.objects.filter(merged_into__in=new).values_list("pk", flat=True)
        new = set(merged) - numbers
        numbers |= new
    return numbers


def _follow(
    found: Closure, model: Model, keys: set[Any], touched: dict[Model, set[Any]]
) -> Iterator[tuple[Model, set[Any]]]:
    """The rows that hang on these; rows that may lose their last person are noted in `touched`."""
    for other, key in keys_to(model):
        rows = _rows(other, key.name, keys) - found.going.get(other, set())
        if not rows:
            continue
        if not key.null:
            yield other, rows
            if links_people(other):
                for owner, owners in _owners(other, model, rows):
                    touched[owner] |= owners
        elif _is_part(other, key, model):
            yield other, rows
        else:
            found.loosened[other, key.name] |= rows
            if model is Person or _is_about_through(other, key):
                touched[other] |= rows
    yield from _named_by_number(model, keys)


def _is_part(other: Model, key: Any, model: Model) -> bool:
    return (
        PART_OF.get(key.name) == model._meta.label and declared(other).retention not in STAND_APART
    )


def _is_about_through(other: Model, key: Any) -> bool:
    return any(path.partition("__")[0] == key.name for path in declared(other).about)


def _owners(link: Model, model: Model, rows: set[Any]) -> Iterator[tuple[Model, set[Any]]]:
    """What the links in `rows` linked `model` to."""
    for key in link._meta.concrete_fields:
        owner: Any = key.related_model if key.remote_field is not None else None
        if (
            owner is not None
            and owner is not model
            and any(many.remote_field.through is link for many in owner._meta.local_many_to_many)
            and _has_destruction(owner)
        ):
            yield owner, _rows(link, "pk", rows, give=f"{key.name}_id")


def _left_by_all(found: Closure, touched: dict[Model, set[Any]]) -> list[tuple[Model, set[Any]]]:
    """Those of the touched rows about whom nobody is left; versions of one entry stay together."""
    left = []
    for model, noted in touched.items():
        rows = noted - found.going.get(model, set())
        nobodys = rows - _about_others(found, model, rows)
        if nobodys and _has(model, "corrects"):
            nobodys = _whole_chains(found, model, nobodys)
        if nobodys:
            left.append((model, nobodys))
    touched.clear()
    return left


def _about_others(found: Closure, model: Model, rows: set[Any]) -> set[Any]:
    """Those of `rows` that are about somebody who stays, by a way that stays."""
    kept: set[Any] = set()
    for path in declared(model).about:
        if path == "self":
            continue
        first = path.partition("__")[0]
        step: Any = model._meta.get_field(first)
        gone = set() if step.many_to_many else found.going.get(step.related_model, set())
        for batch in _batches(rows):
            pairs = (
                model._base_manager.filter(pk__in=batch)
                .exclude(**{path: None})
                .values_list("pk", first, path)
            )
            kept |= {
                row
                for row, through, person in pairs
                if person is not None and person not in found.people and through not in gone
            }
    return kept


def _whole_chains(found: Closure, model: Model, rows: set[Any]) -> set[Any]:
    """Those of `rows` no other version of which stays: a correction without what it corrects says nothing."""
    going = found.going.get(model, set())
    while True:
        older = dict(
            model._base_manager.filter(pk__in=rows, corrects__isnull=False).values_list(
                "pk", "corrects"
            )
        )
        newer = dict(model._base_manager.filter(corrects__in=rows).values_list("corrects", "pk"))
        kept = {
            row
            for row in rows
            if any(
                other is not None and other not in rows and other not in going
                for other in (older.get(row), newer.get(row))
            )
        }
        if not kept:
            return rows
        rows -= kept


def _named_by_number(model: Model, keys: set[Any]) -> Iterator[tuple[Model, set[Any]]]:
    """Rows that name these without a key: which row of a file they came from, and how they were merged."""
    for batch in _batches(keys):
        label = model._meta.label
        came = Imported.objects.filter(table=label, record__in=batch) if _whole(batch) else None
        if came is not None:
            yield Imported, set(came.values_list("pk", flat=True))
        merged = MergedRow.objects.filter(table=label, row__in=[str(key) for key in batch])
        yield MergedRow, set(merged.values_list("pk", flat=True))


def _whole(keys: Iterable[Any]) -> bool:
    return all(isinstance(key, int) for key in keys)


# --- The tables -----------------------------------------------------------------------------------


@cache
def declared(model: Model) -> Declaration:
    """The declaration of a model; a many-to-many table of Django's own goes with its owner."""
    return declaration_of(model)


@cache
def keys_to(model: Model) -> tuple[tuple[Model, Any], ...]:
    """Every key of ours that names a row of `model`."""
    found = []
    for other in _tables():
        found += [
            (other, key)
            for key in other._meta.concrete_fields
            if key.remote_field is not None and key.related_model is model
        ]
    return tuple(found)


@cache
def _tables() -> tuple[Model, ...]:
    """Tables whose rows go; those that are kept, for the reason they declare, hang on nobody."""
    tables: list[Model] = []
    for model in our_models():
        if _has_destruction(model):
            tables.append(model)
        for many in model._meta.local_many_to_many:
            through: Any = many.remote_field.through
            if through._meta.auto_created:
                tables.append(through)
    return tuple(tables)


def _has_destruction(model: Model) -> bool:
    return "Privacy" in model.__dict__ and isinstance(declared(model).destruction, Delete)


def _has(model: Model, name: str) -> bool:
    return any(one.name == name for one in model._meta.concrete_fields)


def _rows(model: Model, name: str, keys: set[Any], *, give: str = "pk") -> set[Any]:
    rows: set[Any] = set()
    for batch in _batches(keys):
        found = model._base_manager.filter(**{f"{name}__in": batch})
        rows.update(found.values_list(give, flat=True))
    return rows


def _batches(keys: set[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
