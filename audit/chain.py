"""How entries are hashed and seals chained: plain data in, bytes out (features.md N6).

Everything an entry says goes into its leaf, the hash of its personal values included; the values and
their salt do not, so that they can be destroyed and the chain stays whole.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

# The columns that a leaf covers, in the order in which it does. A new column is added at the end, empty in
# older entries, and an empty last column is left out of the leaf: so older leaves still fit.
COVERED = (
    "id",
    "era",
    "xid",
    "at",
    "action",
    "verb",
    "by",
    "by_id",
    "by_roles",
    "record",
    "record_id",
    "people",
    "purpose",
    "request",
    "address",
    "values_hash",
    "because",
)

NUMBER_LENGTH = 8  # bytes
LEAF_LENGTH = NUMBER_LENGTH + 32  # bytes: the entry's number, then SHA-256

# What the first seal of all is chained to.
BEGINNING = bytes(32)


def leaf(row: tuple[Any, ...]) -> bytes:
    """The leaf of one entry: `row` holds its columns in the order of COVERED."""
    said = row[:-1] if row[-1] == "" else row
    text = json.dumps([_plain(value) for value in said], ensure_ascii=False, separators=(",", ":"))
    return int(row[0]).to_bytes(NUMBER_LENGTH) + hashlib.sha256(text.encode()).digest()


def seal_hash(
    previous: bytes, *, number: int, era: int, from_xid: int, to_xid: int, leaves: bytes
) -> bytes:
    """The hash of a seal: over the seal before, the stretch it covers and every leaf in it."""
    head = f"{number}:{era}:{from_xid}:{to_xid}:{len(leaves) // LEAF_LENGTH}:"
    return hashlib.sha256(previous + head.encode() + leaves).digest()


def split(leaves: bytes) -> Iterator[tuple[int, bytes]]:
    """The number of each entry and its leaf, in order."""
    for start in range(0, len(leaves), LEAF_LENGTH):
        one = leaves[start : start + LEAF_LENGTH]
        yield int.from_bytes(one[:NUMBER_LENGTH]), one


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
