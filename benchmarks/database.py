"""A database of its own for what is measured on one, gone afterwards; the roles are the real two."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from core import local_postgres

SECRET = "for measuring only, where nothing is worth protecting: 0123456789"  # noqa: S105 no secret


@contextmanager
def a_database() -> Iterator[None]:
    """Django on an empty, migrated database of the private server."""
    with local_postgres.running("test") as private:
        os.environ.update(private)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parenting2000.settings")
        os.environ.setdefault("SECRET_KEY", SECRET)
        os.environ.setdefault("DEMO", "1")

        import django

        django.setup()

        from django.db import connection
        from django.test.utils import setup_test_environment

        from core.database import as_owner
        from tests.migrated_template import copied_to

        setup_test_environment()
        before, name = connection.settings_dict["NAME"], f"bench_{os.getpid()}"
        connection.settings_dict["TEST"]["NAME"] = name
        with as_owner(), copied_to(name, renew=True) as copied:
            connection.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=copied)
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # of PostgreSQL alone
            with as_owner():
                connection.creation.destroy_test_db(before, verbosity=0)
