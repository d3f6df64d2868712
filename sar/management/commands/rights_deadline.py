"""`manage.py rights_deadline`: when a rights request is due, and why."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.dates import iso_day
from core.errors import Refused
from sar.clock import Clock, Pause, Right, Started, SupposedExtension


class Command(BaseCommand):
    """Works out the deadline of a request from its dates (UK GDPR Art 12 and 12A)."""

    help = "Prints when a rights request is due, and each step of the reckoning. Reads no record."
    # A sum over dates: it answers also while the database is down or half set up.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        # Checked in handle(), which answers in one sentence where argparse prints its usage.
        parser.add_argument("--received", metavar="D", help="day the request was received (needed)")
        parser.add_argument(
            "--identity", metavar="D", help="day evidence of identity asked for came"
        )
        parser.add_argument("--authority", metavar="D", help="day a third party's authority came")
        parser.add_argument("--fee", metavar="D", help="day a fee lawfully asked for was paid")
        parser.add_argument(
            "--paused",
            metavar="A:B",
            action="append",
            default=[],
            help="clarification asked on A, given on B; A: if not given yet; may be repeated",
        )
        parser.add_argument(
            "--extended", action="store_true", help="suppose that it is extended, in time"
        )
        parser.add_argument(
            "--kind", metavar="RIGHT", default=Right.ACCESS.value, help=", ".join(Right)
        )

    def handle(self, *args: object, **options: Any) -> None:
        try:
            deadline = _clock(options).deadline
        except Refused as refused:
            raise CommandError(str(refused)) from None
        for name, due in (("due", deadline.due), ("statutory_due", deadline.statutory_due)):
            self.stdout.write(f"{name}: {due.isoformat() if due else f'none ({deadline.state})'}")
        for sentence in deadline.explanation:
            self.stdout.write(sentence)


def _clock(options: dict[str, Any]) -> Clock:
    if options["received"] is None:
        raise CommandError("Give the day the request was received: --received 2027-02-01.")
    if options["kind"] not in list(Right):
        raise CommandError(f"--kind: {options['kind']!r} is none of {', '.join(Right)}.")
    return Clock(
        kind=Right(options["kind"]),
        started=Started(
            received=_day("--received", options["received"]),
            identity=_day_if_given("--identity", options["identity"]),
            authority=_day_if_given("--authority", options["authority"]),
            fee=_day_if_given("--fee", options["fee"]),
        ),
        pauses=tuple(_pause(written) for written in options["paused"]),
        extension=SupposedExtension() if options["extended"] else None,
    )


def _pause(written: str) -> Pause:
    asked, colon, answered = written.partition(":")
    if not colon:
        raise CommandError(
            "--paused: Write the day of asking, a colon and the day of the answer, like "
            "2027-02-08:2027-02-15, or 2027-02-08: while there is no answer."
        )
    return Pause(_day("--paused", asked), _day_if_given("--paused", answered or None))


def _day_if_given(option: str, written: str | None) -> date | None:
    return None if written is None else _day(option, written)


def _day(option: str, written: str) -> date:
    try:
        return iso_day(written)
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from None
