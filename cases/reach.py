"""How far somebody's need to know reaches: their services, and what they were given for some days (S9, P50).

`cases.permissions` puts it together with the role and with what is closed. Everything here is a condition
inside the question that is asked anyway.
"""

from typing import Any

from django.db.models import Exists, Q, QuerySet, Value
from django.db.models.lookups import Exact

from accounts.models import User
from audit.purposes import Purpose
from cases.closed import numbers_of_cases, numbers_of_referrals, passes_seals
from cases.models import (
    Access,
    AccessCase,
    Allocation,
    CasePerson,
    EmergencyLook,
    ReferralPerson,
    Service,
    ServiceMember,
)
from core.worded import Worded, day_for, holds, moment_for, numbers


def services_of(user: User) -> QuerySet[Service]:
    """The services whose records `user` needs to know today: they belong to them, or cover for a while.

    None for whoever only reviews: of a service they know the sample that they were given (S13).
    """
    if not _reads_services(user):
        return Service.objects.none()
    return Service.objects.filter(pk__in=numbers(_services, user))


def of_services_read_whole(user: User, service: str = "service") -> Q:
    """Rows whose `service`, the name of a column, is one of `services_of` all whose cases `user` needs to know:
    of the narrow ones, managers alone.
    """
    if not _reads_services(user):
        return Q(pk__in=())
    return Q(**{f"{service}__in": numbers(_read_whole, user, manages=_manages(user))})


def cases_one_by_one(user: User) -> Worded:
    """The numbers of the cases that `user` needs to know one by one: their own of narrow services, those of
    a colleague for whom they cover, those of a sample, and those of somebody in an emergency.
    """
    return numbers(_one_by_one, user, urgent=_may_be_urgent(user))


def in_emergency(user: User) -> QuerySet:
    """The numbers of the people whose records `user` has opened in an emergency that lasts."""
    return emergencies_now(user).order_by().values("person")


def emergencies_now(user: User) -> QuerySet[EmergencyLook]:
    """The emergency looks of `user` that last; none for a program that acts for them."""
    return _emergencies(user) if _may_be_urgent(user) else EmergencyLook.objects.none()


def access_at_hand(user: User, people: set[int]) -> Purpose | None:
    """For what `user` was given access to a case of any of `people`, or opened their record in an emergency
    (settings.TASKS_AT_HAND); None where neither says it.
    """
    cases = CasePerson.objects.filter(person__in=people).order_by().values("case")
    family = CasePerson.objects.filter(case__in=cases).order_by().values("person")
    sampled = AccessCase.objects.filter(
        access__in=_given(user, Access.Kind.SAMPLE).values("pk"), case__in=cases
    )
    covered = Allocation.objects.filter(
        until=None, worker__in=_given(user, Access.Kind.COVER).values("colleague"), case__in=cases
    )
    found = {
        Purpose.EMERGENCY: emergencies_now(user).filter(
            Q(person__in=people) | Q(person__in=family)
        ),
        Purpose.QUALITY: sampled,
        Purpose.SERVICE: covered,
    }
    each = [rows.order_by().values_list(Value(purpose.value)) for purpose, rows in found.items()]
    kinds = {kind for (kind,) in each[0].union(*each[1:]).order_by()}
    return next((purpose for purpose in found if purpose.value in kinds), None)


def known(user: User) -> Worded:
    """People known to `user` by a case or a referral of theirs that is not closed to them, or because
    they added them and no case or referral has taken them on.
    """
    return holds(
        _is_known,
        user,
        of=("pk", "recorded_by_id"),
        manages=_manages(user),
        past=passes_seals(user),
        reads=_reads_services(user),
        urgent=_may_be_urgent(user),
    )


def _manages(user: User) -> bool:
    return user.has_perm("cases.allocate_case")


def _reads_services(user: User) -> bool:
    return user.has_perm("cases.read_service")


def _may_be_urgent(user: User) -> bool:
    """A program that acts for somebody is in no emergency."""
    return not user.through


# --- Questions (core.worded) ----------------------------------------------------------------------


def _services(user: Any) -> QuerySet:
    today = day_for(user)
    membership = ServiceMember.objects.filter(user=user, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    given = _given(user, Access.Kind.SERVICE).values("service")
    return membership.order_by().values("service").union(given, all=True)


def _read_whole(user: Any, *, manages: bool) -> QuerySet:
    theirs = Service.objects.filter(pk__in=_services(user))
    whole = theirs if manages else theirs.filter(own_workers_only=False)
    return whole.order_by().values("pk")


def _one_by_one(user: Any, *, urgent: bool) -> QuerySet:
    working = Allocation.objects.filter(until=None)
    own = working.filter(
        worker=user, case__service__own_workers_only=True, case__service__in=_services(user)
    )
    covered = working.filter(worker__in=_given(user, Access.Kind.COVER).values("colleague"))
    sampled = AccessCase.objects.filter(access__in=_given(user, Access.Kind.SAMPLE).values("pk"))
    others: list[QuerySet[Any]] = [covered, sampled]
    if urgent:
        others.append(CasePerson.objects.filter(person__in=_urgent_people(user)))
    each = (one.order_by().values("case") for one in others)
    return own.order_by().values("case").union(*each, all=True)


def _urgent_people(user: Any) -> QuerySet:
    return _emergencies(user).order_by().values("person")


def _emergencies(user: Any) -> QuerySet[EmergencyLook]:
    return EmergencyLook.objects.filter(recorded_by=user, ended_at=None, until__gt=moment_for(user))


def _given(user: Any, kind: Access.Kind) -> QuerySet[Access]:
    today = day_for(user)
    return Access.objects.filter(
        user=user, kind=kind, since__lte=today, until__gte=today, ended_at=None
    ).order_by()


def _is_known(
    user: Any,
    person: Any,
    recorded_by: Any,
    *,
    manages: bool,
    past: bool,
    reads: bool,
    urgent: bool,
) -> Q:
    in_a_case = CasePerson.objects.filter(person=person)
    in_a_referral = ReferralPerson.objects.filter(person=person)
    cases = in_a_case.exclude(case__in=numbers_of_cases(user, past=past))
    referrals = in_a_referral.exclude(referral__in=numbers_of_referrals(user, past=past))
    nowhere = ~Exists(in_a_case) & ~Exists(in_a_referral)
    theirs = Q(Exists(cases.filter(case__in=_one_by_one(user, urgent=urgent))))
    theirs |= Q(Exact(recorded_by, user)) & nowhere
    if reads:
        services = _read_whole(user, manages=manages)
        theirs |= Q(Exists(cases.filter(case__service__in=services)))
        theirs |= Q(Exists(referrals.filter(referral__service__in=services)))
    if urgent:
        theirs |= Q(Exists(referrals.filter(person__in=_urgent_people(user))))
        theirs |= Q(Exists(_emergencies(user).filter(person=person))) & nowhere
    return theirs
