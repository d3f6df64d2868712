"""Migrating takes long and gives the same each time: it is done once, and test databases are copies.

The copy's name is the hash of all migrations and of the versions of every package. `migrate` runs on the
copy as well, which then only grants rights and copies roles.

`python -m tests.migrated_template` keeps the database that `make check` has migrated, so that the tests which
come after it need not migrate again.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from core.database import as_owner
from tests.architecture.sources import ROOT

# Any number that nothing else locks while test databases are made.
LOCK = 7_400_002


def template_name() -> str:
    """The name of the migrated database for the migrations as they are now."""
    made_from = hashlib.sha256((ROOT / "requirements" / "dev.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        made_from.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"migrated_{made_from.hexdigest()[:20]}"


@contextmanager
def copied_to(name: str, *, renew: bool) -> Iterator[bool]:
    """Make the database `name` from the migrated one, if there is one and `renew` or none of that name;
    True if so. When the block ends the migrated one is made, from what the block has migrated.

    Several test processes at once migrate once: the others wait here.
    """
    template = template_name()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        there = _names(cursor)
        copied = template in there and (renew or name not in there)
        if copied:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield copied
        if template not in there and (renew or name not in there):
            _keep(cursor, name)


def keep_migrated() -> None:
    """Make the migrated database from the one that is connected to, if there is none yet. Not from one whose
    migrations were not all carried out: SystemExit.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise SystemExit("Migrations wait: this database is not kept for the tests.")
    with as_owner(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if template_name() not in _names(cursor):
            _keep(cursor, connection.settings_dict["NAME"])


def _keep(cursor, name: str) -> None:
    """Make the migrated database from `name`, in the place of those of other migrations."""
    connection.close()
    for old in _names(cursor):
        if old.startswith("migrated_"):
            cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{template_name()}" TEMPLATE "{name}"')


def _names(cursor) -> set[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return {name for (name,) in cursor.fetchall()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parenting2000.settings")
    django.setup()
    keep_migrated()


def end_sessions(cursor: Any, name: str) -> None:
    """End whatever a thread or a process of a test still holds open in the database `name`, before it is dropped.

    Nobody connects to it again: a pool opens another session for each that is ended. Not DROP ... WITH (FORCE),
    which may not end an autovacuum that has just begun there; without it the server does.
    """
    if name not in _names(cursor):
        return
    cursor.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )
