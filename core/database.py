"""Two roles of PostgreSQL: the owner migrates, the application role runs.

A superuser or an owner passes every rule that a table keeps, so the pages never connect as one. The
application role may read and write rows, where a model says less (`app_rights`) only that, and can
never empty a table or change a trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import environ
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

ALL_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")

# Tables of other people's code that the application may only read.
READ_ONLY_TABLES = {
    # Django's own list of admin changes: our log is the only one, so nothing is ever written there.
    "django_admin_log": ("SELECT",),
    "django_migrations": ("SELECT",),
}


@contextmanager
def as_owner() -> Iterator[None]:
    """For a while, the default connection is the owner's. Only for set-up commands and tests."""
    if not settings.DATABASE_OWNER_URL:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL is not set: migrating needs the role that owns the tables."
        )
    owner = environ.Env.db_url_config(settings.DATABASE_OWNER_URL)
    before: dict[str, Any] = dict(connection.settings_dict)
    connection.close()
    cast("Any", connection).close_pool()
    connection.settings_dict.update(
        USER=owner["USER"],
        PASSWORD=owner["PASSWORD"],
        OPTIONS={name: value for name, value in before["OPTIONS"].items() if name != "pool"},
    )
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(
            USER=before["USER"], PASSWORD=before["PASSWORD"], OPTIONS=before["OPTIONS"]
        )


def grant_rights() -> None:
    """Give the application role exactly its rights on every table. Run as the owner."""
    app_role = connection.ops.quote_name(settings.DATABASE_APP_ROLE)
    exact = dict(READ_ONLY_TABLES)
    for model in apps.get_models():
        if hasattr(model, "app_rights"):
            exact[model._meta.db_table] = (*model.app_rights, *_right_to_follow_merges(model))
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {app_role}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {app_role}")
        cursor.execute(
            f"GRANT {', '.join(ALL_RIGHTS)} ON ALL TABLES IN SCHEMA public TO {app_role}"
        )
        cursor.execute(
            f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {app_role}"
        )
        existing = connection.introspection.table_names(cursor)
        for table, rights in exact.items():
            if table in existing:
                name = connection.ops.quote_name(table)
                cursor.execute(f"REVOKE ALL ON {name} FROM {app_role}")
                cursor.execute(f"GRANT {', '.join(rights)} ON {name} TO {app_role}")


def _right_to_follow_merges(model: type[models.Model]) -> tuple[str, ...]:
    """The right to change the columns that name a person, where a model may not change everything.

    When two records of one person become one, every row must follow (docs/adr/0013); the triggers of
    final tables let nothing else through.
    """
    rights = getattr(model, "app_rights", ALL_RIGHTS)
    person = apps.get_model(settings.PRIVACY_PERSON_MODEL)
    columns = [
        str(field.column)
        for field in model._meta.concrete_fields
        if field.remote_field and field.related_model is person
    ]
    if "UPDATE" in rights or not columns or not getattr(model, "follows_merges", True):
        return ()
    return (f"UPDATE ({', '.join(columns)})",)


def declared_triggers() -> dict[tuple[str, str], tuple[Any, type[models.Model]]]:
    """Every rule that a model declares, by table and name."""
    return {
        (model._meta.db_table, trigger.get_pgid(model)): (trigger, model)
        for model in apps.get_models()
        for trigger in getattr(model._meta, "triggers", ())
    }


def put_up_missing_triggers() -> list[str]:
    """Put up again each rule that a model declares and nobody finds on its table; says which. Run as the owner.

    Nothing while migrations wait: what they bring is not missing.
    """
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger")
        standing = set(cursor.fetchall())
    declared = declared_triggers()
    missing = sorted(declared.keys() - standing)
    for trigger, model in (declared[key] for key in missing):
        trigger.install(model)
    return [f"{name} on {table}" for table, name in missing]


def always_enable_triggers() -> None:
    """Turn our triggers to ENABLE ALWAYS, so that no session setting switches them off."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, quote_ident(tgname) FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled <> 'A' AND tgname LIKE 'pgtrigger\\_%%'",
            [],
        )
        for table, trigger in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def next_number(model: type[models.Model]) -> int:
    """The number that the next row of `model` will have, taken now.

    The log comes first: with it, the entry of a record's making names the record.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
        return int(cursor.fetchone()[0])


def next_numbers(model: type[models.Model], count: int) -> list[int]:
    """The numbers that the next `count` rows of `model` will have, taken now, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [int(number) for (number,) in cursor.fetchall()]
