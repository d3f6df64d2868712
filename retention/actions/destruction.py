"""The destruction itself: in one transaction for a batch, then the files, then the ledger outside."""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.database import next_number
from core.errors import Refused
from core.files.keeping import remove, remove_after_commit
from core.workflow import make
from retention import ledger, protections
from retention.actions.proposals import send_back
from retention.along import UNSEEN, unseen_each
from retention.carrying_out import (
    carry_out,
    fingerprint_of,
    outcome_of,
    together,
    write_entries,
    write_entries_of_passages,
)
from retention.destroying.closure import Closure, closure_of
from retention.destroying.proof import Place, Unreadable
from retention.destroying.rows import take_away
from retention.destroying.words import words_of
from retention.erasing import (
    going_each,
    items_of,
    leave_papers_without_a_name,
    papers_beside,
    take_passages_out,
)
from retention.models import (
    Journal,
    OutsidePlace,
    OutsideSigned,
    Proposal,
    ProposalItem,
    Run,
    ScheduleRow,
)
from retention.permissions import has_cooled, why_stopped
from retention.proposing import changed_since, lock, nothing_stops, why_not
from retention.replaying import destroyed_before, erased_before, words_erased_before
from retention.steps import Step, reached
from retention.workflow import PROPOSAL_MOVES, ProposalMove, ProposalStatus

WHY = Purpose.MANAGEMENT


class LeftBehind(Exception):
    """Words of somebody who was to go stand elsewhere still, so nothing of the batch was destroyed."""

    def __init__(self, left: dict[int, list[Place | Unreadable]]) -> None:
        super().__init__("Something would have been left behind.")
        self.left = left


@transaction.atomic
def begin_run(*, by: User) -> Run:
    """A run of the destruction begins. Refused while the master switch is off or everything is stopped."""
    if sentence := why_stopped():
        raise Refused(sentence)
    run = Run(pk=next_number(Run), recorded_by=by)
    record(Verb.DESTRUCTION_RUN, by=by, action=Action.CREATE, record=run, purpose=WHY)
    run.save(force_insert=True)
    run.refresh_from_db()
    return run


@transaction.atomic
def destroy(*, run: Run, proposals: Sequence[Proposal], by: User) -> int:
    """Destroy what was approved and has cooled, if nothing stops it at this very moment; how many went.

    All of the batch or nothing: LeftBehind, and everything is as it was, if words of theirs would stand
    elsewhere. What is held, changed or not due any more goes back with its reason.
    """
    if sentence := why_stopped():
        raise Refused(sentence)
    numbers = [proposal.pk for proposal in proposals]
    now = list(
        Proposal.objects.select_for_update(of=("self",))
        .filter(pk__in=numbers, status=ProposalStatus.APPROVED)
        .order_by("pk")
    )
    lock([(item.table, item.record) for of in items_of(now).values() for item in of])
    # Whoever is ending a row of the schedule at this moment is waited for as well.
    rows = ProposalItem.objects.filter(proposal__in=now).values("row")
    list(ScheduleRow.objects.select_for_update(of=("self",)).filter(pk__in=rows).order_by("pk"))
    cooled = [one for one in now if has_cooled(one)]
    closures = going_each(cooled)
    back = _why_back(cooled, closures)
    for proposal in cooled:
        if sentence := back[proposal.pk]:
            send_back(proposal=proposal, because=sentence, by=by, run=run)
    reached(Step.ASKED)
    going = [one for one in cooled if not back[one.pk]]
    if going:
        _destroy(run, going, {one.pk: closures[one.pk] for one in going}, by)
    return len(going)


@transaction.atomic
def tidy(*, by: Actor) -> int:
    """Finish what a run, also one that was killed, left to do outside the database; how many things.

    The ledger first: what is gone must stay gone, even if its file lies there a minute longer.
    """
    waiting = list(Journal.objects.select_for_update(skip_locked=True).order_by("pk"))
    if not waiting:
        return 0
    record(Verb.DESTRUCTION_RUN, by=by, action=Action.DELETE, record=Journal, purpose=WHY)
    ledger.append(one.ledger for one in waiting if one.ledger)
    reached(Step.LEDGER)
    for one in waiting:
        if one.file:
            remove([one.file])
            reached(Step.FILE)
    # What protected somebody who is gone names them: it is forgotten outside as well.
    protections.write()
    reached(Step.PROTECTIONS)
    Journal.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    reached(Step.EMPTIED)
    return len(waiting)


@transaction.atomic
def destroy_again(*, by: Actor) -> int:
    """Whoever was destroyed, and is here again after a restore, goes again; how many records.

    Two people approved it then, so nobody is asked now and nothing holds it.
    """
    found, erased, words = list(destroyed_before()), list(erased_before()), [*words_erased_before()]
    if not (found or erased or words):
        return 0
    record(Verb.DESTRUCTION_RUN, by=by, action=Action.UPDATE, record=Run, purpose=WHY)
    closure = closure_of(found)
    asked = closure_of(erased, staying=papers_beside(erased))
    write_entries([found, erased], [closure, asked], by=by, verb=Verb.RECORD_DESTROYED_AGAIN)
    write_entries_of_passages([words], by=by)
    leave_papers_without_a_name(asked)
    whole = together([closure, asked])
    remove_after_commit(take_away(whole, words_of(whole)))
    still = [one for one in words if one.row.pk not in whole.going.get(type(one.row), set())]
    take_passages_out(still)
    return len(found) + len(erased) + len(still)


@transaction.atomic
def finish_run(
    *, run: Run, stopped_because: str = "", left: Sequence[Proposal] = (), by: Actor
) -> Run:
    """The run is over; its certificate can be read, and names those whose turn did not come.

    A run that was killed is finished by the next.
    """
    record(Verb.DESTRUCTION_RUN, by=by, action=Action.UPDATE, record=run, purpose=WHY)
    Run.objects.filter(pk=run.pk, finished=None).update(
        finished=timezone.now(),
        stopped_because=stopped_because,
        left=[one.reference for one in left],
    )
    run.refresh_from_db()
    return run


def _why_back(proposals: list[Proposal], closures: dict[int, Closure]) -> dict[int, str]:
    """Why approved proposals cannot be carried out after all, "" where nothing is; names nobody.

    Asked of all at once first, since mostly nothing stops any; otherwise each is asked by itself.
    """
    today = timezone.localdate()
    all_go = nothing_stops(proposals, on=today)
    unseen = unseen_each(proposals, closures)
    places = set(OutsidePlace.objects.filter(ended_on=None).values_list("pk", flat=True))
    signed: dict[int, set[int]] = {one.pk: set() for one in proposals}
    of = OutsideSigned.objects.filter(proposal__in=proposals)
    for number, place in of.values_list("proposal", "place"):
        signed[number].add(place)

    def why(one: Proposal) -> str:
        if not all_go and (sentence := why_not(one, on=today)):
            return sentence
        if places - signed[one.pk]:
            return "A place outside the system is not signed off yet."
        if unseen[one.pk]:
            return UNSEEN
        is_other = fingerprint_of(closures[one.pk]) != one.fingerprint
        if is_other or (not all_go and changed_since(one)):
            return "Something about it was changed after it was approved."
        return ""

    return {one.pk: why(one) for one in proposals}


def _destroy(run: Run, going: list[Proposal], closures: dict[int, Closure], by: User) -> None:
    items = items_of(going)
    rules = {
        number: sorted({str(one.row) for one in of if one.row}) for number, of in items.items()
    }
    records = {number: dict(Counter(one.table for one in of)) for number, of in items.items()}
    gone = carry_out(going, by=by, closures=closures)
    if gone.left:
        raise LeftBehind(gone.left)
    for one in going:
        make(
            one,
            PROPOSAL_MOVES[ProposalMove.DESTROY],
            ended_at=timezone.now(),
            ended_by=by,
            run=run,
            outcome=outcome_of(one, gone, rules=rules[one.pk], records=records[one.pk]),
        )
    Journal.objects.bulk_create(
        [Journal(run=run, ledger=line) for line in sorted(gone.lines)]
        + [Journal(run=run, file=name) for name in sorted(gone.files)]
    )
    reached(Step.JOURNAL)
