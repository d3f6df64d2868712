"""The anchor: seals kept outside the database, so that a history sealed anew is found out.

A file of one JSON object a line, only ever appended to, which belongs on another mount (setting
AUDIT_ANCHOR). Each seal stands in it with its hash and the first and last entry it covers; each era with
why it began and which seals the database had when it did.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from audit.chain import split
from audit.models import Era, Seal

# Bytes at the end of the file that surely hold the last seal.
TAIL = 65_536


@dataclass(frozen=True, slots=True)
class Anchored:
    """A seal as the anchor knows it."""

    seal: int
    era: int
    from_xid: int
    to_xid: int
    count: int
    first_entry: int | None
    last_entry: int | None
    hash: str
    made: str

    @classmethod
    def of(cls, seal: Seal) -> "Anchored":
        numbers = [number for number, _ in split(bytes(seal.leaves))]
        return cls(
            seal=seal.number,
            era=seal.era,
            from_xid=seal.from_xid,
            to_xid=seal.to_xid,
            count=seal.count,
            first_entry=min(numbers, default=None),
            last_entry=max(numbers, default=None),
            hash=bytes(seal.hash).hex(),
            made=seal.made.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class DeclaredGap:
    """That a restore began an era, and which seals the log it brought lacks: those between the two."""

    new_era: int
    after_seal: int
    first_seal: int
    because: str
    declared: str


type Line = Anchored | DeclaredGap


def catch_up() -> int:
    """Append every seal that came after the last one in the anchor; how many.

    Those too of a run that was killed between sealing and this.
    """
    newest = last()
    lacking = Seal.objects.filter(number__gt=newest.seal if newest else 0).order_by("number")
    lines = [Anchored.of(seal) for seal in lacking.iterator(chunk_size=100)]
    _append(lines)
    return len(lines)


def declare(era: Era, *, after_seal: int) -> None:
    """Write that `era` began, and that the database ended with seal `after_seal` when it did."""
    _append(
        [
            DeclaredGap(
                new_era=era.number,
                after_seal=after_seal,
                first_seal=era.first_seal,
                because=era.because,
                declared=era.began.isoformat(),
            )
        ]
    )


def read(path: Path | None = None) -> Iterator[Line]:
    """The lines of the anchor in order; nothing if there is none yet.

    Raises ValueError, naming the line, for one that is not readable: somebody's hand was in the file.
    """
    path = path or Path(settings.AUDIT_ANCHOR)
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                given: dict[str, Any] = json.loads(text)
                yield DeclaredGap(**given) if "new_era" in given else Anchored(**given)
            except (ValueError, TypeError) as error:
                raise ValueError(f"Line {number} of {path} is not a seal.") from error


def last() -> Anchored | None:
    """The last seal in the anchor, from its end: the file grows for years."""
    path = Path(settings.AUDIT_ANCHOR)
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        ends = file.read().decode(errors="replace").splitlines()
    seals = (json.loads(text) for text in reversed(ends) if '"seal"' in text)
    return next((Anchored(**given) for given in seals), None)


def _append(lines: list[Any]) -> None:
    if not lines:
        return
    path = Path(settings.AUDIT_ANCHOR)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{json.dumps(asdict(line))}\n" for line in lines)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
