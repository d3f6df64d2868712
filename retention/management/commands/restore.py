"""`manage.py restore`: a backup into an empty database, as the owner of the tables."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.actors import because
from core.errors import LogUnavailable, Refused
from retention.backups.making import backup_in, backups
from retention.backups.restoring import restore


class Command(BaseCommand):
    """Nothing is overwritten: the database must be empty. Nothing is served before `retention_replay`."""

    help = (
        "Restore a backup: its folder, or the newest of BACKUP_FOLDER, into an empty database, and its files into "
        "MEDIA_ROOT. Needs DATABASE_OWNER_URL. Run retention_replay afterwards."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="the folder of one backup")
        parser.add_argument(
            "--because",
            required=True,
            help="who restores it, and why, in a sentence that the anchor of the log keeps",
        )

    @because("manage.py restore")
    def handle(self, *args: Any, **options: Any) -> None:
        given: Path | None = options["folder"]
        backup = backup_in(given) if given is not None else next(iter(backups()), None)
        if backup is None:
            raise CommandError(f"No finished backup is in {given or 'the folder of the backups'}.")
        try:
            era = restore(backup, because=options["because"])
        except (Refused, LogUnavailable) as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(
            f"The backup of {backup.made:%Y-%m-%d %H:%M} UTC is restored. {era} began."
        )
        self.stdout.write("Now run `manage.py retention_replay`, then `manage.py audit_verify`.")
