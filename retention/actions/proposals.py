"""Proposing destruction, and everything between that and the destruction itself."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.database import next_number
from core.errors import Refused
from core.workflow import make
from retention.along import along, is_changed, why_waits
from retention.carrying_out import carry_out, fingerprint_of
from retention.destroying.proof import Place, Unreadable, sha256_of
from retention.due import Due, due_of
from retention.erasing import approval_of, going
from retention.holding import Record, holds_on, touched_by
from retention.kinds import APART, BY_ITSELF, DESTROYED
from retention.models import (
    GoesAlong,
    LookedAt,
    Outcome,
    OutsidePlace,
    OutsideSigned,
    Proposal,
    ProposalItem,
    Remainder,
)
from retention.permissions import (
    can_let_go,
    exists_for,
    proposals_of,
    readers_of,
    told,
    why_not_theirs,
)
from retention.proposing import lock, row_of, service_of, why_not
from retention.workflow import PROPOSAL_MOVES, UNDONE, ProposalMove, ProposalStatus

WHY = Purpose.MANAGEMENT
PAPERS = Remainder.Decision.PAPERS
ASKED = (
    "Something that you may read would be destroyed along with the record of somebody. Look at it first, under What "
    "is due: until you let it go, nothing of it goes."
)
STAYS = "Part of it is kept apart, and whoever may read it says that it stays."


@transaction.atomic
def propose(
    *, records: Iterable[Record], reason: str = "", early: bool = False, by: User
) -> Proposal:
    """Propose that these records are destroyed, as one (features.md P35).

    By the schedule each of them must be due; `early` is a departure from it and says why (DPA 2018 Sch 1
    para 41). Refused while anything holds them.
    """
    today = timezone.localdate()
    wanted = list(dict.fromkeys(records))
    dues = [_known(table, number, by) for table, number in wanted]
    if not dues:
        raise Refused("Nothing of this is due today. Look at the list again.")
    if len(wanted) > 1 and any(table in BY_ITSELF for table, _ in wanted):
        raise Refused(
            "A concern, an allegation or a breach is proposed by itself, with nothing else."
        )
    lock(wanted)
    if not early and not all(one.on(today) for one in dues):
        raise Refused("One of these records is not due. Say why it goes early, or leave it out.")
    if early and not reason.strip():
        raise Refused("Say why it is destroyed before its time.")
    if any(one.outcome == Outcome.REVIEW for one in dues) and not reason.strip():
        raise Refused("The schedule says to look at it first. Write what the review found.")
    if held := holds_on(wanted, on=today):
        raise Refused(f"{told(held, by)[0].words} Nothing of it can be destroyed now.")
    taken = ProposalItem.objects.filter(proposal__status__in=UNDONE)
    if any(taken.filter(table=table, record=number).exists() for table, number in wanted):
        raise Refused("One of these records is in a proposal already. Look at the proposals.")
    proposal = Proposal(
        pk=next_number(Proposal),
        kind=Proposal.Kind.EARLY if early else Proposal.Kind.DUE,
        service_id=service_of(wanted),
        reason=reason.strip(),
        recorded_by=by,
    )
    _record(
        Verb.DESTRUCTION_PROPOSED, by=by, proposal=proposal, records=wanted, action=Action.CREATE
    )
    proposal.save(force_insert=True)
    ProposalItem.objects.bulk_create(
        ProposalItem(
            proposal=proposal, table=one.table, record=one.record, row_id=one.row, due_on=one.day
        )
        for one in dues
    )
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def rehearse(*, proposal: Proposal, by: User) -> Proposal:
    """Carry it out and undo it: what of theirs would stand elsewhere afterwards is written down to decide.

    What was decided before stays decided.
    """
    now = _locked(proposal, {ProposalStatus.PROPOSED})
    if sentence := why_not(now, on=timezone.localdate()):
        raise Refused(sentence)
    _record(Verb.DESTRUCTION_REHEARSED, by=by, proposal=now)
    left = _as_if(now, by)
    places = {(getattr(one, "word", ""), one.place): one for one in left}
    # Of a file that was looked at by hand, or changed since, it is said anew each time.
    looked_at = Remainder.Decision.LOOKED_AT
    now.remainders.filter(decision__in=["", looked_at]).delete()
    known = set(now.remainders.values_list("word", "place"))
    Remainder.objects.bulk_create(
        Remainder(
            proposal=now,
            word=word,
            place=place,
            table=getattr(one, "table", ""),
            column=getattr(one, "column", ""),
            record=one.sha256 if isinstance(one, Unreadable) else one.record,
            decision=looked_at if isinstance(one, Unreadable) and one.looked_at else "",
            recorded_by=by,
        )
        for (word, place), one in sorted(places.items())
        if (word, place) not in known
    )
    Proposal.objects.filter(pk=now.pk).update(rehearsed=timezone.now())
    _ask_readers(now, by)
    proposal.refresh_from_db()
    return proposal


def _ask_readers(proposal: Proposal, by: User) -> None:
    """Ask whoever may read what is kept apart and would go along; once, and again where it was changed since."""
    wanted = along(proposal)
    for one in proposal.along.all():
        if (one.table, one.record) not in wanted or (one.let_go_at and is_changed(one)):
            one.delete()
    known = set(proposal.along.values_list("table", "record"))
    new = sorted(wanted - known)
    GoesAlong.objects.bulk_create(
        GoesAlong(proposal=proposal, table=table, record=number) for table, number in new
    )
    asked = [user for table, number in new for user in readers_of(table, number)]
    if others := [user for user in dict.fromkeys(asked) if user != proposal.recorded_by]:
        tell(who=others, sentence=ASKED, link=reverse("retention:due"), by=by)


@transaction.atomic
def let_go(*, one: GoesAlong, because: str, by: User) -> GoesAlong:
    """Somebody who may read it looked at what would go along with a proposal, and says that it may.

    Never whoever proposed it: what few may read goes by two of them, or by one of them beside the two others.
    """
    now, proposal = _along(one, by)
    if not because.strip():
        raise Refused("Say why it may go.")
    if now.let_go_at is not None:
        raise Refused("Somebody let it go already. Look again.")
    _record(Verb.DESTRUCTION_LET_GO, by=by, proposal=proposal, records=[(now.table, now.record)])
    GoesAlong.objects.filter(pk=now.pk).update(
        let_go_at=timezone.now(), let_go_by=by, because=because.strip()
    )
    one.refresh_from_db()
    return one


@transaction.atomic
def keep_along(*, one: GoesAlong, by: User) -> Proposal:
    """Somebody who may read it says that it stays, and so does all of the proposal."""
    _, proposal = _along(one, by)
    return send_back(proposal=proposal, because=STAYS, by=by)


def _along(one: GoesAlong, by: User) -> tuple[GoesAlong, Proposal]:
    """It as it is now, of a proposal that nobody approved yet, for somebody who may decide about it."""
    proposal = _locked(one.proposal, {ProposalStatus.PROPOSED})
    now = GoesAlong.objects.filter(pk=one.pk).first()
    if now is None:
        raise Refused("It does not go along any more. Look again.")
    if not can_let_go(by, now):
        raise Refused("Only somebody who may read it and did not propose this lets it go.")
    return now, proposal


@transaction.atomic
def decide_remainder(*, remainder: Remainder, decision: str, by: User) -> Remainder:
    """Say of one word in one place that it belongs to somebody who stays, or that it is taken out."""
    proposal = _locked(remainder.proposal, {ProposalStatus.PROPOSED})
    if decision == Remainder.Decision.LOOKED_AT or (not remainder.word and decision != PAPERS):
        raise Refused(
            "Nobody could read this file. Say who looked into it by hand, and what it holds."
        )
    if decision == Remainder.Decision.TAKE_OUT and not remainder.table:
        raise Refused(
            "Words cannot be taken out of a file. Replace the document by a copy without them, or say that "
            "they belong to somebody who stays."
        )
    _record(Verb.DESTRUCTION_REMAINDER_DECIDED, by=by, proposal=proposal)
    Remainder.objects.filter(pk=remainder.pk).update(
        decision=decision, recorded_by=by, recorded_at=timezone.now()
    )
    remainder.refresh_from_db()
    return remainder


@transaction.atomic
def look_into(
    *, remainder: Remainder, looked_by: User, holds: str, reason: str, by: User
) -> LookedAt:
    """Say once who opened a file that no machine can read, what it holds, and why it stays.

    Of these very bytes, in every proof from now on; as soon as the file changes nobody looked at it. What goes with
    the proposal itself is never asked about: it is destroyed.
    """
    _locked(remainder.proposal, {ProposalStatus.PROPOSED})
    holds, reason = holds.strip(), reason.strip()
    if remainder.word or not remainder.record:
        raise Refused("This is no file that nobody could read. Decide whose the words are.")
    if not holds or not reason:
        raise Refused("Say what the file holds, and why it stays.")
    file = remainder.place.removeprefix("file ")
    if not _is_still(file, remainder.record):
        raise Refused("The file was changed or removed meanwhile. Rehearse the proposal again.")
    if LookedAt.objects.filter(sha256=remainder.record).exists():
        raise Refused("Somebody looked into this file already. Look at the proposal again.")
    record(Verb.FILE_LOOKED_AT, by=by, action=Action.CREATE, record=LookedAt, purpose=WHY)
    made = LookedAt.objects.create(
        stored_as=file,
        sha256=remainder.record,
        looked_by=looked_by,
        holds=holds,
        reason=reason,
        recorded_by=by,
    )
    _decided_of_file(made.sha256, before="", decision=Remainder.Decision.LOOKED_AT, by=by)
    return made


@transaction.atomic
def take_look_back(*, seen: LookedAt, by: User) -> LookedAt:
    """What was said of a file was wrong: nobody looked at it, and each proof says so again."""
    now = LookedAt.objects.select_for_update(of=("self",)).filter(pk=seen.pk).first()
    if now is None:
        raise Refused("It was taken back already. Look again.")
    record(Verb.FILE_LOOK_TAKEN_BACK, by=by, action=Action.DELETE, record=now, purpose=WHY)
    _decided_of_file(now.sha256, before=Remainder.Decision.LOOKED_AT, decision="", by=by)
    LookedAt.objects.filter(pk=now.pk).delete()
    return now


def _decided_of_file(sha256: str, *, before: str, decision: str, by: User) -> None:
    """The same file in every proposal that waits for a second person."""
    waiting = Remainder.objects.filter(
        proposal__status=ProposalStatus.PROPOSED, word="", record=sha256, decision=before
    )
    waiting.update(decision=decision, recorded_by=by, recorded_at=timezone.now())


def _is_still(file: str, sha256: str) -> bool:
    try:
        return sha256_of(file) == sha256
    except FileNotFoundError:
        return False


@transaction.atomic
def sign_outside(*, proposal: Proposal, place: OutsidePlace, by: User) -> OutsideSigned:
    """Nothing of these people is in this place outside the system any more: somebody looked."""
    now = _locked(proposal, UNDONE)
    if now.signed.filter(place=place).exists():
        raise Refused("This place is signed off already.")
    _record(Verb.OUTSIDE_SIGNED, by=by, proposal=now)
    return OutsideSigned.objects.create(proposal=now, place=place, recorded_by=by)


@transaction.atomic
def name_place(*, name: str, by: User) -> OutsidePlace:
    """Somewhere outside the system where something about people may lie."""
    name = " ".join(name.split())
    if not name:
        raise Refused("Name the place, like “paper files in the office”.")
    if OutsidePlace.objects.filter(name__iexact=name).exists():
        raise Refused("This place is on the list already.")
    record(Verb.OUTSIDE_PLACE_NAMED, by=by, action=Action.CREATE, record=OutsidePlace, purpose=WHY)
    return OutsidePlace.objects.create(name=name, recorded_by=by)


@transaction.atomic
def approve(*, proposal: Proposal, typed: str, by: User) -> Proposal:
    """The second person agrees; the waiting begins (features.md N22).

    `typed` is the proposal's own reference, written by hand: nobody approves by a slip of the mouse. An
    erasure that was asked for is approved already, item by item: whoever rehearsed it says here that what
    stands elsewhere is decided, and the waiting counts from the last of those approvals.
    """
    now = _locked(proposal, {ProposalStatus.PROPOSED})
    asked = now.kind == Proposal.Kind.ERASURE
    if now.recorded_by_id == by.pk and not asked:
        raise Refused("You proposed it. Somebody else approves it.")
    if now.is_kept_apart and not proposals_of(by).filter(pk=now.pk).exists():
        raise Refused("Only those who may read it approve this.")
    if sentence := why_not_theirs(by, now):
        raise Refused(sentence)
    if typed.strip().upper() != now.reference:
        raise Refused(f"Type the reference of the proposal, {now.reference}, to approve it.")
    if now.rehearsed is None:
        raise Refused("It has not been rehearsed yet, so nobody knows what would be left behind.")
    if now.remainders.filter(decision="").exists():
        raise Refused(
            "Some words that stand elsewhere are not decided yet. Decide each of them first."
        )
    if sentence := why_waits(now):
        raise Refused(sentence)
    lock([(item.table, item.record) for item in now.items.all()])
    if sentence := why_not(now, on=timezone.localdate()):
        raise Refused(sentence)
    _record(Verb.DESTRUCTION_APPROVED, by=by, proposal=now)
    make(
        now,
        PROPOSAL_MOVES[ProposalMove.APPROVE],
        **(approval_of(now) if asked else {"approved_at": timezone.now(), "approved_by": by}),
        fingerprint=fingerprint_of(going(now)),
    )
    proposal.refresh_from_db()
    return proposal


@transaction.atomic
def send_back(*, proposal: Proposal, because: str, by: Actor, run: Any = None) -> Proposal:
    """It is not destroyed, for a reason that names nobody: the certificate says it."""
    because = because.strip()
    if not because:
        raise Refused("Say why it is not destroyed. The sentence must not name anybody.")
    now = _locked(proposal, UNDONE)
    _record(Verb.DESTRUCTION_RETURNED, by=by, proposal=now)
    make(
        now,
        PROPOSAL_MOVES[ProposalMove.RETURN],
        ended_at=timezone.now(),
        ended_by=by,
        ended_because=because,
        run=run,
    )
    now.remainders.all().delete()
    now.along.all().delete()
    proposal.refresh_from_db()
    return proposal


def _as_if(proposal: Proposal, by: User) -> list[Place | Unreadable]:
    """What a destruction would leave, with everything as it was afterwards; what was looked at by hand as well."""
    with transaction.atomic():
        gone = carry_out([proposal], by=by)
        transaction.set_rollback(True)
    return [*gone.left.get(proposal.pk, []), *gone.looked_at]


def _known(table: str, number: int, by: User) -> Due:
    """The day of a record; to whoever may not read one that is not for everybody who proposes, it is not there."""
    known = table in DESTROYED and exists_for(by, table, number)
    found = due_of(table, number) if known else None
    if found is None:
        raise Refused("One of these records is not there any more. Look at the list again.")
    return found


def _locked(proposal: Proposal, statuses: Iterable[str]) -> Proposal:
    now = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if now.status not in set(statuses):
        raise Refused(
            f"{now} is “{now.get_status_display()}” now. Somebody may have changed it: look again."
        )
    return now


def _record(
    verb: Verb,
    *,
    by: Actor,
    proposal: Proposal,
    records: list[Record] | None = None,
    action: Action = Action.UPDATE,
) -> None:
    """One entry, about the proposal; of what is kept apart, about that very record, so that the entry is too."""
    if records is None:
        records = [(item.table, item.record) for item in proposal.items.all()]
    apart = next((one for one in records if one[0] in APART), None)
    record(
        verb,
        by=by,
        action=action,
        record=row_of(*apart) or proposal if apart else proposal,
        people=touched_by(records).people,
        purpose=WHY,
    )
