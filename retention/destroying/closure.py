"""What goes with a record: every row that hangs on it, in whatever table, and nothing of anybody else.

Read from the declarations (core.privacy) and from the keys themselves, so that a table added next year is
not forgotten. A row goes when what it must belong to goes, or when nobody whom it is about is left. A row
that is about others as well stays; only its link to whoever goes is taken away, as from the log of breaches always.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.models import EntryValue
from cases.merging import links_people
from cases.models import MergedRow, Person
from core.privacy import Declaration, Delete, Retention, declaration_of, our_models
from core.references import as_written
from imports.models import Imported
from retention.log_months import values_in
from retention.models import LogMonth
from sar.models import Complaint, RequestLetter

type Model = type[models.Model]
# A row's key, before it the place of the group of records with which it goes.
type Pair = tuple[int, Any]

# Papers with a period of their own: they lose their link to a case that goes, and stay.
STAND_APART = frozenset(
    {
        Retention.SAFEGUARDING,
        Retention.ALLEGATION,
        Retention.RIGHTS_REQUEST,
        Retention.COMPLAINT,
        Retention.BREACH,
    }
)
# Stays until its own time is over, also where nobody whom it was about is left: the log of breaches, without them.
STAYS_WITHOUT_PEOPLE = frozenset({Retention.BREACH})
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


@dataclass(slots=True)
class Pairs:
    """What goes, and what loses a key, of several groups of records at once; each group as if it were alone."""

    going: dict[Model, set[Pair]] = field(default_factory=lambda: defaultdict(set))
    loosened: dict[tuple[Model, str], set[Pair]] = field(default_factory=lambda: defaultdict(set))

    def apart(self, count: int) -> list[Closure]:
        """The closure of each group."""
        each = [Closure() for _ in range(count)]
        for model, pairs in self.going.items():
            for at, row in pairs:
                each[at].going[model].add(row)
        for (model, name), pairs in self.loosened.items():
            for at, row in pairs - self.going[model]:
                each[at].loosened[model, name].add(row)
        return each


def closure_of(
    records: Iterable[tuple[str, int]], *, staying: Mapping[Model, set[Any]] | None = None
) -> Closure:
    """Everything that goes with `records`, each a table and a number; the rows `staying` only lose links."""
    return closures_of([records], staying=[staying or {}])[0]


def closures_of(
    groups: Sequence[Iterable[tuple[str, int]]],
    *,
    staying: Sequence[Mapping[Model, set[Any]]] | None = None,
) -> list[Closure]:
    """The closure of each group of records, as if it were alone, with as many questions as for one."""
    stays = staying or [{}] * len(groups)
    found = Pairs()
    waiting: dict[Model, set[Pair]] = defaultdict(set)
    for place, records in enumerate(groups):
        for label, number in records:
            waiting[apps.get_model(label)].add((place, number))
    waiting[Person] = _all_numbers(waiting[Person])
    touched: dict[Model, set[Pair]] = defaultdict(set)
    while waiting:
        model, pairs = waiting.popitem()
        new = pairs - found.going[model]
        more = list(_follow(found, model, new, touched)) if new else []
        if not waiting and not more:
            more = _left_by_all(found, touched)
        for other, rows in more:
            waiting[other] |= {(at, row) for at, row in rows if row not in stays[at].get(other, ())}
    return found.apart(len(groups))


def _all_numbers(people: set[Pair]) -> set[Pair]:
    """Every number of each person, however often records of theirs were merged."""
    numbers, new = set(people), people
    while new:
        of = _places(new)
        merged = Person.objects.filter(merged_into__in=of).values_list("pk", "merged_into")
        new = {(at, number) for number, into in merged for at in of[into]} - numbers
        numbers |= new
    return numbers


def _places(pairs: Iterable[Pair]) -> dict[Any, list[int]]:
    """Of each key, the groups that have it."""
    of: dict[Any, list[int]] = defaultdict(list)
    for at, key in pairs:
        of[key].append(at)
    return of


def _follow(
    found: Pairs, model: Model, new: set[Pair], touched: dict[Model, set[Pair]]
) -> Iterator[tuple[Model, set[Pair]]]:
    """The rows that hang on these; rows that may lose their last person are noted in `touched`."""
    found.going[model] |= new
    of = _places(new)
    for other, key in keys_to(model):
        linked = _linked(other, key.column, of)
        rows = {(at, row) for row, owner in linked for at in of[owner]} - found.going[other]
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
    yield from _named_by_number(model, of)


def _is_part(other: Model, key: Any, model: Model) -> bool:
    return (
        PART_OF.get(key.name) == model._meta.label and declared(other).retention not in STAND_APART
    )


def _is_about_through(other: Model, key: Any) -> bool:
    return any(path.partition("__")[0] == key.name for path in declared(other).about)


def _owners(link: Model, model: Model, rows: set[Pair]) -> Iterator[tuple[Model, set[Pair]]]:
    """What the links in `rows` linked `model` to."""
    for key in link._meta.concrete_fields:
        owner: Any = key.related_model if key.remote_field is not None else None
        if (
            owner is not None
            and owner is not model
            and any(many.remote_field.through is link for many in owner._meta.local_many_to_many)
            and _has_destruction(owner)
        ):
            of = _places(rows)
            linked = _linked(link, str(link._meta.pk.column), of, give=str(key.column))
            yield owner, {(at, one) for one, row in linked for at in of[row]}


def _left_by_all(found: Pairs, touched: dict[Model, set[Pair]]) -> list[tuple[Model, set[Pair]]]:
    """Those of the touched rows about whom nobody is left; versions of one entry stay together."""
    left = []
    for model, noted in touched.items():
        if declared(model).retention in STAYS_WITHOUT_PEOPLE:
            continue
        rows = noted - found.going[model]
        nobodys = rows - _about_others(found, model, rows) if rows else rows
        if nobodys and _has(model, "corrects"):
            nobodys = _whole_chains(found, model, nobodys)
        if nobodys:
            left.append((model, nobodys))
    touched.clear()
    return left


def _about_others(found: Pairs, model: Model, rows: set[Pair]) -> set[Pair]:
    """Those of `rows` that are about somebody who stays, by a way that stays."""
    kept: set[Pair] = set()
    of, people = _places(rows), found.going[Person]
    for path in declared(model).about:
        if path == "self":
            continue
        first = path.partition("__")[0]
        step: Any = model._meta.get_field(first)
        gone = set() if step.many_to_many else found.going[step.related_model]
        for batch in _batches(of):
            told = (
                model._base_manager.filter(pk__in=batch)
                .exclude(**{path: None})
                .values_list("pk", first, path)
            )
            kept |= {
                (at, row)
                for row, through, person in told
                for at in of[row]
                if person is not None and (at, person) not in people and (at, through) not in gone
            }
    return kept


def _whole_chains(found: Pairs, model: Model, rows: set[Pair]) -> set[Pair]:
    """Those of `rows` no other version of which stays: a correction without what it corrects says nothing."""
    going = found.going[model]
    of = _places(rows)
    manager = model._base_manager
    older = dict(manager.filter(pk__in=of, corrects__isnull=False).values_list("pk", "corrects"))
    newer = dict(manager.filter(corrects__in=of).values_list("corrects", "pk"))
    while True:
        kept = {
            (at, row)
            for at, row in rows
            if any(
                other is not None and (at, other) not in rows and (at, other) not in going
                for other in (older.get(row), newer.get(row))
            )
        }
        if not kept:
            return rows
        rows -= kept


def _named_by_number(model: Model, of: dict[Any, list[int]]) -> Iterator[tuple[Model, set[Pair]]]:
    """Rows that name these without a key: which row of a file they came from, how they were merged, what was
    typed in a month of the log, and the letters about a complaint.
    """
    label = model._meta.label
    if model is LogMonth:
        yield (
            EntryValue,
            {(at, row) for month in of for row in values_in([month]) for at in of[month]},
        )
    if model is Complaint:
        yield RequestLetter, set(_letters_about(of))
    if _whole(of):
        linked = _linked(Imported, "record", of, table=label)
        yield Imported, {(at, row) for row, number in linked for at in of[number]}
    by_name = {str(key): key for key in of}
    merged = _linked(MergedRow, "row", by_name, table=label)
    yield MergedRow, {(at, row) for row, name in merged for at in of[by_name[name]]}


def _letters_about(complaints: dict[Any, list[int]]) -> Iterator[Pair]:
    """Letters name the complaint that they are about by its reference, as it is now or as it was written."""
    named = {
        written: places
        for number, reference in Complaint.objects.filter(pk__in=complaints).values_list(
            "pk", "reference"
        )
        for places in (complaints[number],)
        for written in as_written(reference)
    }
    letters = RequestLetter.objects.filter(request=None, matter__in=named)
    for letter, matter in letters.values_list("pk", "matter"):
        yield from ((at, letter) for at in named[matter])


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


def _linked(
    model: Model, column: str, keys: Iterable[Any], *, give: str = "", table: str = ""
) -> list[tuple[Any, Any]]:
    """The rows in which `column` names one of `keys`: of each its key, or its column `give`, and that name.

    `table`, where the rows name others by number and so say of which table.
    """
    name = connection.ops.quote_name
    array, listed = as_array(keys)
    told = name(give or str(model._meta.pk.column))
    of_table = f" AND {name('table')} = %s" if table else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {told}, {name(column)} FROM {name(model._meta.db_table)}"
            f" WHERE {name(column)} = ANY({array}){of_table}",
            [listed, *([table] if table else [])],
        )
        return cursor.fetchall()


def as_array(keys: Iterable[Any]) -> tuple[str, Any]:
    """Keys for `= ANY`, as one value: there may be a hundred thousand, and a parameter for each takes long."""
    listed = list(keys)
    if _whole(listed):
        return "%s::bigint[]", f"{{{','.join(map(str, listed))}}}"
    return "%s", listed


def _batches(keys: Iterable[Any]) -> Iterator[list[Any]]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
