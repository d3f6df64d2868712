"""Mentions of somebody restricted in words that belong to no case of theirs.

An entry of their own case waits until somebody has gone through it (`cases.restricted`). The record of a
relative may name them as well, in another case: there the name alone is taken out, so that the rest can go.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import models

from cases.kinds import KINDS
from cases.models import HeldPassages, Person
from cases.restricted import HELD_BACK, OwnRequest, barred_people, live
from sar.circle import circle_of


@dataclass(frozen=True, slots=True)
class Mention:
    """How texts name one restricted person, and the entries that somebody went through for them."""

    pattern: re.Pattern[str]
    reference: str
    gone_through: frozenset[tuple[str, int]]


class Mentions:
    """The names of whoever is restricted in the family and cases of `person`, found in any text of a pack."""

    def __init__(self, person: Person, reader: OwnRequest | None) -> None:
        names = [person.name_on_record, person.preferred_name]
        names += person.other_names.values_list("name", flat=True)
        # What they are called themselves is theirs, also where a relative has the same name.
        self._own = {word.casefold() for name in names for word in (name, *name.split())}
        hidden = (
            barred_people(reader).filter(pk__in=circle_of(person)).exclude(pk__in=person.numbers)
        )
        self._mentions = [
            _mention(one.pk, one.mentions, one.person)
            for one in live()
            .filter(person__in=hidden)
            .exclude(mentions="")
            .select_related("person")
        ]

    def hidden(self, text: str, row: models.Model) -> str:
        """`text` of `row` with each name of theirs held back, unless somebody went through it for them."""
        if not self._mentions:
            return text
        noun = next((kind.noun for kind in KINDS.values() if isinstance(row, kind.model)), "")
        for one in self._mentions:
            if (noun, row.pk) not in one.gone_through:
                text = one.pattern.sub(partial(self._shown, one), text)
        return text

    def _shown(self, one: Mention, found: re.Match[str]) -> str:
        """What stands where a name was found: the number of their record is no name."""
        words = found.group()
        is_own = " ".join(words.casefold().split()) in self._own
        return words if is_own or words == one.reference else HELD_BACK


def _mention(number: int, mentions: str, person: Any) -> Mention:
    gone_through = HeldPassages.objects.filter(restriction=number).values_list("noun", "record_id")
    return Mention(
        pattern=re.compile(mentions.replace(r"\y", r"\b"), re.IGNORECASE),
        reference=person.reference,
        gone_through=frozenset(gone_through),
    )
