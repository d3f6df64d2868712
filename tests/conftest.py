"""What every test gets: a real PostgreSQL and its two roles.

The owner makes and migrates the test database; the tests run as the application role, so that a rule
which holds here holds in production.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.template import engines
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.role_groups import copy_roles_to_groups
from audit.eras import open_first_era
from audit.models import Entry
from core.database import as_owner
from tests import smtp as mail_server
from tests.factories.base import PREPARED
from tests.migrated_template import copied_to, end_sessions
from tests.unknown_variables import Unknown

# Playwright keeps an event loop in the test's thread; Django's own code there is synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
    django_db_keepdb: bool,
    django_db_createdb: bool,
) -> Iterator[None]:
    keep = django_db_keepdb and not django_db_createdb
    before = connection.settings_dict["NAME"]
    name = connection.creation._get_test_db_name()
    with django_db_blocker.unblock(), as_owner(), copied_to(name, renew=not keep) as copied:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep or copied)
    with django_db_blocker.unblock():
        # Whoever tried too often in the run before may try again.
        cache.clear()
    yield
    if not keep:
        with django_db_blocker.unblock(), as_owner():
            with connection._nodb_cursor() as cursor:
                end_sessions(cursor, name)
            connection.creation.destroy_test_db(before, verbosity=0)


_teardown = TransactionTestCase._fixture_teardown


def _empty_as_owner(self: TransactionTestCase) -> None:
    """After a test with real transactions the owner empties the tables: nobody else may."""
    with as_owner():
        _teardown(self)
        with connection.cursor() as cursor:
            # Unmanaged, so Django's flush leaves them.
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers CASCADE")
        copy_roles_to_groups()
        open_first_era()


TransactionTestCase._fixture_teardown = _empty_as_owner

_look_through = WhiteNoiseMiddleware.add_files_from_finders
_static_files: dict[str, Any] = {}


def _look_through_once(self: WhiteNoiseMiddleware) -> None:
    """Every client of a test loads the middleware anew, and there are more than ten thousand: a fiftieth of
    a second each for files that do not change while tests run.
    """
    if not _static_files:
        _look_through(self)
        _static_files.update(self.files)
    self.files.update(_static_files)


WhiteNoiseMiddleware.add_files_from_finders = _look_through_once


@contextmanager
def entries_since() -> Iterator[list[Entry]]:
    """The entries that the block leaves in the log, in order; filled when the block ends."""
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    left: list[Entry] = []
    yield left
    left += Entry.objects.filter(pk__gt=before).exclude(verb=PREPARED).order_by("pk")


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Files that a test keeps go with the test, and it is compared with nobody else's anchor."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AUDIT_ANCHOR = tmp_path / "anchor" / "seals.jsonl"
    settings.RETENTION = {**settings.RETENTION, "ledger": tmp_path / "anchor" / "erased.txt"}


@pytest.fixture
def log_broken(db: None, django_db_blocker: Any) -> Iterator[None]:
    """While the test runs the application role may not write into the log.

    Factories need the log too: make records first, through `request.getfixturevalue("log_broken")` or
    by letting this fixture come last.
    """
    with _owner_connection() as cursor:
        cursor.execute(f"REVOKE INSERT ON audit_entry FROM {settings.DATABASE_APP_ROLE}")
    yield
    with _owner_connection() as cursor:
        cursor.execute(f"GRANT INSERT ON audit_entry TO {settings.DATABASE_APP_ROLE}")


@contextmanager
def _owner_connection() -> Iterator[psycopg.Cursor]:
    """A connection of the owner beside the test's own, committing at once."""
    owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
    with (
        psycopg.connect(
            host=owner["HOST"] or None,
            port=owner["PORT"] or None,
            user=owner["USER"],
            password=owner["PASSWORD"] or None,
            dbname=connection.settings_dict["NAME"],
            autocommit=True,
        ) as conn,
        conn.cursor() as cursor,
    ):
        yield cursor


@pytest.fixture
def smtp(settings: Any) -> Iterator[mail_server.Inbox]:
    """A real SMTP server that keeps what it receives; Django sends to it while the test runs."""
    with mail_server.running() as inbox:
        settings.MAILERS = inbox.mailers
        yield inbox


@pytest.fixture(autouse=True, scope="session")
def _unknown_variables_fail() -> None:
    for engine in engines.all():
        engine.engine.string_if_invalid = Unknown("%s")
