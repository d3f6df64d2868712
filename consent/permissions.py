"""Who may read and write consents and the sharing log.

Whose consents, and of which cases the log, is need to know and decided in `cases.permissions`. The front
desk sees neither.
"""

from django.db.models import Q, QuerySet

from accounts.models import User
from audit.purposes import Purpose
from cases.closed import closed
from cases.models import Case
from cases.permissions import can_see_entries, can_write_in, cases_of, may_write, services_of
from cases.restricted import usable
from cases.workflow import CaseStatus
from consent.gateways import LEFT_US
from consent.models import Share, SharePerson

# `Share.is_for_the_lead` as a condition.
FOR_THE_LEAD = ~Q(why_urgent="") | ~Q(why_despite="")


def can_see_consents(user: User) -> bool:
    """Consents and the sharing log are part of the record, not of the basic details."""
    return can_see_entries(user)


def can_record_consent(user: User) -> bool:
    return can_see_consents(user) and user.has_perm("consent.record_consent")


def can_meet(user: User, case: Case) -> bool:
    """Write down a first meeting with somebody of an open case that exists for them."""
    return case.status == CaseStatus.OPEN and can_record_consent(user)


def can_record_share(user: User, case: Case) -> bool:
    """Write in the sharing log of a case that exists for them, also after it is closed.

    What was shared, or asked for by the police, about a closed case must be written down too.
    """
    return can_see_consents(user) and user.has_perm("consent.record_share")


def shares_of(user: User) -> QuerySet[Share]:
    """The entries of the sharing log that exist for `user`: of their cases.

    What was told to protect somebody belongs to no case: it exists for the safeguarding lead and the
    Data Protection Officer.
    """
    theirs = Q(case__in=cases_of(user))
    about = SharePerson.objects.filter(closed(user, "person")).values("share")
    found = Share.objects.filter(theirs | Q(case=None) if can_authorise(user) else theirs)
    return usable(found.exclude(pk__in=about), by=user)


def can_authorise(user: User) -> bool:
    """Authorise sharing for the public good: the safeguarding lead and the DPO."""
    return user.is_active and user.has_perm("consent.authorise_share")


def may_write_letter(user: User, share: Share) -> bool:
    """Whether writing to a professional what was shared is part of their work."""
    case = share.case
    return case is not None and user.has_perm("consent.record_share") and may_write(user, case)


def can_write_letter(user: User, share: Share) -> bool:
    """Write the letter of an entry: something was shared, with a professional, and the case is open."""
    return (
        share.outcome in LEFT_US
        and share.professional is not None
        and share.case is not None
        and may_write_letter(user, share)
        and can_write_in(user, share.case)
    )


def can_adopt_notice(user: User) -> bool:
    """The Data Protection Officer adopts the privacy notice."""
    return user.is_active and user.has_perm("consent.adopt_notice")


def can_send(user: User, case: Case) -> bool:
    """Make a pack of what stands in a case and send it: who writes there, and writes in the log."""
    return can_record_share(user, case) and may_write(user, case)


def can_review_share(user: User, share: Share) -> bool:
    """Look at what went before anybody else was asked: another one than whoever shared or wrote it.

    An emergency, and what went to whom a marker keeps somebody from, are for those who may authorise it; everything else for a manager of the service, who
    has to look at quick entries and may look at any other (law.md section 4: the manager's review).
    """
    if user.pk in {share.recorded_by_id, share.decided_by_id}:
        return False
    if share.is_for_the_lead:
        return share.said_to_decide in {None, user} and can_authorise(user)
    return (
        share.case is not None
        and user.has_perm("consent.review_share")
        and services_of(user).filter(pk=share.case.service_id).exists()
    )


def share_at_hand(user: User, people: set[int]) -> Purpose | None:
    """Who may authorise looks at a person of whom something was shared that waits for them, to say whether it
    was right (settings.TASKS_AT_HAND).
    """
    if not can_authorise(user):
        return None
    theirs = Q(why_despite="") | Q(authorised_by=user) | Q(authorised_by__is_active=False)
    waiting = Share.objects.filter(FOR_THE_LEAD & theirs & waits_for(user), people__in=people)
    return Purpose.MANAGEMENT if waiting.exists() else None


def waits_for(user: User) -> Q:
    """Entries that nobody has looked at, and that `user` neither decided nor wrote down: nobody looks at their own."""
    return Q(review=None) & ~Q(recorded_by=user) & ~Q(decided_by=user)


def can_read_figures(user: User) -> bool:
    """Figures of the sharing log for the trustees: managers, the safeguarding lead, the DPO."""
    return user.has_perm("consent.review_share") or can_authorise(user)
