"""The rows about a person, model by model, in the words of a reader (`sar.pack.gather`).

What a row says, what names and dates it, and its file are read by what its model declares.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.core.files.storage import default_storage
from django.db import models

from cases.kinds import KINDS
from cases.models import Case, Person
from cases.restricted import OwnRequest, barred_people, hold_back, hold_back_mentions, usable_in
from core.privacy import Declaration, Pack, declaration_of
from sar.pack.held import HeldFile, Item, Listed, Texts, Value
from sar.pack.mentioned import Mentions
from sar.pack.words import capital, field_of, label_of, words_of


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose record is read, for whom, and whose names are held back in it."""

    person: Person
    reader: OwnRequest | None
    mentions: Mentions

    def rows(
        self, declared: Declaration, *, words: bool, numbers: Collection[int] | None = None
    ) -> list[models.Model]:
        """The rows of a model about the person; only those of these `numbers` where any are given.

        `words`: what they say is going to be read, so it is asked for at once for all of them.
        """
        model = declared.model
        manager: models.Manager = model._base_manager
        # By key, so that a row which is about the person by two paths comes once.
        about = usable_in(
            manager.filter(declared.people_lookup(self.person)), by=self.reader
        ).values("pk")
        found = manager.filter(pk__in=about).order_by("pk")
        if numbers is not None:
            found = found.filter(pk__in=numbers)
        if words:
            found = found.prefetch_related(*_many_of(model))
        rows = list(found.fetch_mode(models.FETCH_PEERS))
        if any(model is kind.model for kind in KINDS.values()):
            hold_back(rows, by=self.reader)
        for row in rows:
            if words and isinstance(row, Case):
                hold_back_mentions(row, barred_people(self.reader).filter(cases=row))
            for column in declared.files:
                _must_be_there(getattr(row, column))
        return rows

    def listed(self, declared: Declaration, row: models.Model) -> Listed:
        return Listed(**self._of_list(declared, row))

    def texts(self, declared: Declaration, row: models.Model) -> Texts:
        pack = _pack_of(declared)
        return Texts(
            self.listed(declared, row),
            tuple(
                self._shown(_value(declared, pack, row, name), row)
                for name in pack.shows
                if name in pack.passages
            ),
        )

    def item(self, declared: Declaration, row: models.Model) -> Item:
        pack = _pack_of(declared)
        values = [
            *(_value(declared, pack, row, name) for name in pack.shows),
            *_replaced_by(pack, row),
        ]
        return Item(
            **self._of_list(declared, row), values=tuple(self._shown(one, row) for one in values)
        )

    def _of_list(self, declared: Declaration, row: models.Model) -> dict[str, Any]:
        pack = _pack_of(declared)
        kind = _kind(declared.model)
        reference = getattr(row, "reference", "")
        health = [words for name in pack.health if (words := words_of(row, name))]
        return {
            "source": row._meta.label,
            "record_id": row.pk,
            "section": pack.section,
            "kind": kind,
            "kinds": name_of(declared.model),
            "title": f"{kind} {reference}".strip(),
            "when": when_of(row, pack.when),
            "health": tuple(self.mentions.hidden(words, row) for words in health),
            "file": _file_of(declared, row),
            "written": _written(row, pack.written),
            "called": pack.called,
        }

    def _shown(self, value: Value, row: models.Model) -> Value:
        """`value` without the names of relatives who are restricted in another case than its own."""
        text = self.mentions.hidden(value.text, row)
        return value if text == value.text else replace(value, text=text)


def _pack_of(declared: Declaration) -> Pack:
    if not isinstance(declared.pack, Pack):
        raise TypeError(f"{declared.model._meta.label} is not shown in a pack.")
    return declared.pack


def _must_be_there(name: str) -> None:
    """Raises FileNotFoundError: an entry about a file that nobody can look at any more is a gap.

    Without a name there is no file yet: a letter whose pages are still being made.
    """
    if name and not default_storage.exists(name):
        raise FileNotFoundError


def _many_of(model: type[models.Model]) -> Iterator[str]:
    """What to ask for once for all rows: the many-to-many fields, and the rows between that say more than who."""
    for field in model._meta.local_many_to_many:
        yield field.name
        between: Any = field.remote_field.through
        keys = [key for key in between._meta.fields if key.many_to_one]
        ends = {model, field.related_model}
        if all(
            column.primary_key or column.related_model in ends for column in between._meta.fields
        ):
            continue
        for back in keys:
            if back.related_model is model and not back.remote_field.hidden:
                rows = back.remote_field.get_accessor_name()
                yield rows
                yield from (f"{rows}__{key.name}" for key in keys if key is not back)


def _file_of(declared: Declaration, row: models.Model) -> HeldFile | None:
    """The file of a row that declares one."""
    named = [getattr(row, column) for column in declared.files if getattr(row, column)]
    if not named:
        return None
    return HeldFile(
        path=str(named[0]),
        format=str(getattr(row, "format", "")) or PurePosixPath(str(named[0])).suffix[1:].lower(),
        called=str(getattr(row, "file_name", "")),
        sha256=str(getattr(row, "sha256", "")),
    )


def _value(declared: Declaration, pack: Pack, row: models.Model, name: str) -> Value:
    field = field_of(declared.model, name)
    return Value(
        field=name,
        label=label_of(declared.model, name),
        text=words_of(row, name),
        category=pack.told.get(name) or (declared.labels.get(field.name) if field else None),
        is_passage=name in pack.passages,
    )


def _replaced_by(pack: Pack, row: models.Model) -> Iterator[Value]:
    """Of an entry that was corrected, which later one replaced it: both are in the pack."""
    for name in pack.shows:
        field: Any = field_of(type(row), name)
        if isinstance(field, models.OneToOneField) and field.related_model is type(row):
            back = field.remote_field.get_accessor_name()
            later = getattr(row, back, None)
            if later is not None:
                yield Value(
                    field=back,
                    label="Corrected later by",
                    text=str(later),
                    category=None,
                    is_passage=False,
                )


def when_of(row: models.Model, name: str) -> date | datetime | None:
    """What dates the row; where that is another record, what dates that one."""
    value = getattr(row, name)
    if isinstance(value, models.Model):
        pack = declaration_of(type(value)).pack
        return when_of(value, pack.when) if isinstance(pack, Pack) else None
    return value


def _written(row: models.Model, name: str) -> datetime | None:
    """When the row was written down; where that is another record, when that one was."""
    value = getattr(row, name)
    if isinstance(value, models.Model):
        pack = declaration_of(type(value)).pack
        return _written(value, pack.written) if isinstance(pack, Pack) else None
    return value if isinstance(value, datetime) else None


@cache
def _kind(model: type[models.Model]) -> str:
    return capital(str(model._meta.verbose_name))


@cache
def name_of(model: type[models.Model]) -> str:
    return capital(str(model._meta.verbose_name_plural))
