"""`manage.py audit_verify`: is the log whole? Names every entry that was touched."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.verification import verify


class Command(BaseCommand):
    """Exit code 0 if the log is whole; else 1, and a sentence for each entry or seal that is not."""

    help = "Proves that no entry of the log was changed, inserted, removed or cut off."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            type=Path,
            help="the file of seals outside the database; else that of AUDIT_ANCHOR",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["anchor"]
        if path is not None and not path.is_file():
            raise CommandError(f"There is no file {path}.")
        report = verify(path)
        for sentence in (*report.declared, *report.faults):
            self.stdout.write(sentence)
        self.stdout.write(
            f"{report.entries:,} sealed entries in {report.seals:,} seals looked at; "
            f"{report.not_sealed:,} entries not sealed yet; "
            f"{report.not_anchored:,} seals not in the anchor yet."
        )
        if not report.is_whole:
            self.stdout.write(f"The log is NOT whole: {len(report.faults):,} faults.")
            sys.exit(1)
        self.stdout.write("The log is whole.")
