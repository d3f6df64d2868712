"""How far somebody's need to know reaches: their services, and what they were given for some days (S9, P50).

`cases.permissions` puts it together with the role and with what is closed. Everything here is a condition
inside the question that is asked anyway.
"""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.models import Access, AccessCase, Allocation, Service, ServiceMember


def services_of(user: User) -> QuerySet[Service]:
    """The services whose records `user` needs to know today: they belong to them, or cover for a while."""
    today = timezone.localdate()
    membership = ServiceMember.objects.filter(user=user, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    given = _given(user, Access.Kind.SERVICE).values("service")
    return Service.objects.filter(Q(pk__in=membership.values("service")) | Q(pk__in=given))


def services_read_whole(user: User) -> QuerySet[Service]:
    """Those of `services_of` all whose cases they need to know: of the narrow ones, managers alone."""
    theirs = services_of(user)
    if user.has_perm("cases.allocate_case"):
        return theirs
    return theirs.filter(own_workers_only=False)


def cases_one_by_one(user: User) -> QuerySet:
    """The numbers of the cases that `user` needs to know one by one: their own of narrow services, those of
    a colleague for whom they cover, and those of a sample.
    """
    working = Allocation.objects.filter(until=None)
    own = working.filter(
        worker=user, case__service__in=services_of(user).filter(own_workers_only=True)
    )
    covered = working.filter(worker__in=_given(user, Access.Kind.COVER).values("colleague"))
    sampled = AccessCase.objects.filter(access__in=_given(user, Access.Kind.SAMPLE).values("pk"))
    return (
        own.order_by()
        .values("case")
        .union(covered.order_by().values("case"), sampled.order_by().values("case"), all=True)
    )


def _given(user: User, kind: Access.Kind) -> QuerySet[Access]:
    today = timezone.localdate()
    return Access.objects.filter(
        user=user, kind=kind, since__lte=today, until__gte=today, ended_at=None
    ).order_by()
