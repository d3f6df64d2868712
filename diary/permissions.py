"""Who may do what in the diary, and when: the person and the state in one answer.

An appointment exists for whoever belongs to its service, and for the workers in whose diary it stands. Of a
colleague's or a room's other appointments one learns that they are there, and nothing else. Names are
shown only of people who exist for the reader (`cases.permissions.people_of`).
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.closed import closed, closed_cases
from cases.models import Case
from cases.permissions import cases_of, services_of
from cases.reach import of_services_read_whole
from cases.restricted import usable
from cases.workflow import CaseStatus
from diary.models import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    DropIn,
    Group,
    LoneVisit,
)
from diary.workflow import (
    APPOINTMENT_MOVES,
    VISIT_MOVES,
    AppointmentStatus,
    VisitMove,
    VisitStatus,
)


def keeps_diary(user: User) -> bool:
    return user.has_perm("diary.keep_diary")


def manages_diary(user: User) -> bool:
    """Rooms, groups and the duty rota."""
    return user.has_perm("diary.manage_diary")


def appointments_of(user: User) -> QuerySet[Appointment]:
    """The appointments that exist for `user`."""
    if not keeps_diary(user):
        return Appointment.objects.none()
    with_somebody = AppointmentPerson.objects.filter(closed(user, "person")).values("appointment")
    open_to_them = Appointment.objects.exclude(
        Q(pk__in=with_somebody) | Q(case__in=closed_cases(user))
    )
    if user.has_perm("cases.open_any_record"):
        return usable(open_to_them, by=user)
    theirs = AppointmentWorker.objects.filter(appointment=OuterRef("pk"), worker=user)
    found = open_to_them.filter(of_services_read_whole(user) | Q(Exists(theirs)))
    return usable(found, by=user)


def may_arrange_for(user: User, case: Case) -> bool:
    """Whether arranging something in this case is part of their work."""
    return keeps_diary(user)


def can_arrange_for(user: User, case: Case) -> bool:
    """Arrange something with a family: while their case is open."""
    return case.status == CaseStatus.OPEN and may_arrange_for(user, case)


def may_change(user: User, appointment: Appointment) -> bool:
    """Whether moving or cancelling it is part of their work: somebody of its service, or its worker."""
    return keeps_diary(user) and (
        services_of(user).filter(pk=appointment.service_id).exists()
        or appointment.appointment_workers.filter(worker=user).exists()
    )


def can_change(user: User, appointment: Appointment) -> bool:
    """Move it, or say that it is cancelled: while it is planned."""
    return appointment.status == AppointmentStatus.PLANNED and may_change(user, appointment)


def may_settle(user: User, appointment: Appointment) -> bool:
    """Whether saying what became of it is part of their work: for a case, whoever writes in it."""
    if appointment.group_id is not None or not may_change(user, appointment):
        return False
    if appointment.case_id is None:
        return True
    return (
        user.has_perm("cases.write_entries")
        and cases_of(user).filter(pk=appointment.case_id).exists()
    )


def can_settle(user: User, appointment: Appointment) -> bool:
    """Say what became of it: once it has begun, and once."""
    planned = APPOINTMENT_MOVES[AppointmentStatus.HELD].sources
    begun = appointment.starts <= timezone.now()
    return begun and appointment.status in planned and may_settle(user, appointment)


def groups_of(user: User) -> QuerySet[Group]:
    """The groups that exist for `user`: those of their services."""
    if not keeps_diary(user):
        return Group.objects.none()
    if user.has_perm("cases.open_any_record"):
        return Group.objects.all()
    return Group.objects.filter(service__in=services_of(user))


def may_make_groups(user: User) -> bool:
    return manages_diary(user)


def may_lead(user: User, group: Group) -> bool:
    """Whether saying who belongs to the group, and keeping its register, is part of their work."""
    return (
        user.has_perm("cases.write_entries")
        and keeps_diary(user)
        and services_of(user).filter(pk=group.service_id).exists()
    )


def can_lead(user: User, group: Group) -> bool:
    return group.ended_on is None and may_lead(user, group)


def may_end(user: User, group: Group) -> bool:
    """Whether ending the group is part of their work: a manager of its service."""
    return manages_diary(user) and may_lead(user, group)


def may_keep_register(user: User, appointment: Appointment) -> bool:
    return appointment.group is not None and may_lead(user, appointment.group)


def drop_ins_of(user: User) -> QuerySet[DropIn]:
    """The drop-in attendances that exist for `user`: those of their services."""
    if not keeps_diary(user):
        return DropIn.objects.none()
    found = DropIn.objects.filter(service__in=services_of(user)).exclude(closed(user, "person"))
    return usable(found, by=user)


def goes_alone(user: User) -> bool:
    """Whoever keeps a diary may say that they go somewhere alone."""
    return keeps_diary(user)


def may_go_to(user: User, appointment: Appointment) -> bool:
    """Say that one goes alone: to what stands in one's own diary."""
    return goes_alone(user) and appointment.appointment_workers.filter(worker=user).exists()


def may_return(user: User, visit: LoneVisit) -> bool:
    """Whose it is to say that they are safe: the worker's; after an alarm also whoever looks after it."""
    return user.pk in {visit.worker_id, visit.taken_by_id}


def can_return(user: User, visit: LoneVisit) -> bool:
    """Say that they are safe, while they are not back."""
    return visit.status in VISIT_MOVES[VisitMove.RETURN].sources and may_return(user, visit)


def can_stay_longer(user: User, visit: LoneVisit) -> bool:
    """Say that it takes longer: the worker, before the alarm."""
    return visit.status == VisitStatus.OUT and visit.worker_id == user.pk


def can_take(user: User, visit: LoneVisit) -> bool:
    """Look after an alarm: anybody to whom the visit's page opens, except whom it is about."""
    return visit.status in VISIT_MOVES[VisitMove.TAKE].sources and user.pk != visit.worker_id
