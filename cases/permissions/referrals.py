"""Which referrals and enquiries exist for whom, and who takes them in and decides them."""

from django.db.models import Q, QuerySet

from accounts.models import User
from cases.closed import closed, closed_cases, closed_referrals
from cases.models import Enquiry, Referral, ReferralPerson
from cases.permissions.entries import can_see_entries
from cases.reach import cases_one_by_one, in_emergency, of_services_read_whole, services_of
from cases.restricted import usable
from cases.workflow import REFERRAL_MOVES, ReferralMove


def referrals_of(user: User) -> QuerySet[Referral]:
    """The referrals that exist for `user`: to their services, or taken in by themselves."""
    if not user.has_perm("cases.take_referral"):
        return Referral.objects.none()
    theirs = (
        of_services_read_whole(user)
        | Q(recorded_by=user)
        | Q(case__in=cases_one_by_one(user))
        | Q(
            pk__in=ReferralPerson.objects.filter(person__in=in_emergency(user))
            .order_by()
            .values("referral")
        )
    )
    found = Referral.objects.filter(theirs).exclude(pk__in=closed_referrals(user))
    return usable(found, by=user)


def can_take_referral(user: User) -> bool:
    return user.has_perm("cases.take_referral")


def can_see_reason(user: User, referral: Referral) -> bool:
    """Why a family was referred: casework, save for whoever wrote it down."""
    return can_see_entries(user) or referral.recorded_by_id == user.pk


def may_decide(user: User, referral: Referral) -> bool:
    """Whether deciding it is part of their work: somebody of the service it came to."""
    return (
        user.has_perm("cases.decide_referral")
        and services_of(user).filter(pk=referral.service_id).exists()
    )


def can_move(user: User, referral: Referral, move: ReferralMove) -> bool:
    """Make `move` with a referral: from where it stands now, by somebody of the service it came to."""
    return referral.status in REFERRAL_MOVES[move].sources and may_decide(user, referral)


def can_correct_referral(user: User, referral: Referral) -> bool:
    """Put right how a referral was taken in: whoever took it in, or decides it, and may read why."""
    theirs = referral.recorded_by_id == user.pk and can_take_referral(user)
    return (theirs or may_decide(user, referral)) and can_see_reason(user, referral)


def enquiries_of(user: User) -> QuerySet[Enquiry]:
    """The enquiries that exist for `user`: about their services or none, and what they wrote down."""
    if not user.has_perm("cases.take_referral"):
        return Enquiry.objects.none()
    theirs = Q(service=None) | Q(service__in=services_of(user)) | Q(recorded_by=user)
    found = Enquiry.objects.filter(theirs).exclude(
        closed(user, "person")
        | Q(referral__in=closed_referrals(user))
        | Q(case__in=closed_cases(user))
    )
    return usable(found, by=user)
