"""After a backup was restored: whoever had been destroyed since goes again, before anything is served.

A restored database knows nothing of what was destroyed after the backup was made; the ledger outside does
(features.md N25). What is in it was approved by two people then, so nobody is asked again.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError

from retention import ledger
from retention.holding import Record
from retention.proposing import PROPOSED

CHUNK = 2000


def destroyed_before() -> Iterator[Record]:
    """The records of this database that the ledger says were destroyed, cases before people."""
    gone = ledger.read()
    if not gone:
        return
    for table in PROPOSED:
        rows = apps.get_model(table)._base_manager.order_by("pk")
        for number, written in rows.values_list("pk", "recorded_at").iterator(chunk_size=CHUNK):
            if ledger.hash_for(table, number, written) in gone:
                yield table, number


def sentence() -> str:
    """Why nothing may be served yet; "" where nothing that was destroyed is here again."""
    try:
        found = next(destroyed_before(), None)
    except DatabaseError:
        # Not migrated yet, or away: other checks say so.
        return ""
    if found is None:
        return ""
    return (
        "Records that were destroyed are in this database again, as after a backup was restored. Run "
        "`manage.py retention_replay` before anything is served."
    )
