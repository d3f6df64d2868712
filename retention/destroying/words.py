"""The words by which somebody who goes would be known: what is searched for when they have gone."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from cases.models import Person
from core.privacy import Label
from retention.destroying.closure import BATCH, Closure, declared
from retention.kinds import ALLEGATION, BREACH

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
    return words_of_each([closure])[0]


def words_of_each(closures: Sequence[Closure]) -> list[set[str]]:
    """The words of each closure, with as many questions as for one."""
    found: list[set[str]] = [set() for _ in closures]
    for model in dict.fromkeys(model for closure in closures for model in closure.going):
        if model is Person or "Privacy" not in model.__dict__:
            continue
        _add(found, closures, model, _identifying(model), with_people=True)
        # The letter of a concern's reference is a goal's and a group's as well.
        if model._meta.label in {"cases.Case", ALLEGATION, BREACH}:
            _add(found, closures, model, ["reference"], with_people=False)
    for words in found:
        # Of an address its first line: the town below it is everybody's.
        lines = {word.strip().splitlines()[0].strip() for word in words if word.strip()}
        words.clear()
        words.update(line for line in lines if not line.isalpha())
    people = Person.objects.in_bulk({one for closure in closures for one in closure.people})
    for words, closure in zip(found, closures, strict=True):
        for person in (people[one] for one in closure.people if one in people):
            words |= {
                person.full_name,
                f"{person.called} {person.family_name}".strip(),
                str(person.reference),
            }
    return [
        {one for one in words if len(one) >= SHORTEST and not one.isdecimal()} for words in found
    ]


def _add(
    found: list[set[str]],
    closures: Sequence[Closure],
    model: type[models.Model],
    names: list[str],
    *,
    with_people: bool,
) -> None:
    """Add what stands in the columns `names` of the rows of `model`, to the words of whom they go with."""
    of: dict[Any, list[int]] = {}
    for place, closure in enumerate(closures):
        if bool(closure.people) is with_people:
            for key in closure.going.get(model, ()):
                of.setdefault(key, []).append(place)
    ordered = sorted(of) if names else []
    for start in range(0, len(ordered), BATCH):
        rows = model._base_manager.filter(pk__in=ordered[start : start + BATCH])
        for key, *values in rows.values_list("pk", *names):
            for place in of[key]:
                found[place].update(str(value) for value in values if value)


def _identifying(model: type[models.Model]) -> list[str]:
    names = [
        name
        for name, label in declared(model).labels.items()
        if label == Label.IDENTIFYING and name not in NOT_ALONE and _is_words(model, name)
    ]
    # References of other kinds share their letters with tables that are about nobody.
    return (
        names if model._meta.label == "cases.Case" else [one for one in names if one != "reference"]
    )


def _is_words(model: type[models.Model], name: str) -> bool:
    kind: Any = model._meta.get_field(name)
    if isinstance(kind, models.GeneratedField):
        kind = kind.output_field
    return isinstance(kind, models.CharField | models.TextField)
