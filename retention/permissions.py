"""Who may do what about keeping and destroying, and when: the person and the state in one answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.permissions import services_of
from retention.kinds import ALLEGATION, CONCERN
from retention.models import Hold, OutsidePlace, Proposal, ProposalItem, Run, Stop
from retention.workflow import UNDONE, ProposalStatus
from safeguarding.permissions import allegations_of, concerns_of, receives, works_concerns

# Of what is kept apart, the records that exist for somebody.
READ_BY: dict[str, Callable[[User], QuerySet[Any]]] = {
    CONCERN: concerns_of,
    ALLEGATION: allegations_of,
}


def may_adopt(user: User) -> bool:
    """Whose task the schedule is: the Data Protection Officer's."""
    return user.has_perm("retention.adopt_schedule")


def may_see_schedule(user: User) -> bool:
    return may_adopt(user) or may_hold(user) or may_approve(user)


def may_hold(user: User) -> bool:
    """Whose task it is to place and release holds."""
    return user.has_perm("retention.place_hold")


def can_release(user: User, hold: Hold) -> bool:
    return may_hold(user) and hold.stands


def may_propose(user: User) -> bool:
    return user.has_perm("retention.propose_destruction")


def may_approve(user: User) -> bool:
    return user.has_perm("retention.approve_destruction")


def works_apart(user: User) -> bool:
    """Whether concerns, or allegations, are theirs: they propose and approve among themselves what of those goes."""
    return works_concerns(user) or receives(user)


def may_see_due(user: User) -> bool:
    return may_propose(user) or works_apart(user)


def may_see_proposals(user: User) -> bool:
    return may_propose(user) or may_approve(user) or works_apart(user)


def works_on(user: User, proposal: Proposal) -> bool:
    """Whose task a proposal is. Of what is kept apart, that of those who read it; the Data Protection Officer
    learns that something was destroyed, from the certificate.
    """
    if proposal.is_kept_apart:
        return works_apart(user)
    return may_propose(user) or may_approve(user)


def proposals_of(user: User) -> QuerySet[Proposal]:
    """The proposals that exist for `user`: all for whoever proposes; of their services for a manager; of what is
    kept apart, those about records that exist for them, and what they decided about what is gone.
    """
    found = Q(pk__in=[])
    if may_propose(user):
        apart = ProposalItem.objects.filter(table__in=READ_BY)
        found |= ~Q(pk__in=apart.values("proposal"))
    elif may_approve(user):
        found |= Q(service__in=services_of(user))
    if works_apart(user):
        for table, read_by in READ_BY.items():
            records = read_by(user).order_by().values("pk")
            items = ProposalItem.objects.filter(table=table, record__in=records)
            found |= Q(pk__in=items.values("proposal"))
        theirs = Q(recorded_by=user) | Q(approved_by=user)
        found |= Q(status=ProposalStatus.DESTROYED) & theirs
    return Proposal.objects.filter(found)


def runs_of(user: User) -> QuerySet[Run]:
    """The runs that exist for `user`: all for whoever proposes; those with a proposal of theirs for others."""
    if may_propose(user):
        return Run.objects.all()
    return Run.objects.filter(Exists(proposals_of(user).filter(run=OuterRef("pk"))))


def can_approve(user: User, proposal: Proposal) -> bool:
    """Approve: another person than whoever proposed it, after it was rehearsed and every word decided."""
    if proposal.status != ProposalStatus.PROPOSED or proposal.rehearsed is None:
        return False
    if proposal.kind == Proposal.Kind.ERASURE:
        # Two people decided about every item of it; what is left is to say that it goes.
        return may_propose(user)
    may = works_apart(user) if proposal.is_kept_apart else may_approve(user)
    return may and proposal.recorded_by_id != user.pk


def who_approves(proposal: Proposal) -> str:
    """Who the second person is, and what to do where there is none; "" where nobody is waited for."""
    if proposal.status != ProposalStatus.PROPOSED or proposal.kind == Proposal.Kind.ERASURE:
        return ""
    if proposal.is_kept_apart:
        return (
            "Somebody else who may read this record approves it. For a concern that may be a deputy of the "
            "safeguarding lead, named under Your account, Deputies."
        )
    officer = "a Data Protection Officer who did not propose it, or a deputy of theirs"
    if proposal.service is not None:
        return f"A manager of {proposal.service} approves it, or {officer}."
    return (
        f"These records belong to no one service: {officer}, approves it. Where there is neither, name a deputy "
        "under Your account, Deputies."
    )


def can_rehearse(user: User, proposal: Proposal) -> bool:
    if proposal.status != ProposalStatus.PROPOSED:
        return False
    return works_apart(user) if proposal.is_kept_apart else may_propose(user)


def can_return(user: User, proposal: Proposal) -> bool:
    """Say no, at any time before it is done."""
    return proposal.status in UNDONE and works_on(user, proposal)


def can_sign(user: User, proposal: Proposal) -> bool:
    """Sign off that nothing is left outside the system, while there is a place nobody signed off."""
    if not (works_on(user, proposal) and proposal.status in UNDONE):
        return False
    signed = proposal.signed.values("place")
    return OutsidePlace.objects.filter(ended_on=None).exclude(pk__in=signed).exists()


def may_stop(user: User) -> bool:
    return user.has_perm("retention.stop_destruction")


def can_start_again(user: User, stop: Stop) -> bool:
    return may_stop(user) and stop.ended_at is None and stop.recorded_by_id != user.pk


def cooled_at(proposal: Proposal) -> datetime | None:
    """When the waiting is over; None before it is approved."""
    if proposal.approved_at is None:
        return None
    return proposal.approved_at + timedelta(days=settings.RETENTION["cooling_days"])


def has_cooled(proposal: Proposal) -> bool:
    """Whether the days between approval and destruction are over."""
    end = cooled_at(proposal)
    return end is not None and end <= timezone.now()


def why_stopped() -> str:
    """Why nothing at all is destroyed now; "" if it may be."""
    if not settings.RETENTION["on"]:
        return "The master switch is off (DESTRUCTION_ON): nothing is destroyed."
    stop = Stop.objects.filter(ended_at=None).first()
    return f"All destruction is stopped: {stop.because}" if stop else ""
