"""Writing the log. Every verb calls `record` before it changes anything.

The entry and the change stand in one transaction: they stay together or go together. There is no
setting that turns this off.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction

from audit.actors import SYSTEM, Actor, because_of
from audit.looks import Look, Shown
from audit.models import Entry, EntryValue
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import LogUnavailable

# What all entries of one statement say alike, and what each says by itself.
ALIKE = {
    "by": "text",
    "by_id": "bigint",
    "by_roles": "text",
    "purpose": "text",
    "request": "uuid",
    "address": "inet",
    "because": "text",
}
EACH = {
    "action": "text",
    "verb": "text",
    "record": "text",
    "record_id": "bigint",
    "values_hash": "bytea",
}


def _quoted(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


INSERT = f"""
INSERT INTO "audit_entry" ({_quoted(ALIKE)}, {_quoted(EACH)}, "people")
SELECT {", ".join(f"%s::{kind}" for kind in ALIKE.values())}, {_quoted(EACH)}, "people"::bigint[]
FROM unnest({", ".join(f"%s::{kind}[]" for kind in EACH.values())}, %s::text[])
    WITH ORDINALITY AS given({_quoted(EACH)}, "people", "place")
ORDER BY "place"
"""  # the names above and nothing else
AND_WHAT_IT_BECAME = "RETURNING id, era, xid, at"

__all__ = ["SYSTEM", "entry_for", "hash_of", "insert", "insert_looks", "record"]


def record(
    verb: Verb,
    *,
    by: Actor,
    action: Action,
    record: models.Model | type[models.Model] | None = None,
    people: Iterable[Any] = (),
    purpose: Purpose = Purpose.SERVICE,
    values: Mapping[str, Any] | None = None,
    look: Look | None = None,
) -> Entry:
    """Write one entry for an act, and return it.

    `record` is what is acted upon (its model, if it does not exist yet); `people` are whom it is about;
    `values` are personal values worth keeping (before, after), which go to the side table and can be
    destroyed. Raises LogUnavailable if the entry cannot be written, and then nothing else may be done.
    """
    entry = entry_for(
        verb, by=by, action=action, record=record, people=people, purpose=purpose, look=look
    )
    return insert([entry], values=values)[0]


def entry_for(
    verb: Verb,
    *,
    by: Actor,
    action: Action,
    record: models.Model | type[models.Model] | None = None,
    people: Iterable[Any] = (),
    purpose: Purpose = Purpose.SERVICE,
    look: Look | None = None,
) -> Entry:
    """An entry that is not written yet."""
    return Entry(
        verb=verb.value,
        action=action.value,
        by=by.name_for_log,
        by_id=by.pk,
        by_roles=by.roles_for_log,
        record=record._meta.label if record is not None else "",
        record_id=number_of(record),
        people=sorted({_number(person) for person in people}),
        purpose=(look.purpose if look else purpose).value,
        request=look.request if look else None,
        address=look.address if look else None,
        because=because_of(by),
    )


def insert(entries: list[Entry], *, values: Mapping[str, Any] | None = None) -> list[Entry]:
    """Write `entries` in one statement, `values` beside the first; LogUnavailable if that fails."""
    alike = {_alike(entry) for entry in entries}
    if len(alike) != 1:
        raise ValueError("The entries of one statement are of one act: who, why, from where.")
    written = _write(alike.pop(), entries, values, told=True)
    for entry, made in zip(entries, written, strict=True):
        entry.pk, entry.era, entry.xid, entry.at = made
        entry._state.adding, entry._state.db = False, connection.alias
    return entries


def insert_looks(
    look: Look, shown: Sequence[Shown], *, values: Mapping[str, Any] | None = None
) -> None:
    """Write an entry for each of `shown`, as `insert` does, without making objects that nobody keeps."""
    first = entry_for(shown[0].verb, by=look.by, action=Action.ACCESS, look=look)
    lines = [
        Line(
            verb=item.verb.value,
            record=item.record._meta.label if item.record is not None else "",
            record_id=number_of(item.record),
            people=sorted({_number(person) for person in item.people}),
        )
        for item in shown
    ]
    _write(_alike(first), lines, values, told=False)


@dataclass(slots=True)
class Line:
    """One of several looks of a page: what it says by itself."""

    verb: str
    record: str
    record_id: int | None
    people: list[int]
    action: str = Action.ACCESS.value
    values_hash: bytes | None = None


def number_of(record: models.Model | type[models.Model] | None) -> int | None:
    """The number of the row that an entry is about; None for a whole table, or nothing."""
    return record.pk if isinstance(record, models.Model) else None


def _alike(entry: Entry) -> tuple[Any, ...]:
    return tuple(getattr(entry, name) for name in ALIKE)


def _write(
    alike: tuple[Any, ...],
    lines: Sequence[Entry | Line],
    values: Mapping[str, Any] | None,
    *,
    told: bool,
) -> list[tuple[Any, ...]]:
    """Write the lines and what lies beside the first of them; gives what the database makes of each, if it is
    to be `told`.

    What differs goes as a list column by column, which costs a page of many rows a fraction of what a row at
    a time does.
    """
    body, salt = {}, b""
    if values:
        body = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
        salt = secrets.token_bytes(16)
        lines[0].values_hash = hash_of(salt, body)
    lists: list[Any] = [[getattr(line, name) for line in lines] for name in EACH]
    # A list of lists would have to be as long in each.
    lists.append(["{" + ",".join(map(str, line.people)) + "}" for line in lines])
    try:
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            asked = told or bool(values)
            cursor.execute(INSERT + AND_WHAT_IT_BECAME if asked else INSERT, [*alike, *lists])
            made = cursor.fetchall() if asked else []
            if values:
                about = sorted({number for line in lines for number in line.people})
                EntryValue.objects.create(entry_id=made[0][0], people=about, salt=salt, body=body)
    except DatabaseError as error:
        raise LogUnavailable("The log could not be written.") from error
    return made


def hash_of(salt: bytes, body: Mapping[str, Any]) -> bytes:
    """SHA-256 over the salt and the values in a fixed order of keys: 32 bytes."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + text.encode()).digest()


def _number(person: Any) -> int:
    return person if isinstance(person, int) else person.pk
