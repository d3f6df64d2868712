"""`manage.py audit_new_era`: after a backup was restored, say so before anything is served."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import because
from audit.eras import open_new_era
from core.database import as_owner


class Command(BaseCommand):
    """Opens a new era of the log and declares in the anchor what the backup had lost."""

    help = "Opens a new era of the log after a restore. Needs DATABASE_OWNER_URL."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--because",
            required=True,
            help="who restored which backup, and why, in a sentence that the anchor keeps",
        )

    @because("manage.py audit_new_era")
    def handle(self, *args: Any, **options: Any) -> None:
        sentence = options["because"].strip()
        if not sentence:
            raise CommandError('Say who restored which backup, and why: --because "…"')
        with as_owner():
            era = open_new_era(because=sentence)
        self.stdout.write(f"{era} began. What the backup had lost is declared in the anchor.")
