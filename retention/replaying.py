"""After a backup was restored: whoever had been destroyed since goes again, before anything is served.

A restored database knows nothing of what was destroyed after the backup was made; the ledger outside does
(features.md N25). What is in it was approved by two people then, so nobody is asked again.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError

from core.errors import Refused
from retention import ledger, protections
from retention.destroying.rows import TAKEN_OUT
from retention.erasing import Passages, at
from retention.holding import Record
from retention.kinds import DESTROYED

CHUNK = 2000


def destroyed_before() -> Iterator[Record]:
    """The records of this database that the ledger says were destroyed, cases before people."""
    gone = ledger.read()
    if not gone:
        return
    for table in DESTROYED:
        for number, hashed in _hashed(table):
            if hashed in gone:
                yield table, number


def erased_before() -> Iterator[Record]:
    """The records of this database that were erased because somebody asked, by the ledger."""
    for table, erased in ledger.read_erased().items():
        whole = {hashed for hashed, spans in erased.items() if not spans}
        if whole:
            yield from ((table, number) for number, hashed in _hashed(table) if hashed in whole)


def words_erased_before() -> Iterator[Passages]:
    """The rows of this database in which words stand again that somebody asked to be erased."""
    for table, erased in ledger.read_erased().items():
        some = {hashed: spans for hashed, spans in erased.items() if spans}
        if not some:
            continue
        model: Any = apps.get_model(table)
        for number, hashed in _hashed(table):
            if hashed in some:
                row = model._base_manager.get(pk=number)
                again = {
                    column: spans
                    for column, spans in some[hashed].items()
                    if TAKEN_OUT not in str(getattr(row, column))
                }
                if again:
                    yield at(row, again)


def _hashed(table: str) -> Iterator[tuple[int, str]]:
    rows = apps.get_model(table)._base_manager.order_by("pk")
    for number, written in rows.values_list("pk", "recorded_at").iterator(chunk_size=CHUNK):
        yield number, ledger.hash_for(table, number, written)


def is_back() -> bool:
    """Whether anything that was destroyed or erased is here again."""
    return any(
        next(iter(found), None) is not None
        for found in (destroyed_before(), erased_before(), words_erased_before())
    )


def sentences() -> Iterator[str]:
    """Why nothing may be served yet; none where nothing destroyed is here again and nothing protects less."""
    run = "Run `manage.py retention_replay` before anything is served."
    try:
        back, unprotected = is_back(), protections.is_missing_any()
    except DatabaseError:
        # Not migrated yet, or away: other checks say so.
        return
    except Refused as refusal:
        yield str(refusal)
        return
    if back:
        yield (
            "Records that were destroyed are in this database again, as after a backup was restored. "
            f"{run}"
        )
    if unprotected:
        yield (
            "Something that protects people (a withdrawn consent, a restriction, a seal, a safe address, a "
            f"marker, a hold, a suspension) is missing, as after a backup was restored. {run}"
        )
