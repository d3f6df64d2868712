"""A run of the destruction from its beginning to its certificate; killed at any point, the next finishes.

The rows of a batch go in one transaction, which also writes down the files to remove and the lines for the
ledger outside. Until it is committed nothing has happened; afterwards everything left to do stands in the
journal, and doing it twice does no harm.
"""

from django.conf import settings

from accounts.models import User
from core.errors import Refused
from retention.actions import destruction
from retention.actions.destruction import LeftBehind
from retention.actions.proposals import send_back
from retention.models import Proposal, Run
from retention.permissions import cooled_at, has_cooled, why_stopped
from retention.steps import Step, reached
from retention.workflow import ProposalStatus

LEFT = "Words of theirs stand elsewhere still. It is rehearsed again, and each of them decided."


def waiting() -> list[Proposal]:
    """What was approved and has cooled, the oldest first."""
    approved = Proposal.objects.filter(status=ProposalStatus.APPROVED).order_by("approved_at", "pk")
    return [one for one in approved if has_cooled(one)]


def run_destruction(*, by: User) -> Run:
    """Finish what was left undone, then destroy what may be, batch by batch, until done or stopped."""
    finish_what_was_left(by=by)
    run = destruction.begin_run(by=by)
    reached(Step.BEGUN)
    stopped = ""
    going = waiting()
    size = settings.RETENTION["batch"]
    for start in range(0, len(going), size):
        if stopped := why_stopped():
            break
        _batch(run, going[start : start + size], by)
        reached(Step.GONE)
        destruction.tidy(by=by)
        reached(Step.TIDIED)
    left = _still_approved(going)
    if left and not stopped:
        # Stopped within the last batch.
        stopped = why_stopped()
    finished = destruction.finish_run(run=run, stopped_because=stopped, left=left, by=by)
    reached(Step.FINISHED)
    return finished


def finish_what_was_left(*, by: User) -> None:
    """What a killed run still had to do: files, lines of the ledger, and to be called finished."""
    destruction.tidy(by=by)
    for run in Run.objects.filter(finished=None):
        left = [one for one in waiting() if _had_cooled(one, run)]
        destruction.finish_run(run=run, stopped_because="The machine stopped it.", left=left, by=by)


def _still_approved(proposals: list[Proposal]) -> list[Proposal]:
    numbers = [one.pk for one in proposals]
    found = Proposal.objects.filter(pk__in=numbers, status=ProposalStatus.APPROVED)
    return list(found.order_by("approved_at", "pk"))


def _had_cooled(proposal: Proposal, run: Run) -> bool:
    """Whether it would have been destroyed in `run`."""
    end = cooled_at(proposal)
    return end is not None and end <= run.recorded_at


def _batch(run: Run, proposals: list[Proposal], by: User) -> None:
    """As much of a batch as goes: what would leave something behind goes back, and the others are tried again."""
    try:
        destruction.destroy(run=run, proposals=proposals, by=by)
    except LeftBehind as found:
        for proposal in proposals:
            if proposal.pk in found.left:
                send_back(proposal=proposal, because=LEFT, by=by, run=run)
        rest = [one for one in proposals if one.pk not in found.left]
        if rest:
            _batch(run, rest, by)
    except Refused as refusal:
        if why_stopped():
            return
        if len(proposals) == 1:
            send_back(proposal=proposals[0], because=str(refusal), by=by, run=run)
            return
        # One of them cannot go: it is found by halves, since each try searches everything.
        middle = len(proposals) // 2
        _batch(run, proposals[:middle], by)
        _batch(run, proposals[middle:], by)
