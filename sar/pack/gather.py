"""Everything the charity holds about a person, through the declarations of the models.

Nobody lists tables here: whatever is declared to be shown in a pack is gathered, and a model that
declares nothing stops the gathering. So does a source that cannot be read. A pack with a gap in it
that nobody sees must not exist (features.md P29).
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time

from django.apps import apps
from django.db import models

from cases.models import Person, Service
from cases.names_in_full import names_in_full
from cases.restricted import OwnRequest
from consent.queries import recipients_of
from core.privacy import (
    Declaration,
    DeclarationMissing,
    Internal,
    Pack,
    Section,
    declaration_of,
    our_models,
)
from sar.kinds import Requester
from sar.models import RightsRequest
from sar.pack.held import Gathered, Item, Listed, OtherForm, Outline, Rule, Source, Texts
from sar.pack.mentioned import Mentions
from sar.pack.rows import Asked, name_of

logger = logging.getLogger(__name__)


class GatherFailed(Exception):
    """A source could not be gathered, so there is no pack. The sentence names it, and no person."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"No pack was made, because “{source}” could not be gathered. A pack with a gap in it must "
            "not go out. Tell whoever looks after the system."
        )
        self.source = source


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
    return next(iter(items_for(request, [(listed.source, listed.record_id)])), None)


def items_for(request: RightsRequest, places: Iterable[tuple[str, int]]) -> list[Item]:
    """Those items of `gather_for` that `places` name, each by its model and its number; without what has gone."""
    numbers: dict[str, set[int]] = {}
    for source, number in places:
        numbers.setdefault(source, set()).add(number)
    found: list[Item] = []
    if not numbers:
        return found
    with _asked_by(request) as asked:
        for source, wanted in numbers.items():
            declared = declaration_of(apps.get_model(source))
            with _named(name_of(declared.model)):
                rows = asked.rows(declared, words=True, numbers=wanted)
                found += [asked.item(declared, row) for row in rows]
    return found


def documents_for(request: RightsRequest) -> list[Item]:
    """Only the items of `gather_for` that are files: whoever looks at a page does not wait for all else."""
    found: list[Item] = []
    with _asked_by(request) as asked:
        for model in our_models():
            declared = declaration_of(model)
            if isinstance(declared.pack, Pack) and declared.files:
                with _named(name_of(model)):
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
def _asked_by(request: RightsRequest) -> Iterator[Asked]:
    with _asked(person_of(request), is_their_own=_is_their_own(request)) as asked:
        yield asked


@contextmanager
def _asked(person: Person, *, is_their_own: bool) -> Iterator[Asked]:
    """In this block the record of `person` is read as they may have it, with their own name in full."""
    reader = OwnRequest(person) if is_their_own else None
    with names_in_full(frozenset(person.numbers).__contains__, alone=True):
        yield Asked(person, reader, Mentions(person, reader))


def _gather(asked: Asked) -> Gathered:
    items: list[Item] = []
    sources: list[Source] = []
    other_forms: list[OtherForm] = []
    for model in our_models():
        with _named(name_of(model)):
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
    asked: Asked, found_in: Callable[[Declaration, models.Model], Found], *, words: bool
) -> list[Found]:
    """What `found_in` makes of each row about the person, of every model that is shown in a pack."""
    found: list[Found] = []
    for model in our_models():
        with _named(name_of(model)):
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
        words=name_of(declared.model),
        section=pack.section,
        count=count,
    )


def _other_form(declared: Declaration, internal: Internal) -> OtherForm:
    told = "" if internal.told is None else internal.told.value
    return OtherForm(words=name_of(declared.model), because=internal.because, told=told)


def _rules(person: Person) -> Iterator[Rule]:
    """The rule of each service that the person has a case or a referral in."""
    services = Service.objects.filter(
        models.Q(cases__people=person) | models.Q(referrals__people=person)
    )
    for service in services.distinct().order_by("name"):
        yield Rule(service=service.name, rule=service.retention_rule.strip())
