"""Who may do what about keeping and destroying, and when: the person and the state in one answer."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.permissions import services_of
from retention.models import Hold, Proposal, Run, Stop
from retention.workflow import UNDONE, ProposalStatus


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


def proposals_of(user: User) -> QuerySet[Proposal]:
    """The proposals that exist for `user`: all for whoever proposes; of their services for a manager."""
    if may_propose(user):
        return Proposal.objects.all()
    if may_approve(user):
        return Proposal.objects.filter(Q(service__in=services_of(user)))
    return Proposal.objects.none()


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
    return may_approve(user) and proposal.recorded_by_id != user.pk


def can_rehearse(user: User, proposal: Proposal) -> bool:
    return may_propose(user) and proposal.status == ProposalStatus.PROPOSED


def can_return(user: User, proposal: Proposal) -> bool:
    """Say no, at any time before it is done."""
    return (may_approve(user) or may_propose(user)) and proposal.status in UNDONE


def can_sign(user: User, proposal: Proposal) -> bool:
    """Sign off that nothing is left outside the system."""
    return (may_propose(user) or may_approve(user)) and proposal.status in UNDONE


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
