"""What was changed in somebody's record, when and by whom (UK GDPR Art 5(1)(d)), read from the log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Page, Paginator

from accounts.models import User
from audit.door import Shown, show
from audit.looks import Look
from audit.models import Entry
from audit.verbs import Action, Verb
from cases.models import (
    Address,
    Alert,
    CasePerson,
    ContactPoint,
    Person,
    PersonName,
    Relationship,
    SensitiveDetail,
)
from cases.permissions import can_see_confidential
from cases.queries.people import PersonRecord, gather
from cases.queries.purposes import for_task
from core.dates import iso_day, plain

PAGE_LENGTH = 30  # entries
KINDS = (
    Person,
    PersonName,
    Address,
    ContactPoint,
    SensitiveDetail,
    Relationship,
    CasePerson,
    Alert,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One detail, with what it said before and after; "" where it said nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One act on the record."""

    at: datetime
    by: str
    words: str
    differences: tuple[Difference, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of the changes of somebody's record, the latest first."""

    record: PersonRecord
    rows: Page


def open_changes(reference: str, *, look: Look, page: int | str = 1) -> Changes:
    """The changes in the record of the person with `reference`; that they were read is written too.

    Errors as `open_person`; NotNow for a role that sees basic details alone, since old values may be
    confidential. Values that were destroyed are gone from here as well.
    """
    found = gather(reference, look=look, may=may_read_changes)
    person = found.person
    entries = (
        Entry.objects.filter(
            people__contains=[person.pk], record__in=[k._meta.label for k in KINDS]
        )
        .exclude(action=Action.ACCESS)
        .select_related("personal")
        .order_by("-pk")
    )
    rows: Page = Paginator(entries, PAGE_LENGTH).get_page(page)
    rows.object_list = [_change(entry) for entry in rows]
    services = {case.service_id for case in found.cases}
    named = {person.pk} | found.alerts.people
    show(for_task(look, services), [Shown(Verb.CHANGES_READ, person, named)])
    return Changes(record=found, rows=rows)


def may_read_changes(user: User) -> bool:
    """Whoever reads casework: old values may be confidential."""
    return can_see_confidential(user)


def _change(entry: Entry) -> Change:
    values = getattr(entry, "personal", None)
    body: dict[str, Any] = values.body if values else {}
    return Change(
        at=entry.at,
        by=entry.by,
        words=entry.words,
        differences=tuple(_differences(entry.record, body)),
        reason=str(body.get("reason", "")),
    )


def _differences(label: str, body: dict[str, Any]) -> Iterator[Difference]:
    before, after = body.get("before", {}), body.get("after", {})
    if not isinstance(before, dict) or not isinstance(after, dict):
        return
    if "until" in body:
        after = {**after, "until": body["until"]}
    for name in [*before, *(name for name in after if name not in before)]:
        yield Difference(
            name=_name(label, name),
            before=_words(label, name, before.get(name)),
            after=_words(label, name, after.get(name)),
        )


def _name(label: str, name: str) -> str:
    field = _field(label, name)
    words = str(field.verbose_name) if field is not None else name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"


def _words(label: str, name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    field = _field(label, name)
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value) or _day(value) or value)


def _day(value: Any) -> str:
    """A day in words, where the value is one."""
    try:
        day: date = iso_day(str(value))
    except ValueError:
        return ""
    return plain(day)


def _field(label: str, name: str) -> Any:
    try:
        return apps.get_model(label)._meta.get_field(name)
    except FieldDoesNotExist:
        return None
