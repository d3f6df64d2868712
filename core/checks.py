"""Stops the build and the start when the database is not what was declared."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.utils.module_loading import import_string

from core.privacy import Table, our_models, problems_of


def declarations_are_complete(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Every model of ours says what it holds about whom (features.md N26)."""
    return [
        Error(problem, obj=model, id="privacy.E001")
        for model in our_models()
        for problem in problems_of(model)
    ]


def every_table_is_declared(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """All tables that are really in the database are declared, column by column.

    Asks PostgreSQL, not Django: a table made by hand, by a library's next version or by a forgotten
    migration is found too.
    """
    errors: list[CheckMessage] = []
    for alias in databases or ():
        declared = _declared_columns()
        for table, column in _columns_in(alias):
            if table not in declared:
                errors.append(
                    Error(
                        f"The table {table} is in the database and declared nowhere. Give its model "
                        "a Privacy, or put it into parenting2000/tables.py.",
                        id="privacy.E002",
                    )
                )
                declared[table] = None
            elif declared[table] is not None and column not in (declared[table] or ()):
                errors.append(
                    Error(
                        f"The column {table}.{column} is in the database and not declared.",
                        id="privacy.E003",
                    )
                )
    return errors


def _declared_columns() -> dict[str, frozenset[str] | None]:
    others: dict[str, Table] = import_string(settings.PRIVACY_OTHER_TABLES)
    declared: dict[str, frozenset[str] | None] = {t: other.columns for t, other in others.items()}
    for model in apps.get_models(include_auto_created=True):
        privacy = model.__dict__.get("Privacy")
        maker: Any = model._meta.auto_created
        if privacy is not None or (isinstance(maker, type) and "Privacy" in maker.__dict__):
            # A many-to-many table holds only the keys of a field that its model declares.
            declared[model._meta.db_table] = frozenset(
                str(f.column) for f in model._meta.concrete_fields
            )
    return declared


def _columns_in(alias: str) -> list[tuple[str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relkind IN ('r', 'p', 'm', 'f')"
            " AND c.relnamespace NOT IN ('pg_catalog'::regnamespace,"
            " 'information_schema'::regnamespace)"
            " AND c.relnamespace::regnamespace::text NOT LIKE 'pg_t%%'"
            " ORDER BY 1, a.attnum",
            [],
        )
        return cursor.fetchall()
