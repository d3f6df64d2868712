"""Statements as a shell or next year's code could send them, each in a transaction of its own."""

from typing import Any

from django.db import connection, models, transaction

from tests.factories.base import note


def run(sql: str, *params: Any) -> None:
    """Send one statement; the log holds an entry, so only the rule that is tested can refuse it."""
    with transaction.atomic(), connection.cursor() as cursor:
        note()
        cursor.execute(sql, params)


def change(record: models.Model, **values: Any) -> None:
    with transaction.atomic():
        note()
        type(record)._default_manager.filter(pk=record.pk).update(**values)


def delete(record: models.Model) -> None:
    with transaction.atomic():
        note()
        type(record)._default_manager.filter(pk=record.pk).delete()
