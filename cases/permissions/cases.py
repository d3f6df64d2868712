"""Which cases exist for whom, and who opens, closes, allocates and hands them over."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.closed import closed_cases
from cases.models import Case, Service
from cases.reach import cases_one_by_one, of_services_read_whole, services_of
from cases.restricted import barred_cases, usable_cases
from cases.workflow import CASE_MOVES, CaseMove, CaseStatus


def services_in_view(user: User) -> QuerySet[Service]:
    """The services whose names `user` sees beside a person: theirs, or all for a task across them."""
    return Service.objects.all() if user.has_perm("cases.open_any_record") else services_of(user)


def cases_of(user: User) -> QuerySet[Case]:
    """The cases that exist for `user`."""
    return households_of(user) if user.has_perm("cases.open_record") else Case.objects.none()


def households_of(user: User) -> QuerySet[Case]:
    """The cases whose people `user` knows as one household: as `cases_of`, also for the front desk, which opens
    no case.
    """
    return usable_cases(known_cases(user), by=user)


def cases_restricted(user: User, *, among: QuerySet[Case]) -> QuerySet[Case]:
    """Those of `among` that would exist for `user` if they were not restricted (UK GDPR Art 18)."""
    if not user.has_perm("cases.open_record"):
        return among.none()
    known = among.filter(pk__in=known_cases(user).order_by().values("pk"))
    return known.filter(pk__in=barred_cases(user).order_by().values("pk"))


def known_cases(user: User) -> QuerySet[Case]:
    """The cases that `user` needs to know, restricted or not; none that is closed to them."""
    open_to_them = Case.objects.exclude(pk__in=closed_cases(user))
    if user.has_perm("cases.open_any_record"):
        return open_to_them
    return open_to_them.filter(of_services_read_whole(user) | Q(pk__in=cases_one_by_one(user)))


def may_open_cases(user: User) -> bool:
    """Whether opening cases is part of their work."""
    return user.has_perm("cases.open_case")


def can_open_case_in(user: User, service: Service) -> bool:
    """Open a case: in a service of theirs that takes new people."""
    return (
        service.is_open
        and may_open_cases(user)
        and services_of(user).filter(pk=service.pk).exists()
    )


def may_close(user: User, case: Case) -> bool:
    """Whether closing and reopening this case is part of their work: the manager of its service."""
    return user.has_perm("cases.close_case") and of_their_service(user, case)


def can_close(user: User, case: Case) -> bool:
    """Close a case: a manager of its service, while it is open."""
    return case.status in CASE_MOVES[CaseMove.CLOSE].sources and may_close(user, case)


def can_reopen(user: User, case: Case) -> bool:
    """Open a case again: a manager of its service, while it is closed."""
    return case.status in CASE_MOVES[CaseMove.REOPEN].sources and may_close(user, case)


def may_allocate(user: User, case: Case) -> bool:
    """Whether saying who works on this case is part of their work: the manager of its service."""
    return user.has_perm("cases.allocate_case") and of_their_service(user, case)


def can_allocate(user: User, case: Case) -> bool:
    """Say who works on a case: a manager of its service, while it is open."""
    return case.status == CaseStatus.OPEN and may_allocate(user, case)


def can_void_case(user: User, case: Case) -> bool:
    """Take away a case opened by mistake: whoever opened it, within a day."""
    is_new = timezone.now() - case.recorded_at < timedelta(hours=24)
    return is_new and case.recorded_by_id == user.pk and user.has_perm("cases.open_case")


def of_their_service(user: User, case: Case) -> bool:
    # Whoever may open any record for another task does not manage every service by that.
    return services_of(user).filter(pk=case.service_id).exists()
