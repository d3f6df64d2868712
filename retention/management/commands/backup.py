"""`manage.py backup`: the database and the files, encrypted, into the folder of the backups."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.actors import SYSTEM, because
from core.dates import plural
from core.errors import LogUnavailable, Refused
from retention.backups.making import forget_old_backups, make_backup


class Command(BaseCommand):
    """The worker does the same every night, where BACKUP_KEY is set."""

    help = (
        "Back up the database and the stored files into BACKUP_FOLDER, encrypted with BACKUP_KEY, and remove the "
        "backups that are older than BACKUP_DAYS; the last one always stays."
    )

    @because("manage.py backup")
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = make_backup(now=timezone.now(), by=SYSTEM)
            gone = forget_old_backups(now=timezone.now(), by=SYSTEM)
        except (Refused, LogUnavailable) as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"{made.folder}: {made.size:,} bytes, encrypted.")
        self.stdout.write(f"{plural(gone, 'old backup')} removed.")
