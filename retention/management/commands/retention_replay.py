"""`manage.py retention_replay`: after a restore, destroy again whoever had been destroyed since the backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import SYSTEM
from core.dates import plural
from core.errors import LogUnavailable, Refused
from retention import ledger, protections
from retention.actions.destruction import destroy_again


class Command(BaseCommand):
    """Run between the restore and the start of the web server, which refuses to start before."""

    help = (
        "Destroy again what the ledger outside the database (ERASURE_LEDGER) says was destroyed, and bring back "
        "what protects people and was noted beside it after the backup was made."
    )
    # The check that refuses to serve would refuse this command as well.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            # Who must be gone first: what protects them goes with them.
            count = destroy_again(by=SYSTEM)
            protected = protections.bring_back(by=SYSTEM)
        except (Refused, LogUnavailable) as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"{plural(count, 'record')} destroyed again.")
        self.stdout.write(f"{plural(protected, 'protection')} brought back.")
        for told in ledger.restores():
            self.stdout.write(f"Restored before: {told}")
