"""The rule of the database that nothing restricted is changed, put up from the declarations.

`manage.py migrate` runs `put_up` (settings `AFTER_MIGRATE`): every table of ours that names a person, a
case or an entry gets the guard, also a table of next year, save where its `Privacy.stays` says why its
rows are written all the same. `cases.checks` looks whether each stands.
"""

from collections.abc import Iterator

from django.db import connection

from cases.models import Case, CaseNote, Contact, Decision, Document, Person
from core.privacy import declarations

GUARD = "pgtrigger_restricted"
KINDS = {
    Person: "person",
    Case: "case",
    CaseNote: "note",
    Contact: "contact",
    Decision: "decision",
    Document: "document",
}


def guarded() -> Iterator[tuple[str, list[str]]]:
    """Each table with a guard, and its columns that name somebody or something: "person_id:person"."""
    for declared in declarations():
        model = declared.model
        named = [
            f"{field.column}:{KINDS[field.related_model]}"
            for field in model._meta.concrete_fields
            if field.remote_field and field.related_model in KINDS
        ]
        if model in KINDS:
            named.insert(0, f"{model._meta.pk.column}:{KINDS[model]}")
        if named and declared.is_about_people and not declared.stays:
            yield model._meta.db_table, named


def put_up() -> None:
    """Put the guard on every table that needs it, and take it from those that do not. As the owner."""
    wanted = dict(guarded())
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regproc('public.cases_guard_restricted') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TRIGGER IF EXISTS {GUARD} ON {quote(table)}")
            if table in wanted:
                arguments = ", ".join(f"'{argument}'" for argument in wanted[table])
                cursor.execute(
                    f"CREATE TRIGGER {GUARD} BEFORE INSERT OR UPDATE OR DELETE ON {quote(table)}"
                    f" FOR EACH ROW EXECUTE FUNCTION public.cases_guard_restricted({arguments})"
                )


def missing() -> list[str]:
    """The tables that need the guard and have none that is switched on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = %s AND tgenabled = 'A'",
            [GUARD],
        )
        standing = {table for (table,) in cursor.fetchall()}
    return sorted(table for table, _ in guarded() if table not in standing)
