"""`manage.py migrate`, run by the owner of the tables, ending with rights, triggers and roles."""

from typing import Any

from django.conf import settings
from django.core.management.commands import migrate
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.role_groups import copy_roles_to_groups
from audit.eras import open_first_era
from core.database import (
    always_enable_triggers,
    as_owner,
    grant_rights,
    put_up_missing_triggers,
)
from core.rules_in_place import rules_in_place


class Command(migrate.Command):
    """Django's own migrate as the owner role, then what must hold before a page is served."""

    help = migrate.Command.help + " Runs as the owner role; grants rights and roles afterwards."

    def get_check_kwargs(self, options: dict[str, Any]) -> Any:
        """All checks but those of the database: they ask for rules that only this command puts up."""
        return {}

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            with rules_in_place():
                super().handle(*args, **options)
            if options["plan"] or options["check_unapplied"]:
                return
            with transaction.atomic():
                grant_rights()
                for path in settings.AFTER_MIGRATE:
                    import_string(path)()
                for name in put_up_missing_triggers():
                    self.stderr.write(f"The rule {name} was missing, and stands again.")
                always_enable_triggers()
                copy_roles_to_groups()
                open_first_era()
