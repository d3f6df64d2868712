"""Everything the charity holds about a person, through the declarations of the models.

Nobody lists tables here: whatever is declared to be shown in a pack is gathered, and a model that
declares nothing stops the gathering. So does a source that cannot be read. A pack with a gap in it
that nobody sees must not exist (features.md P29).
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Item:
    """One row about the person, in the words of a reader."""

    source: str
    record_id: int
    section: Section
    kind: str
    kinds: str
    title: str
    when: date | datetime | None
    values: tuple[Value, ...]
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

    @property
    def beginning(self) -> str:
        """The first words of the longest text in it: in a list they tell one item from another."""
        words = max((value.text for value in self.values), key=len, default="").split()
        return " ".join(words[:12]) + (" …" if len(words) > 12 else "")

    def value(self, field: str) -> Value | None:
        return next((value for value in self.values if value.field == field), None)


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


def gather_for(request: RightsRequest) -> Gathered:
    """Gather what `request` asks for, whose person is known; as `gather`.

    A parent who asks is not the person whose consent lets what is restricted be shown (Art 18(2)).
    """
    return gather(_person_of(request), is_their_own=_is_their_own(request))


def documents_for(request: RightsRequest) -> list[Item]:
    """Only the items of `gather_for` that are files: whoever looks at a page does not wait for all else."""
    person = _person_of(request)
    reader = OwnRequest(person) if _is_their_own(request) else None
    mentions = Mentions(person, reader)
    found: list[Item] = []
    with names_in_full(frozenset(person.numbers).__contains__, alone=True):
        for model in our_models():
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack) and declared.files:
                with _named(_name(model)):
                    found += _items_of(declared, declared.pack, person, reader, mentions)
    return [item for item in found if item.file is not None]


def _person_of(request: RightsRequest) -> Person:
    if request.person is None:
        raise ValueError(f"{request} is about nobody yet.")
    return request.person


def _is_their_own(request: RightsRequest) -> bool:
    return request.requester != Requester.PARENT


def gather(person: Person, *, is_their_own: bool = True) -> Gathered:
    """Gather everything about `person` (UK GDPR Art 15(1)). Raises GatherFailed, naming the source.

    Where they ask themselves, or somebody for them, also what is restricted for them (`OwnRequest`). What is
    restricted for somebody else stays out.
    """
    numbers = frozenset(person.numbers)
    with names_in_full(numbers.__contains__, alone=True):
        return _gather(person, OwnRequest(person) if is_their_own else None)


def _gather(person: Person, reader: OwnRequest | None) -> Gathered:
    items: list[Item] = []
    sources: list[Source] = []
    other_forms: list[OtherForm] = []
    mentions = Mentions(person, reader)
    for model in our_models():
        with _named(_name(model)):
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack):
                found = list(_items_of(declared, declared.pack, person, reader, mentions))
                items += found
                sources.append(_source(declared, declared.pack, count=len(found)))
            elif declared.is_about_people:
                other_forms.append(_other_form(declared, declared.pack))
    with _named("How long records are kept"):
        rules = tuple(_rules(person))
    with _named("The sharing log"):
        recipients = tuple(recipients_of(person))
    return Gathered(
        person=person,
        items=tuple(sorted(items, key=_order)),
        sources=tuple(sources),
        other_forms=tuple(other_forms),
        rules=rules,
        recipients=recipients,
    )


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


def _items_of(
    declared: Declaration,
    pack: Pack,
    person: Person,
    reader: OwnRequest | None,
    mentions: Mentions,
) -> Iterator[Item]:
    model = declared.model
    manager: models.Manager = model._base_manager
    # By key, so that a row which is about the person by two paths comes once.
    about = usable_in(manager.filter(declared.people_lookup(person)), by=reader).values("pk")
    rows = list(
        manager.filter(pk__in=about)
        .order_by("pk")
        .prefetch_related(*_many_of(model))
        .fetch_mode(models.FETCH_PEERS)
    )
    if any(model is kind.model for kind in KINDS.values()):
        hold_back(rows, by=reader)
    for row in rows:
        if isinstance(row, Case):
            hold_back_mentions(row, barred_people(reader).filter(cases=row))
        for column in declared.files:
            _must_be_there(getattr(row, column))
        yield _without_mentions(_item(declared, pack, row), row, mentions)


def _without_mentions(item: Item, row: models.Model, mentions: Mentions) -> Item:
    """`item` without the names of relatives who are restricted in another case than its own."""
    return replace(
        item,
        values=tuple(
            replace(value, text=mentions.hidden(value.text, row)) for value in item.values
        ),
        health=tuple(mentions.hidden(words, row) for words in item.health),
    )


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


def _item(declared: Declaration, pack: Pack, row: models.Model) -> Item:
    reference = getattr(row, "reference", "")
    kind = capital(str(row._meta.verbose_name))
    return Item(
        source=row._meta.label,
        record_id=row.pk,
        section=pack.section,
        kind=kind,
        kinds=_name(declared.model),
        title=f"{kind} {reference}".strip(),
        when=when_of(row, pack.when),
        values=(
            *(_value(declared, pack, row, name) for name in pack.shows),
            *_replaced_by(pack, row),
        ),
        health=tuple(words for name in pack.health if (words := words_of(row, name))),
        file=_file_of(declared, row),
        written=_written(row, pack.written),
    )


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


def _order(item: Item) -> tuple[int, datetime, str, int]:
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


def _name(model: type[models.Model]) -> str:
    return capital(str(model._meta.verbose_name_plural))
