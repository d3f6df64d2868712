"""The ledger outside the database: keyed hashes of what was destroyed, so that no restore brings it back.

A line says nothing to whoever has not the key (setting ERASURE_KEY); with it, each record of a restored
database can be asked whether it was destroyed before. Only ever appended to.
"""

import hmac
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings


def hash_of(record: Any) -> str:
    """The keyed hash of a record: its table, its number, and the moment it was written.

    A restored database gives its numbers again: the moment tells the new record from the destroyed one.
    """
    return hash_for(record._meta.label, record.pk, record.recorded_at)


def hash_for(table: str, number: int, written: datetime) -> str:
    """The same, of what a list of rows holds."""
    text = f"{table}/{number}/{written.isoformat()}"
    return hmac.new(settings.RETENTION["key"].encode(), text.encode(), "sha256").hexdigest()


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
    path = _path()
    if not path.is_file():
        return set()
    return {line for line in path.read_text().splitlines() if len(line) == 64}


def _path() -> Path:
    return Path(settings.RETENTION["ledger"])
