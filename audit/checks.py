"""The log has no off switch: what would be one stops the build and the start."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections

from audit.eras import server_number
from audit.models import Entry, EntryValue, Era, Seal
from core.database import declared_triggers

TRANSACTION = "audit.middleware.OneTransaction"
# Without each of these somebody would see records who should not, or nobody would know whose look it was.
GUARDS = (
    "core.middleware.RequestIdentity",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "axes.middleware.AxesMiddleware",
    "accounts.middleware.SessionLimits",
    "accounts.middleware.TwoStepFirst",
    "accounts.middleware.UndertakingFirst",
)


def middleware_stands(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every guard before a record is there, and what makes a look and its page one transaction is last."""
    errors: list[CheckMessage] = [
        Error(f"{guard} is not in MIDDLEWARE, so it guards nothing.", id="audit.E001")
        for guard in GUARDS
        if guard not in settings.MIDDLEWARE
    ]
    if not settings.MIDDLEWARE or settings.MIDDLEWARE[-1] != TRANSACTION:
        errors.append(
            Error(
                f"{TRANSACTION} must be the last of MIDDLEWARE: without it a page could be shown "
                "whose entry in the log is lost.",
                id="audit.E002",
            )
        )
    return errors


def database_guards_stand(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The application runs as a role that cannot go round the rules, and every rule is switched on."""
    errors: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            errors += _role_errors(cursor)
            if Entry._meta.db_table not in connections[alias].introspection.table_names(cursor):
                errors.append(
                    Error("The database is not migrated. Run `manage.py migrate`.", id="audit.E006")
                )
                continue
            errors += _trigger_errors(cursor)
            errors += _era_errors()
            errors += _rights_errors(cursor)
    return errors


def two_people_hold_the_anchor(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Two people outside the database get each morning's seal: with one, or nobody, whoever runs the server could
    write the log's history anew and the file of seals with it.
    """
    named = {address.strip().casefold() for address in settings.AUDIT_ANCHOR_EMAILS}
    if len(named) >= 2:
        return []
    return [
        checks.Warning(
            f"AUDIT_ANCHOR_EMAILS names {len(named)} of the two people who must hold the newest seal of the log. "
            "Put the addresses of the DPO and of a trustee there, with a comma between.",
            id="audit.W001",
        )
    ]


def database_guards_stand_before_deployment(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """As `database_guards_stand`, for `check --deploy` without `--database`, which would look at no trigger."""
    try:
        return database_guards_stand(app_configs, [DEFAULT_DB_ALIAS])
    except OperationalError:
        return [
            Error("The database does not answer, so its rules were not looked at.", id="audit.E009")
        ]


def _role_errors(cursor: Any) -> list[CheckMessage]:
    cursor.execute(
        "SELECT current_user::text,"
        " (SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles"
        "  WHERE rolname = current_user),"
        " EXISTS (SELECT 1 FROM pg_class WHERE relkind = 'r'"
        "  AND relnamespace = 'public'::regnamespace"
        "  AND pg_has_role(current_user, relowner, 'MEMBER'))"
    )
    role, above_rules, owns = cursor.fetchone()
    if above_rules or owns:
        return [
            Error(
                f"The role {role} of DATABASE_URL is a superuser or owns tables, so no rule of the "
                "database binds it. Use the application role there, and the owner in "
                "DATABASE_OWNER_URL only.",
                id="audit.E003",
            )
        ]
    return []


def _trigger_errors(cursor: Any) -> list[CheckMessage]:
    cursor.execute(
        "SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled = 'A'"
    )
    standing = set(cursor.fetchall())
    return [
        Error(
            f"The rule {trigger} on {table} is missing or switched off. Run `manage.py migrate`.",
            id="audit.E004",
        )
        for table, trigger in sorted(declared_triggers().keys() - standing)
    ]


def _era_errors() -> list[CheckMessage]:
    """A restored or copied database says so before it is served: its log may have lost its end."""
    era = Era.objects.order_by("-number").first()
    if era is None:
        return [Error("The log has no era. Run `manage.py migrate`.", id="audit.E008")]
    if era.server != server_number():
        return [
            Error(
                "This database was restored or copied from another server, and its log may end too "
                "early. Run `manage.py audit_new_era --because …` to declare it.",
                id="audit.E007",
            )
        ]
    return []


def _rights_errors(cursor: Any) -> list[CheckMessage]:
    forbidden = {
        Entry._meta.db_table: ("UPDATE", "DELETE", "TRUNCATE"),
        EntryValue._meta.db_table: ("UPDATE", "TRUNCATE"),
        Seal._meta.db_table: ("UPDATE", "DELETE", "TRUNCATE"),
        Era._meta.db_table: ("INSERT", "UPDATE", "DELETE", "TRUNCATE"),
    }
    errors: list[CheckMessage] = []
    for table, rights in forbidden.items():
        for right in rights:
            cursor.execute("SELECT has_table_privilege(%s, %s)", [table, right])
            if cursor.fetchone() == (True,):
                errors.append(
                    Error(
                        f"The application role may {right} on {table}. Run `manage.py migrate`.",
                        id="audit.E005",
                    )
                )
    return errors
