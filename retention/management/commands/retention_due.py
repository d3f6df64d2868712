"""`manage.py retention_due`: what the schedule says is due, one line each."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.dates import iso_day, plain
from retention.due import all_due


class Command(BaseCommand):
    """Numbers of records and no names: the line may be read by whoever runs the machine."""

    help = "List the records whose time is over: table, number, day, and why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", metavar="D", help="as of this day, like 2027-02-01; else today")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            day = iso_day(options["on"]) if options["on"] else timezone.localdate()
        except ValueError as error:
            raise CommandError(str(error)) from None
        count = 0
        for one in all_due(on=day):
            count += 1
            self.stdout.write(f"{one.table} {one.record}: {one.sentence}")
        self.stdout.write(f"{count:,} records are due on {plain(day)}.")
