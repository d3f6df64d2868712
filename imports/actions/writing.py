"""Writing a checked file into the record: everything in one transaction, one entry for each record made.

A worker that is killed in the middle leaves nothing behind, and the next one begins again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.log import entry_for, insert, record
from audit.models import Entry
from audit.verbs import Action, Verb
from cases.models import (
    Address,
    BirthCertainty,
    Case,
    CaseNote,
    CasePerson,
    CaseRole,
    Contact,
    ContactPerson,
    ContactPoint,
    NotePerson,
    Person,
    PersonName,
)
from cases.normal import normal_contact
from cases.workflow import CaseStatus
from core import workflow
from core.database import next_numbers
from core.errors import Refused
from imports.actions.files import WHY
from imports.kinds import Kind
from imports.models import Import, Imported
from imports.workflow import IMPORT_MOVES, ImportMove, Status

BATCH = 1000  # rows of one statement
NOON = time(12)


@dataclass(slots=True)
class ToWrite:
    """One row with its values, read anew from the file, and how it was answered."""

    number: int
    values: dict[str, Any]
    existing: Person | None
    people: list[Person] = field(default_factory=list)
    case: Case | None = None


@dataclass(slots=True)
class Made:
    """What is to be written, in the order in which tables rest on each other."""

    entries: list[Entry] = field(default_factory=list)
    records: list[tuple[int, models.Model]] = field(default_factory=list)
    linked: list[Imported] = field(default_factory=list)


@transaction.atomic
def write(*, batch: Import, rows: Iterable[ToWrite], by: User) -> Import:
    """Bring in all rows, or none. Written by whoever started it, now: the file says when things happened.

    Refused where somebody is not there any more; then nothing is written and the file waits again.
    """
    now = Import.objects.select_for_update().get(pk=batch.pk)
    if now.status != Status.WRITING:
        raise Refused(f"{batch} is “{now.get_status_display()}” now.")
    at = timezone.now()
    made = WRITERS[Kind(batch.kind)](batch, list(rows), at, by)
    record(Verb.IMPORT_WRITTEN, by=by, action=Action.CREATE, record=batch, purpose=WHY)
    last = insert(made.entries)[-1].pk if made.entries else None
    for model in _in_order(made):
        model._base_manager.bulk_create(
            [one for _, one in made.records if type(one) is model], batch_size=BATCH
        )
    Imported.objects.bulk_create(
        [
            *made.linked,
            *(
                Imported(batch=batch, row=row, table=one._meta.label, record=one.pk,
                         old_number=getattr(one, "old_number", ""))
                for row, one in made.records
            ),
        ],
        batch_size=BATCH,
    )  # fmt: skip
    workflow.make(
        batch,
        IMPORT_MOVES[ImportMove.FINISH],
        finished=at,
        failure="",
        last_entry=last or Entry.objects.order_by("-pk").values_list("pk", flat=True)[0],
    )
    return batch


@transaction.atomic
def give_up(*, batch: Import, sentence: str, by: Actor) -> None:
    """Nothing was written, for the reason in `sentence`; the file waits to be looked at again."""
    record(Verb.IMPORT_FAILED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.GIVE_UP], failure=sentence)


def _people(batch: Import, rows: list[ToWrite], at: datetime, by: User) -> Made:
    made = Made()
    fresh = [row for row in rows if row.existing is None]
    numbers = dict(
        zip((row.number for row in fresh), next_numbers(Person, len(fresh)), strict=True)
    )
    facts: list[tuple[int, models.Model]] = []
    for row in rows:
        values = row.values
        if row.existing is not None:
            made.linked.append(
                Imported(batch=batch, row=row.number, table=Person._meta.label, record=row.existing.pk,
                         was_made=False, old_number=values.get("number", ""))
            )  # fmt: skip
            continue
        person = Person(pk=numbers[row.number], recorded_at=at, recorded_by=by, **_basics(values))
        person.old_number = values.get("number", "")  # type: ignore[attr-defined]
        made.records.append((row.number, person))
        made.entries.append(
            entry_for(
                Verb.PERSON_ADDED,
                by=by,
                action=Action.CREATE,
                record=person,
                people=[person],
                purpose=WHY,
            )
        )
        facts += [(row.number, fact) for fact in _facts(person, values, at, by)]
    _number(facts)
    made.records += facts
    return made


def _basics(values: dict[str, Any]) -> dict[str, Any]:
    born = values.get("date_of_birth")
    certainty = BirthCertainty.NOT_KNOWN
    if born:
        estimated = values.get("birth_estimated", False)
        certainty = BirthCertainty.ESTIMATED if estimated else BirthCertainty.KNOWN
    words = (
        "given_names",
        "family_name",
        "preferred_name",
        "pronouns",
        "first_language",
        "communication_needs",
    )
    return {
        **{name: values.get(name, "") for name in words},
        "date_of_birth": born,
        "birth_certainty": certainty,
        "needs_interpreter": values.get("needs_interpreter", False),
    }


def _facts(person: Person, values: dict[str, Any], at: datetime, by: User) -> list[models.Model]:
    common: dict[str, Any] = {"person": person, "recorded_at": at, "recorded_by": by}
    found: list[models.Model] = []
    if name := values.get("former_name"):
        found.append(PersonName(kind=PersonName.Kind.FORMER, name=name, **common))
    if lines := values.get("address"):
        postcode = values.get("postcode", "")
        found.append(Address(lines=lines, postcode=postcode, **common))
    safe = values.get("safe_for_messages", False)
    if phone := values.get("phone"):
        sought = normal_contact(phone)
        mobile = sought.startswith("+447")
        kind = ContactPoint.Kind.MOBILE if mobile else ContactPoint.Kind.PHONE
        found.append(
            ContactPoint(
                kind=kind, value=phone, value_sought=sought, safe_for_messages=safe, **common
            )
        )
    if email := values.get("email"):
        found.append(
            ContactPoint(
                kind=ContactPoint.Kind.EMAIL,
                value=email,
                value_sought=normal_contact(email),
                **common,
            )
        )
    return found


def _cases(batch: Import, rows: list[ToWrite], at: datetime, by: User) -> Made:
    made = Made()
    links: list[tuple[int, models.Model]] = []
    for row, number in zip(rows, next_numbers(Case, len(rows)), strict=True):
        values = row.values
        case = Case(
            pk=number,
            service=batch.service,
            opened_on=values["opened_on"],
            summary=values.get("summary", ""),
            recorded_at=at,
            recorded_by=by,
        )
        if closed_on := values.get("closed_on"):
            case.status = CaseStatus.CLOSED
            case.closed_at, case.closed_by = _moment(closed_on, None, at), by
            case.closing_summary = values.get("closing_summary", "")
        case.old_number = values.get("number", "")  # type: ignore[attr-defined]
        made.records.append((row.number, case))
        made.entries.append(
            entry_for(
                Verb.CASE_OPENED,
                by=by,
                action=Action.CREATE,
                record=case,
                people=row.people,
                purpose=WHY,
            )
        )
        role = values.get("role", CaseRole.CLIENT)
        links += [
            (
                row.number,
                CasePerson(case=case, person=person, role=role, recorded_at=at, recorded_by=by),
            )
            for person in dict.fromkeys(row.people)
        ]
    _number(links)
    made.records += links
    return made


def _contact(values: dict[str, Any]) -> dict[str, Any]:
    texts = {name: values.get(name, "") for name in ("place", "next_step")}
    return {
        "kind": values["contact_kind"],
        "outcome": values.get("outcome", Contact.Outcome.ATTENDED),
        "minutes": values.get("minutes"),
        "summary": _with_origin(values.get("summary", ""), values),
        **texts,
    }


def _note(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": values.get("note_kind", CaseNote.Kind.OBSERVATION),
        "body": _with_origin(values["body"], values),
    }


def _with_origin(text: str, values: dict[str, Any]) -> str:
    """The words with where they came from: whoever brings a file in has not seen it themselves."""
    author = values.get("author")
    by = f", where {author} wrote it" if author else ""
    return f"{text}\n\n(Brought in from an earlier file{by}.)".strip()


@dataclass(frozen=True, slots=True)
class EntryKind:
    """What makes contacts and notes different to write."""

    model: type[models.Model]
    link: type[models.Model]
    noun: str
    verb: Verb
    words: Callable[[dict[str, Any]], dict[str, Any]]


CONTACT = EntryKind(Contact, ContactPerson, "contact", Verb.CONTACT_RECORDED, _contact)
NOTE = EntryKind(CaseNote, NotePerson, "note", Verb.NOTE_WRITTEN, _note)


def _entries(kind: EntryKind, batch: Import, rows: list[ToWrite], at: datetime, by: User) -> Made:
    made = Made()
    links: list[tuple[int, models.Model]] = []
    for row, number in zip(rows, next_numbers(kind.model, len(rows)), strict=True):
        one = kind.model(
            pk=number,
            case=row.case,
            happened_at=_moment(row.values["day"], row.values.get("time"), at),
            recorded_at=at,
            recorded_by=by,
            **kind.words(row.values),
        )
        made.records.append((row.number, one))
        made.entries.append(
            entry_for(
                kind.verb, by=by, action=Action.CREATE, record=one, people=row.people, purpose=WHY
            )
        )
        links += [
            (row.number, kind.link(**{kind.noun: one, "person": person}))
            for person in dict.fromkeys(row.people)
        ]
    _number(links)
    made.records += links
    return made


def _moment(day: date, at_time: time | None, now: datetime) -> datetime:
    """When it happened; where no time is given noon, or the beginning of a day that is not over."""
    moment = timezone.make_aware(datetime.combine(day, at_time or NOON))
    if moment > now:
        moment = timezone.make_aware(datetime.combine(day, time()))
    return moment


def _number(records: list[tuple[int, models.Model]]) -> None:
    """Give rows of each table their numbers now, so that what was made is known."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for _, one in records:
        by_model.setdefault(type(one), []).append(one)
    for model, group in by_model.items():
        for one, number in zip(group, next_numbers(model, len(group)), strict=True):
            one.pk = number


def _in_order(made: Made) -> list[type[models.Model]]:
    return list(dict.fromkeys(type(one) for _, one in made.records))


WRITERS: dict[Kind, Callable[..., Made]] = {
    Kind.PEOPLE: _people,
    Kind.CASES: _cases,
    Kind.CONTACTS: partial(_entries, CONTACT),
    Kind.NOTES: partial(_entries, NOTE),
}
