"""`manage.py retention_destroy`: destroy what was approved and has cooled."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.dates import plural
from core.errors import LogUnavailable, Refused
from retention.models import Proposal, Run
from retention.permissions import may_propose, why_stopped
from retention.running import run_destruction, waiting
from retention.workflow import ProposalStatus


class Command(BaseCommand):
    """Dry unless told otherwise: nothing is destroyed without --wet-run."""

    help = (
        "List what was approved by a second person and has waited long enough. With --wet-run, destroy it: "
        "everything is checked again at the last moment, and what may not go is told with its reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--by", metavar="EMAIL", required=True, help="the member of staff who does it"
        )
        parser.add_argument("--wet-run", action="store_true", help="really destroy")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["by"].strip().lower()).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['by']}.")
        if not user.is_active or not may_propose(user):
            raise CommandError(
                f"{user} may not destroy records. Name an active member of staff who may, such as the Data "
                "Protection Officer."
            )
        if not options["wet_run"]:
            self._list()
            return
        try:
            run = run_destruction(by=user)
        except (Refused, LogUnavailable) as failure:
            raise CommandError(str(failure)) from None
        self._tell(run)

    def _list(self) -> None:
        ready = waiting()
        for proposal in ready:
            self.stdout.write(f"{proposal}: {plural(proposal.items.count(), 'record')}")
        self.stdout.write(
            f"{plural(len(ready), 'proposal')} would be destroyed. Nothing was: say --wet-run."
        )
        if sentence := why_stopped():
            self.stdout.write(sentence)

    def _tell(self, run: Run) -> None:
        done = Proposal.objects.filter(run=run)
        for proposal in done.filter(status=ProposalStatus.RETURNED):
            self.stdout.write(f"{proposal} was not destroyed: {proposal.ended_because}")
        gone = done.filter(status=ProposalStatus.DESTROYED).count()
        self.stdout.write(f"{run}: {plural(gone, 'proposal')} destroyed.")
        if run.stopped_because:
            self.stdout.write(run.stopped_because)
