"""What a merge of two people moves, read from the models themselves: a table added later is not forgotten.

Also which rows say the same twice, and which of two such rows is the stricter and stays.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from cases.models import (
    Address,
    ContactPoint,
    KnownApart,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from core.privacy import our_models

SURVIVOR, OTHER, BOTH = "survivor", "other", "both"
# Read together: a day and how sure it is.
WITH_THE_DAY = "birth_certainty"


@dataclass(frozen=True, slots=True)
class SameFact:
    """Which columns say that two rows that still hold are one fact, and which row is the stricter."""

    columns: tuple[str, ...]
    stricter: Callable[[Any], bool] | None = None


SAME_FACTS: dict[type[models.Model], SameFact] = {
    # A number on which a message is not safe for one record is not safe.
    ContactPoint: SameFact(("value_sought",), lambda row: not row.safe_for_messages),
    Address: SameFact(("kind", "lines", "postcode"), lambda row: row.is_confidential),
    PersonName: SameFact(("kind", "name_sought")),
    SensitiveDetail: SameFact(("kind", "detail")),
}
# Beside the tables that only link people to something: rows of these say nothing when said twice.
SAID_TWICE = frozenset({*SAME_FACTS, Relationship, KnownApart})


@dataclass(frozen=True, slots=True)
class Choice:
    """One basic detail that the two records say differently; `suggested` is what is kept unasked."""

    name: str
    label: str
    survivor: Any
    other: Any
    suggested: str
    can_be_both: bool


def person_keys() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column of ours that names a person, of whatever app; those that are history do not move."""
    for model in our_models():
        yield from _keys_of(model)
        for many in model._meta.local_many_to_many:
            through: Any = many.remote_field.through
            if through._meta.auto_created:
                yield from _keys_of(through)


def links_people(model: type[models.Model]) -> bool:
    """Whether `model` only says that people belong to something: the middle of a many-to-many."""
    return bool(model._meta.auto_created) or any(
        many.remote_field.through is model
        for owner in our_models()
        for many in owner._meta.local_many_to_many
        if many.related_model is Person
    )


def may_be_removed(model: type[models.Model]) -> bool:
    """Whether a row of `model` that the survivor has already is removed, with a copy kept."""
    return model in SAID_TWICE or links_people(model)


def choices_between(survivor: Person, other: Person) -> list[Choice]:
    """The basic details to choose: those that differ. What is empty, or less careful, is not suggested."""
    found = []
    for name, kept in survivor.basics.items():
        offered = other.basics[name]
        if name == WITH_THE_DAY or kept == offered:
            continue
        field = Person._meta.get_field(name)
        found.append(
            Choice(
                name=name,
                label=str(field.verbose_name),  # type: ignore[union-attr]
                survivor=kept,
                other=offered,
                suggested=OTHER if offered and not kept else SURVIVOR,
                can_be_both=type(field) is models.TextField and bool(kept and offered),
            )
        )
    return found


def chosen_basics(survivor: Person, other: Person, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The basic details of the one record, as `chosen`; what nobody chose is as suggested."""
    basics = survivor.basics
    for choice in choices_between(survivor, other):
        answer = chosen.get(choice.name, choice.suggested)
        if answer == BOTH and choice.can_be_both:
            basics[choice.name] = f"{choice.survivor}\n{choice.other}"
        elif answer == OTHER:
            basics[choice.name] = choice.other
        if choice.name == "date_of_birth" and answer == OTHER:
            basics[WITH_THE_DAY] = other.basics[WITH_THE_DAY]
    return basics


def _keys_of(model: type[models.Model]) -> Iterator[tuple[type[models.Model], models.Field]]:
    if not getattr(model, "follows_merges", True):
        return
    for field in model._meta.concrete_fields:
        if field.remote_field is not None and field.related_model is Person:
            yield model, field
