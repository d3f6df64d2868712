"""`manage.py sar_pack`: the pack of a request as it stands, in a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.dates import plural
from core.errors import LogUnavailable, Refused
from sar.building import export_pack
from sar.models import RightsRequest
from sar.permissions import can_export


class Command(BaseCommand):
    """Builds a pack without the queue; logged as done by the member of staff that is named."""

    help = (
        "Write the pack of an access request to a file. Each page says “Not released” unless this very "
        "content was released. No file is written if anything could not be gathered."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("reference", metavar="REF", help="the request, like Q-000123")
        parser.add_argument("--out", metavar="FILE", required=True, type=Path)
        parser.add_argument(
            "--by", metavar="EMAIL", required=True, help="the member of staff who takes it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["by"].strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['by']}.")
        request = (
            RightsRequest.objects.filter(reference=options["reference"].strip().upper())
            .select_related("person", "released_pack")
            .first()
        )
        if not user.is_active or not user.has_perm("sar.work_requests"):
            raise CommandError(
                f"{user} may not work on requests, so nothing is written. Name an active member of staff "
                "who may, such as the Data Protection Officer."
            )
        if request is None:
            raise CommandError(f"There is no request {options['reference']}.")
        if not can_export(user, request):
            raise CommandError(
                f"{request} is not answered with a pack: it asks for something else, or nobody has said "
                "yet whom it is about."
            )
        try:
            pages = export_pack(request=request, out=options["out"], by=user)
        except (Refused, LogUnavailable) as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"{plural(pages, 'page')} written to {options['out']}.")
