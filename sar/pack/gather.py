"""Everything the charity holds about a person, through the declarations of the models.

Nobody lists tables here: whatever is declared to be shown in a pack is gathered, and a model that
declares nothing stops the gathering. So does a source that cannot be read. A pack with a gap in it
that nobody sees must not exist (features.md P29).
"""

import hashlib
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from cases.kinds import KINDS
from cases.models import Case, Person, Service
from cases.names_in_full import names_in_full
from cases.restricted import OwnRequest, barred_people, hold_back, hold_back_mentions, usable_in
from consent.queries import RecipientTold, recipients_of
from core.dates import plain
from core.privacy import (
    Declaration,
    DeclarationMissing,
    Internal,
    Label,
    Pack,
    Section,
    declaration_of,
    our_models,
)
from sar.kinds import Requester
from sar.models import RightsRequest
from sar.pack.mentioned import Mentions
from sar.pack.words import capital, field_of, is_long, label_of, words_of

logger = logging.getLogger(__name__)


class GatherFailed(Exception):
    """A source could not be gathered, so there is no pack. The sentence names it, and no person."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"No pack was made, because “{source}” could not be gathered. A pack with a gap in it must "
            "not go out. Tell whoever looks after the system."
        )
        self.source = source


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a row says, with the words for it. `is_passage`: a part of it may be withheld."""

    field: str
    label: str
    text: str
    category: Label | None
    is_passage: bool

    @property
    def is_long(self) -> bool:
        """Whether it is set across the page and not beside its label."""
        return is_long(self.text)


# The field that stands for the file of an item, and for the words in it.
FILE = "file"


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that an item is about: where it is kept, what kind it is, and what it was called."""

    path: str
    format: str
    called: str
    sha256: str


def key_of(source: str, number: int) -> str:
    """A name for addresses of the row of this number."""
    return hashlib.sha256(f"{source}/{number}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row about the person as a list names it: what it is and when, without what it says."""

    source: str
    record_id: int
    section: Section
    kind: str
    kinds: str
    title: str
    when: date | datetime | None
    # What of it tells of health by its declaration.
    health: tuple[str, ...] = ()
    file: HeldFile | None = None
    # When it was written down here, whatever day it is about; None where nobody can tell.
    written: datetime | None = None

    @property
    def key(self) -> str:
        """A name for addresses: neither the table nor the number of the row."""
        return key_of(self.source, self.record_id)

    @property
    def day(self) -> date | None:
        return (
            timezone.localtime(self.when).date() if isinstance(self.when, datetime) else self.when
        )

    @property
    def dated(self) -> str:
        return plain(self.day) if self.day else "no date recorded"

    @property
    def written_on(self) -> date | None:
        return timezone.localtime(self.written).date() if self.written else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Listed):
    """One row about the person, in the words of a reader."""

    values: tuple[Value, ...]

    @property
    def beginning(self) -> str:
        """The first words of the longest text in it: in a list they tell one item from another."""
        words = max((value.text for value in self.values), key=len, default="").split()
        return " ".join(words[:12]) + (" …" if len(words) > 12 else "")

    def value(self, field: str) -> Value | None:
        return next((value for value in self.values if value.field == field), None)


@dataclass(frozen=True, slots=True)
class Texts:
    """One row about the person, and those of its words of which a part may be withheld."""

    item: Listed
    passages: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One declared model that was searched, and how many rows about the person it holds."""

    label: str
    words: str
    section: Section
    count: int


@dataclass(frozen=True, slots=True)
class OtherForm:
    """A model that holds something about people and is not printed row by row, with the reason."""

    words: str
    because: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How long the records of a service are kept (UK GDPR Art 15(1)(d))."""

    service: str
    rule: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is held about `person`, before anybody has decided what to withhold."""

    person: Person
    items: tuple[Item, ...]
    sources: tuple[Source, ...]
    other_forms: tuple[OtherForm, ...]
    rules: tuple[Rule, ...]
    recipients: tuple[RecipientTold, ...]

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """Every row that is held about `person`, in the order of the pack, without what the rows say.

    Of another type than what a copy is made from, so that none is ever made without the words.
    """

    person: Person
    items: tuple[Listed, ...]

    def item(self, key: str) -> Listed | None:
        return next((item for item in self.items if item.key == key), None)


def gather_for(request: RightsRequest) -> Gathered:
    """Gather what `request` asks for, whose person is known; as `gather`.

    A parent who asks is not the person whose consent lets what is restricted be shown (Art 18(2)).
    """
    return gather(person_of(request), is_their_own=_is_their_own(request))


def outline_for(request: RightsRequest) -> Outline:
    """The same rows as `gather_for`, in the same order, for a list that names them: their words are not read."""
    with _asked_by(request) as asked:
        found = _each(asked, asked.listed, words=False)
    return Outline(person=asked.person, items=tuple(sorted(found, key=_order)))


def texts_for(request: RightsRequest) -> list[Texts]:
    """Of each item of `gather_for`, in its order, the words of which a part may be withheld."""
    with _asked_by(request) as asked:
        found = _each(asked, asked.texts, words=True)
    return sorted(found, key=lambda texts: _order(texts.item))


def item_for(request: RightsRequest, listed: Listed) -> Item | None:
    """The one item of `gather_for` that `listed` names; None if it has gone meanwhile."""
    declared = declaration_of(apps.get_model(listed.source))
    with _asked_by(request) as asked, _named(_name(declared.model)):
        rows = asked.rows(declared, words=True, number=listed.record_id)
        return next((asked.item(declared, row) for row in rows), None)


def documents_for(request: RightsRequest) -> list[Item]:
    """Only the items of `gather_for` that are files: whoever looks at a page does not wait for all else."""
    found: list[Item] = []
    with _asked_by(request) as asked:
        for model in our_models():
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack) and declared.files:
                with _named(_name(model)):
                    found += [asked.item(declared, row) for row in asked.rows(declared, words=True)]
    return [item for item in found if item.file is not None]


def person_of(request: RightsRequest) -> Person:
    """Whose record `request` asks for; ValueError while nobody is found."""
    if request.person is None:
        raise ValueError(f"{request} is about nobody yet.")
    return request.person


def _is_their_own(request: RightsRequest) -> bool:
    return request.requester != Requester.PARENT


def reader_of(request: RightsRequest) -> OwnRequest | None:
    """By whose leave what is restricted is read for the copy: the person’s own, or nobody’s for a parent."""
    return OwnRequest(person_of(request)) if _is_their_own(request) else None


def gather(person: Person, *, is_their_own: bool = True) -> Gathered:
    """Gather everything about `person` (UK GDPR Art 15(1)). Raises GatherFailed, naming the source.

    Where they ask themselves, or somebody for them, also what is restricted for them (`OwnRequest`). What is
    restricted for somebody else stays out.
    """
    with _asked(person, is_their_own=is_their_own) as asked:
        return _gather(asked)


@contextmanager
def _asked_by(request: RightsRequest) -> Iterator["_Asked"]:
    with _asked(person_of(request), is_their_own=_is_their_own(request)) as asked:
        yield asked


@contextmanager
def _asked(person: Person, *, is_their_own: bool) -> Iterator["_Asked"]:
    """In this block the record of `person` is read as they may have it, with their own name in full."""
    reader = OwnRequest(person) if is_their_own else None
    with names_in_full(frozenset(person.numbers).__contains__, alone=True):
        yield _Asked(person, reader, Mentions(person, reader))


def _gather(asked: "_Asked") -> Gathered:
    items: list[Item] = []
    sources: list[Source] = []
    other_forms: list[OtherForm] = []
    for model in our_models():
        with _named(_name(model)):
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack):
                found = [asked.item(declared, row) for row in asked.rows(declared, words=True)]
                items += found
                sources.append(_source(declared, declared.pack, count=len(found)))
            elif declared.is_about_people:
                other_forms.append(_other_form(declared, declared.pack))
    with _named("How long records are kept"):
        rules = tuple(_rules(asked.person))
    with _named("The sharing log"):
        recipients = tuple(recipients_of(asked.person))
    return Gathered(
        person=asked.person,
        items=tuple(sorted(items, key=_order)),
        sources=tuple(sources),
        other_forms=tuple(other_forms),
        rules=rules,
        recipients=recipients,
    )


def _each[Found](
    asked: "_Asked", found_in: Callable[[Declaration, models.Model], Found], *, words: bool
) -> list[Found]:
    """What `found_in` makes of each row about the person, of every model that is shown in a pack."""
    found: list[Found] = []
    for model in our_models():
        with _named(_name(model)):
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack):
                found += [found_in(declared, row) for row in asked.rows(declared, words=words)]
    return found


@contextmanager
def _named(source: str) -> Iterator[None]:
    """Whatever goes wrong inside stops the gathering and is said of `source`.

    The log gets no words of the error, since they may quote the record.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001  # nothing may pass: a gap that nobody sees
        detail = str(error) if isinstance(error, DeclarationMissing) else error.__class__.__name__
        logger.error("Gathering failed at %s: %s", source, detail)  # noqa: TRY400
        raise GatherFailed(source) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose record is read, for whom, and whose names are held back in it."""

    person: Person
    reader: OwnRequest | None
    mentions: Mentions

    def rows(
        self, declared: Declaration, *, words: bool, number: int | None = None
    ) -> list[models.Model]:
        """The rows of a model about the person; only that of this `number` where one is given.

        `words`: what they say is going to be read, so it is asked for at once for all of them.
        """
        model = declared.model
        manager: models.Manager = model._base_manager
        # By key, so that a row which is about the person by two paths comes once.
        about = usable_in(
            manager.filter(declared.people_lookup(self.person)), by=self.reader
        ).values("pk")
        found = manager.filter(pk__in=about).order_by("pk")
        if number is not None:
            found = found.filter(pk=number)
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
            "kinds": _name(declared.model),
            "title": f"{kind} {reference}".strip(),
            "when": when_of(row, pack.when),
            "health": tuple(self.mentions.hidden(words, row) for words in health),
            "file": _file_of(declared, row),
            "written": _written(row, pack.written),
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
    """What to ask for once for all rows: the many-to-many fields, and the rows between with theirs."""
    for field in model._meta.local_many_to_many:
        yield field.name
        between: Any = field.remote_field.through
        keys = [key for key in between._meta.fields if key.many_to_one]
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


def _order(item: Listed) -> tuple[int, datetime, str, int]:
    if isinstance(item.when, datetime):
        moment = item.when.astimezone(UTC)
    elif item.when is not None:
        moment = datetime.combine(item.when, time.min, UTC)
    else:
        moment = datetime.max.replace(tzinfo=UTC)
    return list(Section).index(item.section), moment, item.source, item.record_id


def _source(declared: Declaration, pack: Pack, *, count: int) -> Source:
    return Source(
        label=declared.model._meta.label,
        words=_name(declared.model),
        section=pack.section,
        count=count,
    )


def _other_form(declared: Declaration, internal: Internal) -> OtherForm:
    return OtherForm(words=_name(declared.model), because=internal.because)


def _rules(person: Person) -> Iterator[Rule]:
    """The rule of each service that the person has a case or a referral in."""
    services = Service.objects.filter(
        models.Q(cases__people=person) | models.Q(referrals__people=person)
    )
    for service in services.distinct().order_by("name"):
        yield Rule(service=service.name, rule=service.retention_rule.strip())


@cache
def _kind(model: type[models.Model]) -> str:
    return capital(str(model._meta.verbose_name))


@cache
def _name(model: type[models.Model]) -> str:
    return capital(str(model._meta.verbose_name_plural))
