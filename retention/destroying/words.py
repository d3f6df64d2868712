"""The words by which somebody who goes would be known: what is searched for when they have gone."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from cases.models import Person
from core.privacy import Label
from retention.destroying.closure import BATCH, Closure, declared

# A first name by itself, as somebody may give who drops in, is many people's too: only somebody's whole name
# is searched for when it is one word. Alone these are many people's, or in a form that only searching compares; whole names are searched for.
NOT_ALONE = frozenset(
    {"given_names", "family_name", "preferred_name", "date_of_birth", "postcode", "name_sought"}
)
SHORTEST = 5


def words_of(closure: Closure) -> set[str]:
    """Names, addresses, telephone numbers and references that nobody else should have.

    Where the people stay and only a case of theirs goes, its own reference alone.
    """
    found: set[str] = set()
    for model, keys in closure.going.items():
        if model is Person or not keys or "Privacy" not in model.__dict__:
            continue
        if closure.people:
            found.update(_identifying(model, keys))
        elif model._meta.label == "cases.Case":
            found.update(_values(model, keys, ["reference"]))
    # Of an address its first line: the town below it is everybody's.
    found = {word.strip().splitlines()[0].strip() for word in found if word.strip()}
    found = {word for word in found if not word.isalpha()}
    for person in Person.objects.filter(pk__in=closure.people):
        found |= {
            person.full_name,
            f"{person.called} {person.family_name}".strip(),
            str(person.reference),
        }
    return {word for word in found if len(word) >= SHORTEST and not word.isdecimal()}


def _identifying(model: type[models.Model], keys: set[int]) -> Iterator[str]:
    names = [
        name
        for name, label in declared(model).labels.items()
        if label == Label.IDENTIFYING and name not in NOT_ALONE and _is_words(model, name)
    ]
    # References of other kinds share their letters with tables that are about nobody.
    if model._meta.label != "cases.Case":
        names = [name for name in names if name != "reference"]
    yield from _values(model, keys, names)


def _values(model: type[models.Model], keys: set[int], names: list[str]) -> Iterator[str]:
    ordered = sorted(keys)
    for start in range(0, len(ordered) if names else 0, BATCH):
        rows = model._base_manager.filter(pk__in=ordered[start : start + BATCH])
        for values in rows.values_list(*names):
            yield from (str(value) for value in values if value)


def _is_words(model: type[models.Model], name: str) -> bool:
    kind: Any = model._meta.get_field(name)
    if isinstance(kind, models.GeneratedField):
        kind = kind.output_field
    return isinstance(kind, models.CharField | models.TextField)
