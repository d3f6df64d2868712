"""Copies the table of roles to Django's groups, which say who has which role.

What a role may do is read from the table itself (`User.has_perm`); the copy is for whoever reads the database.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission
from django.core.checks import CheckMessage, Error
from django.db import connection

from accounts.roles import ROLES


def copy_roles_to_groups() -> None:
    """Make each role's group hold exactly its permissions; a group that is no role is removed.

    A permission that does not exist yet, as in the middle of a migration backwards, is left out;
    `roles_are_whole` says so before anything is served.
    """
    by_name = _permissions()
    for role, rights in ROLES.items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set([by_name[n] for n in rights.permissions if n in by_name])
    Group.objects.exclude(name__in=[role.value for role in ROLES]).delete()


def roles_are_whole(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every permission that the table of roles names exists in the database, once it is migrated."""
    if not databases or Permission._meta.db_table not in connection.introspection.table_names():
        return []
    missing = {n for rights in ROLES.values() for n in rights.permissions} - _permissions().keys()
    return [
        Error(f"accounts/roles.py names {name}, which no model declares.", id="accounts.E001")
        for name in sorted(missing)
    ]


def _permissions() -> dict[str, int]:
    rows = Permission.objects.values_list("pk", "content_type__app_label", "codename")
    return {f"{app}.{codename}": pk for pk, app, codename in rows}
