"""Factories write rows directly; the database wants an entry in the log first, so they leave one."""

from collections.abc import Callable
from typing import Any

import factory
from django.db import connection, models, transaction

PREPARED = "test.prepared"


def note() -> None:
    """An entry of this transaction that the rows of a test rest on; at most one a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (action, verb, by, by_roles, record, people, purpose)"
            " SELECT 'create', %s, 'a test', '', '', '{}', 'service'"
            " WHERE NOT EXISTS (SELECT 1 FROM audit_entry WHERE xid = pg_current_xact_id())",
            [PREPARED],
        )


def noted[**P, Made](change: Callable[P, Made], *args: P.args, **kwargs: P.kwargs) -> Made:
    """Make a change of guarded tables that is no verb, in a transaction with its entry."""
    with transaction.atomic():
        note()
        return change(*args, **kwargs)


class Recorded(factory.django.DjangoModelFactory):
    """A row of a guarded table."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: type[models.Model], *args: Any, **kwargs: Any) -> Any:
        return noted(super()._create, model_class, *args, **kwargs)


def change(row: models.Model, **changes: Any) -> None:
    """Put a row into the state that a test needs."""
    noted(type(row)._base_manager.filter(pk=row.pk).update, **changes)
    row.refresh_from_db()
