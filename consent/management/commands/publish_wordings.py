"""`manage.py publish_wordings`: the first wordings of what people are asked to agree to."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from consent.actions.consents import publish_drafts
from core.errors import Refused


class Command(BaseCommand):
    """Publish the drafted wording of every purpose that has none. The DPO reads them before."""

    help = "Publishes the drafted wording for every purpose of consent that has none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by", required=True, metavar="EMAIL", help="who publishes them, by sign-in address"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["by"].strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody signs in as {options['by']}.")
        try:
            published = publish_drafts(by=user)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        for wording in published:
            self.stdout.write(f"published: {wording}")
        if not published:
            self.stdout.write("Every purpose has a wording already.")
