"""Who may do what to which record, and when: the person and the state in one answer.

Need to know (the privacy notice, "only as much information as people need to know"): a member of staff
knows the people and cases of the services they belong to, today. The safeguarding lead and the Data
Protection Officer may open any record for their task. Everybody else's records do not exist for them.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.models import (
    Case,
    CaseNote,
    CasePerson,
    Person,
    Referral,
    ReferralPerson,
    Service,
    ServiceMember,
)
from cases.workflow import CASE_MOVES, REFERRAL_MOVES, CaseMove, ReferralMove


def services_of(user: User) -> QuerySet[Service]:
    """The services whose records `user` needs to know today."""
    today = timezone.localdate()
    membership = ServiceMember.objects.filter(user=user, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    return Service.objects.filter(pk__in=membership.values("service"))


def cases_of(user: User) -> QuerySet[Case]:
    """The cases that exist for `user`."""
    if not user.has_perm("cases.open_record"):
        return Case.objects.none()
    if user.has_perm("cases.open_any_record"):
        return Case.objects.all()
    return Case.objects.filter(service__in=services_of(user))


def people_of(user: User) -> QuerySet[Person]:
    """The people who exist for `user`: of their services' cases and referrals.

    Somebody just added, who is in no case and no referral yet, exists for whoever added them.
    """
    if not user.has_perm("cases.open_basics"):
        return Person.objects.none()
    if user.has_perm("cases.open_any_record"):
        return Person.objects.all()
    services = services_of(user)
    here = OuterRef("pk")
    in_a_case = CasePerson.objects.filter(person=here)
    in_a_referral = ReferralPerson.objects.filter(person=here)
    return Person.objects.filter(
        Exists(in_a_case.filter(case__service__in=services))
        | Exists(in_a_referral.filter(referral__service__in=services))
        | (Q(recorded_by=user) & ~Exists(in_a_case) & ~Exists(in_a_referral))
    )


def referrals_of(user: User) -> QuerySet[Referral]:
    """The referrals that exist for `user`: to their services, or taken in by themselves."""
    if not user.has_perm("cases.take_referral"):
        return Referral.objects.none()
    return Referral.objects.filter(Q(service__in=services_of(user)) | Q(recorded_by=user))


def can_see_entries(user: User) -> bool:
    """Notes, contacts and decisions; the front desk sees basic details only."""
    return user.has_perm("cases.open_record")


def can_write_in(user: User, case: Case) -> bool:
    """Write a note, contact or decision: in an open case that exists for them."""
    return case.status == "open" and user.has_perm("cases.write_entries")


def can_correct(user: User, note: CaseNote) -> bool:
    """Correct a note: whoever may write in its case; a closed case is corrected as well."""
    return user.has_perm("cases.write_entries")


def can_change_basics(user: User) -> bool:
    return user.has_perm("cases.change_basics")


def can_close(user: User, case: Case) -> bool:
    """Close a case: a service manager, while it is open."""
    return user.has_perm("cases.close_case") and case.status in CASE_MOVES[CaseMove.CLOSE].sources


def can_reopen(user: User, case: Case) -> bool:
    return user.has_perm("cases.close_case") and case.status in CASE_MOVES[CaseMove.REOPEN].sources


def can_allocate(user: User, case: Case) -> bool:
    return case.status == "open" and user.has_perm("cases.allocate_case")


def can_open_case_in(user: User, service: Service) -> bool:
    """Open a case: in a service of theirs that takes new people."""
    return (
        service.is_open
        and user.has_perm("cases.open_case")
        and services_of(user).filter(pk=service.pk).exists()
    )


def can_decide(user: User, referral: Referral) -> bool:
    """Accept or decline: while nobody has decided, by somebody of the service it came to."""
    return (
        user.has_perm("cases.decide_referral")
        and referral.status in REFERRAL_MOVES[ReferralMove.ACCEPT].sources
        and services_of(user).filter(pk=referral.service_id).exists()
    )


def can_read_looks(user: User) -> bool:
    return user.has_perm("cases.read_looks")
