"""`manage.py retention_prove`: whether given words stand anywhere in the system."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.dates import plural
from retention import protections
from retention.destroying.proof import Place, search


class Command(BaseCommand):
    """Exit code 0 if none of the words stands anywhere; else 1, and each place."""

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
        found = 0
        for one in search(words, noted=protections.words):
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
        self.stdout.write("Found nowhere.")
