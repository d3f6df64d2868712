"""Writes docs/data-protection from the declarations, or says what there differs from them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.csv import csv_text
from retention.processing import (
    COLUMNS,
    MAP_COLUMNS,
    SCHEDULE_COLUMNS,
    data_map,
    processing,
    suggested_schedule,
)

FOLDER = Path("docs/data-protection")


class Command(BaseCommand):
    help = (
        "Writes docs/data-protection from the declarations; --check says only whether it differs."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 if it differs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / FOLDER
        different = [
            name
            for name, text in files().items()
            if not (folder / name).is_file() or (folder / name).read_text() != text
        ]
        if options["check"]:
            if different:
                raise CommandError(
                    f"{FOLDER} says something else than the code: {', '.join(different)}. Run "
                    "`manage.py data_map`, and read what changed: somebody must be told of it."
                )
            return
        for name in different:
            (folder / name).write_text(files()[name])
        self.stdout.write(f"{len(different)} files in {FOLDER} were written.")


def files() -> dict[str, str]:
    """The files of the folder that nobody writes by hand, as they must be before anything is adopted."""
    return {
        "record-of-processing.csv": _text(COLUMNS, (one.cells for one in processing({}))),
        "data-map.csv": _text(MAP_COLUMNS, data_map()),
        "suggested-retention-schedule.csv": _text(SCHEDULE_COLUMNS, suggested_schedule()),
    }


def _text(columns: tuple[str, ...], rows: Any) -> str:
    """Without the mark and the line ends that spreadsheet programs want, so that versions compare well."""
    return csv_text(columns, rows).lstrip("\ufeff").replace("\r\n", "\n")
