"""The ledger outside the database: keyed hashes of what was destroyed, so that no restore brings it back.

A line says nothing to whoever has not the key (setting ERASURE_KEY); with it, each record of a restored
database can be asked whether it was destroyed before. Only ever appended to.
"""

import hmac
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

HASH = re.compile(r"[0-9a-f]{64}")
# Of a record that was erased because somebody asked: table, hash, and where words stood if it stays.
ERASED = re.compile(
    r"([a-z]+\.[A-Za-z]+):([0-9a-f]{64}):((?:[a-z_]+=\d+\+\d+(?:,\d+\+\d+)*(?:;(?!$)|$))*)"
)

type Spans = dict[str, list[tuple[int, int]]]


def hash_of(record: Any) -> str:
    """The keyed hash of a record: its table, its number, and the moment it was written.

    A restored database gives its numbers again: the moment tells the new record from the destroyed one.
    """
    return hash_for(record._meta.label, record.pk, record.recorded_at)


def hash_for(table: str, number: int, written: datetime) -> str:
    """The same, of what a list of rows holds."""
    text = f"{table}/{number}/{written.isoformat()}"
    return _sign(text)


def append(lines: Iterable[str]) -> None:
    """Add lines and wait until they are on the disk; one that stands there already does no harm."""
    text = "".join(f"{line}\n" for line in lines)
    if not text:
        return
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and not path.read_bytes().endswith(b"\n"):
        # The line of a process that was killed in the middle of it.
        text = f"\n{text}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def read() -> set[str]:
    """Every hash in the ledger; a half-written last line of a process that was killed is none."""
    return {line for line in _lines() if HASH.fullmatch(line)}


def read_erased() -> dict[str, dict[str, Spans]]:
    """By table and hash, what was erased because somebody asked: whole, or the words in these places."""
    found: dict[str, dict[str, Spans]] = {}
    for line in _lines():
        if told := ERASED.fullmatch(line):
            table, hashed, places = told.groups()
            spans = found.setdefault(table, {}).setdefault(hashed, {})
            for place in filter(None, places.split(";")):
                column, _, where = place.partition("=")
                spans[column] = [
                    (int(start), int(length))
                    for start, _, length in (one.partition("+") for one in where.split(","))
                ]
    return found


def note_restore(*, era: int, seal: int, because: str) -> None:
    """Sign that a backup was restored, and why: nobody without the key can say that it was.

    The anchor of the log says which seals were lost with it; this line says that it was meant.
    """
    told = json.dumps({"era": era, "seal": seal, "because": because}, sort_keys=True)
    append([f"restored:{told}:{_sign(told)}"])


def restores() -> Iterator[str]:
    """Each restore that was signed with the key, in a sentence; forged ones are none."""
    for line in _lines():
        told, _, signed = line.removeprefix("restored:").rpartition(":")
        if line.startswith("restored:") and hmac.compare_digest(signed, _sign(told)):
            given = json.loads(told)
            yield f"{given['because']} The log goes on after seal {given['seal']}, in era {given['era']}."


def _sign(text: str) -> str:
    return hmac.new(settings.RETENTION["key"].encode(), text.encode(), "sha256").hexdigest()


def _lines() -> list[str]:
    path = _path()
    return path.read_text().splitlines() if path.is_file() else []


def _path() -> Path:
    return Path(settings.RETENTION["ledger"])
