"""The tests' environment and database, given before Django reads its settings.

Loaded by pyproject.toml as a plug-in (`-p tests.private_database`), which is earlier than any conftest.
With DATABASE_URL set (and DATABASE_OWNER_URL beside it) that server is used; else the private one of
core/local_postgres, started for the run and stopped after it unless somebody else is using it.
"""

import os

import pytest
from django.db import connections

from core import local_postgres

OURS = "DATABASE_URL" not in os.environ
if OURS:
    os.environ.update(local_postgres.environment("test"))
# Plain http and an invented-data banner, as in the demo: the browser tests have no certificate.
os.environ.setdefault("DEMO", "1")
# Visits are noted from beside the request: tests that are about them say so.
os.environ.setdefault("VISITS_KEPT_MONTHS", "0")
os.environ.setdefault("SECRET_KEY", "for tests only, where nothing is worth protecting: 0123456789")

_started = False


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    global _started  # noqa: PLW0603  # pytest keeps plug-ins as modules
    if OURS and not hasattr(session.config, "workerinput"):
        try:
            _started = local_postgres.start("test")
        except local_postgres.CannotStart as error:
            pytest.exit(str(error), returncode=1)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _started:
        return
    # Our own connections, kept open from test to test, are nobody else's use of it.
    for connection in connections.all(initialized_only=True):
        connection.close()
        connection.close_pool()
    if not local_postgres.cluster("test").is_busy():
        local_postgres.stop("test")
