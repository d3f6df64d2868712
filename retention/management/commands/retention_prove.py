"""`manage.py retention_prove`: whether given words stand anywhere in the system."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.dates import plain, plural
from retention import protections
from retention.destroying.proof import Place, Unreadable, search
from retention.models import LookedAt


class Command(BaseCommand):
    """Exit code 0 if none of the words stands anywhere; else 1, and each place.

    A file that a person looked at by hand is told each time, and is no place where a word was found.
    """

    help = (
        "Search every column of every table, every stored file (with the text of PDF and office documents), "
        "the sessions, and the files outside the database for words. Says where they are."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("words", metavar="WORD", nargs="+")

    def handle(self, *args: Any, **options: Any) -> None:
        words = [word for word in options["words"] if word.strip()]
        if not words:
            raise CommandError("Give at least one word.")
        found = looked_at = 0
        for one in search(words, noted=protections.words):
            if isinstance(one, Unreadable) and one.looked_at is not None:
                looked_at += 1
                self.stdout.write(_told(one.place, one.looked_at))
                continue
            found += 1
            if isinstance(one, Place):
                self.stdout.write(f"“{one.word}” is in {one.place}.")
            else:
                self.stdout.write(
                    f"{one.place} could not be read as words, so nothing is proved of it."
                )
        if found:
            self.stdout.write(f"{plural(found, 'place')}.")
            sys.exit(1)
        by_hand = f" Looked at by hand: {plural(looked_at, 'file')}." if looked_at else ""
        self.stdout.write(f"Found nowhere.{by_hand}")


def _told(place: str, seen: LookedAt) -> str:
    """A file that stays visible, though somebody answered for it."""
    day = plain(timezone.localdate(seen.recorded_at))
    return (
        f"{place} could not be read as words. Looked at by hand by {seen.looked_by} ({seen.recorded_by}, {day}). "
        f"What it holds: {seen.holds} Why it stays: {seen.reason}"
    )
