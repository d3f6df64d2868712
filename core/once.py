"""One form makes one thing, also when it is sent twice in the same moment."""

from uuid import UUID

from django.db import connection

BIGINT = 2**63 - 1


def one_at_a_time(token: UUID) -> None:
    """Wait until whoever sent the same form a moment before is done; then their rows are there to be found.

    To be called in a transaction, before it is looked whether the form made something already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [token.int & BIGINT])
