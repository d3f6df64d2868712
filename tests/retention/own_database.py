"""A database of a test's own beside the others: for restores, killed processes and several connections at once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from core.database import as_owner
from tests.migrated_template import copied_to, end_sessions


@contextmanager
def own_database(name: str) -> Iterator[Callable[[], Any]]:
    """A migrated database of the test's own, and `empty`, which puts an empty one in its place."""
    before = connection.settings_dict["NAME"]
    beside = connection.settings_dict["TEST"]["NAME"]

    def go_to(database: str) -> None:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = database

    def drop(*, renew: bool) -> None:
        go_to(before)
        with as_owner(), connection._nodb_cursor() as cursor:
            end_sessions(cursor, name)
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
            if renew:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')

    connection.settings_dict["TEST"]["NAME"] = name
    try:
        with as_owner(), copied_to(name, renew=True) as copied:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=copied)
        go_to(name)
        yield lambda: (drop(renew=True), go_to(name))
    finally:
        connection.settings_dict["TEST"]["NAME"] = beside
        drop(renew=False)
