"""Who works on the other rights, complaints and breaches: the person and the state in one answer."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from cases.closed import closed, to_whom_closed
from cases.models import Person, ServiceMember
from cases.queries.staff import managers_of
from sar.gates import hindrances
from sar.kinds import Kind
from sar.models import Breach, Complaint, ErasureItem, Rectification, RightsRequest
from sar.permissions import can_work, may_work

# Rights for which something is held back meanwhile.
HOLDS_BACK = frozenset({Kind.RESTRICTION, Kind.OBJECTION, Kind.RECTIFICATION, Kind.ERASURE})


def complaint_workers() -> QuerySet[User]:
    """Whoever works on complaints, deputies as well."""
    return people_with("sar.work_complaints")


def who_works_on(complaint: Complaint) -> list[User]:
    """Of those who work on complaints the ones for whom this one exists: nobody on one about themself."""
    return [one for one in complaint_workers() if complaints_of(one).filter(pk=complaint.pk)]


def breach_workers() -> QuerySet[User]:
    """Whoever works on breaches, deputies as well."""
    return people_with("sar.work_breaches")


def can_record_complaint(user: User) -> bool:
    return user.has_perm("sar.record_complaint")


def may_work_complaints(user: User) -> bool:
    return user.has_perm("sar.work_complaints")


def complaints_of(user: User) -> QuerySet[Complaint]:
    """The complaints that exist for `user`: what they recorded or look into, or all; never one about
    themself, unless they recorded it, and none of somebody closed to them.
    """
    open_to_them = Complaint.objects.exclude(closed(user, "person"))
    if may_work_complaints(user):
        return open_to_them.exclude(about_staff=user)
    return open_to_them.filter(Q(recorded_by=user) | Q(investigator=user)).exclude(
        Q(about_staff=user) & ~Q(recorded_by=user)
    )


def can_work_complaint(user: User, complaint: Complaint) -> bool:
    """Work on it while it is open: whoever works on complaints, or looks into this one."""
    works = may_work_complaints(user) or complaint.investigator_id == user.pk
    return works and complaint.about_staff_id != user.pk and complaint.is_open


def may_write_of_complaints(user: User) -> bool:
    """Write to whoever complains: who works on complaints and on letters about rights."""
    return may_work_complaints(user) and may_work(user)


def can_report_breach(user: User) -> bool:
    return user.has_perm("sar.report_breach")


def may_read_complaint_figures(user: User) -> bool:
    """Read how many complaints and mistakes there were: whoever works on all of them."""
    return may_work_complaints(user) and user.has_perm("sar.work_breaches")


def breaches_of(user: User) -> QuerySet[Breach]:
    """The log of breaches: all of it for whoever works on it, and nothing for others."""
    return Breach.objects.all() if user.has_perm("sar.work_breaches") else Breach.objects.none()


def can_work_breach(user: User, breach: Breach) -> bool:
    return user.has_perm("sar.work_breaches") and breach.is_open


def rectifications_of(user: User) -> QuerySet[Rectification]:
    """Those sent to `user`, or all for whoever works on requests; none of somebody closed to them."""
    open_to_them = Rectification.objects.exclude(closed(user, "request__person"))
    if user.has_perm("sar.work_requests"):
        return open_to_them
    return open_to_them.filter(for_user=user)


def in_charge_of(entry: Any) -> QuerySet[User]:
    """Who may be asked to put `entry` right: the managers of its service, or whoever is named as being in
    charge; nobody to whom somebody in the case is closed.
    """
    service, family = entry.case.service, Person.objects.filter(case_people__case=entry.case)
    named = ServiceMember.objects.filter(
        service=service, in_charge=True, since__lte=_today()
    ).filter(Q(until=None) | Q(until__gte=_today()))
    writers = people_with("cases.write_entries").filter(pk__in=named.values("user"))
    either = Q(pk__in=managers_of(service).order_by().values("pk")) | Q(pk__in=writers.values("pk"))
    return User.objects.filter(either).exclude(to_whom_closed(family)).order_by("full_name", "pk")


def any_in_charge() -> QuerySet[User]:
    """Who may be in charge of a service: managers, and whoever is named for one."""
    named = ServiceMember.objects.filter(in_charge=True).values("user")
    either = Q(pk__in=people_with("cases.allocate_case").order_by().values("pk")) | Q(pk__in=named)
    return User.objects.filter(either, is_active=True).order_by("full_name", "pk")


def _today() -> date:
    return timezone.localdate()


def can_decide_rectification(user: User, rectification: Rectification) -> bool:
    """Decide it: the person in charge to whom it was sent, once."""
    return rectification.is_waiting and rectification.for_user_id == user.pk


def can_decide_erasure(user: User, request: RightsRequest) -> bool:
    """Decide item by item: whoever works on an open erasure request whose person is known."""
    return (
        user.has_perm("sar.work_requests")
        and request.kind == Kind.ERASURE
        and request.is_open
        and request.person_id is not None
    )


def may_see_erasure(user: User) -> bool:
    return user.has_perm("sar.work_requests") or user.has_perm("sar.approve_erasure")


def may_approve_erasures(user: User) -> bool:
    """Be the second person of what others decided to erase or to keep."""
    return user.has_perm("sar.approve_erasure")


def can_approve_erasure(user: User, item: ErasureItem) -> bool:
    """Approve what somebody else decided, once."""
    return (
        may_approve_erasures(user) and item.approved_at is None and item.recorded_by_id != user.pk
    )


def can_take_portable(user: User, request: RightsRequest) -> bool:
    """Take out what the person provided: of a request for it, once it is established who asks."""
    return (
        user.has_perm("sar.work_requests")
        and request.kind == Kind.PORTABILITY
        and request.person_id is not None
        and not hindrances(request, on=timezone.localdate())
    )


def can_restrict_for(user: User, request: RightsRequest) -> bool:
    """Restrict what a request is about: restriction, objection, rectification, erasure (Art 18, 21)."""
    return can_work(user, request) and request.kind in HOLDS_BACK and request.person_id is not None


def can_send_to_service(user: User, request: RightsRequest) -> bool:
    """Send what is disputed to the person in charge (features.md S19)."""
    return (
        can_work(user, request)
        and request.kind == Kind.RECTIFICATION
        and request.person_id is not None
    )
