"""`manage.py complaint_deadline`: by when a complaint about data has to be acknowledged."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.dates import iso_day
from core.errors import Refused
from sar.clock import complaint_acknowledge_by


class Command(BaseCommand):
    """Works out the last day to acknowledge a complaint (DPA 2018 s.164A(3))."""

    help = "Prints the last day to acknowledge a complaint about data. Reads no record."
    # A sum over dates: it answers also while the database is down or half set up.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Checked in handle(), which answers in one sentence where argparse prints its usage.
        parser.add_argument(
            "--received", metavar="D", help="day the complaint was received (needed)"
        )

    def handle(self, *args: object, **options: Any) -> None:
        if options["received"] is None:
            raise CommandError("Give the day the complaint was received: --received 2027-02-01.")
        try:
            received = iso_day(options["received"])
        except ValueError as error:
            raise CommandError(f"--received: {error}") from None
        try:
            by = complaint_acknowledge_by(received)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"acknowledge_by: {by.isoformat()}")
