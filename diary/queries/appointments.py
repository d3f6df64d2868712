"""Opening an appointment, and beginning a new one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, CasePerson, Person, Service
from cases.permissions import can_see_entries, cases_of, services_of
from cases.queries.cases import open_case
from cases.queries.people import open_person
from cases.queries.purposes import for_task
from core.errors import Refused
from diary.models import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    Group,
    LoneVisit,
    Reminder,
    Room,
)
from diary.permissions import appointments_of, groups_of, keeps_diary, may_arrange_for, may_lead
from diary.queries.calendar import NO_DIARY, people_known
from diary.workflow import AppointmentStatus, ReminderStatus


@dataclass(frozen=True, slots=True)
class AppointmentRecord:
    """An appointment, as far as the reader needs to know it.

    `case` is None where it does not exist for them; `others` counts the people who do not.
    `following` is how many of its series come after it and are planned; `sees_reasons` says whether what it
    is for, and why it was cancelled, is needed for their role.
    """

    appointment: Appointment
    case: Case | None
    people: list[Person]
    others: int
    workers: list[User]
    reminders: list[Reminder]
    following: int
    visit: LoneVisit | None
    sees_reasons: bool

    @property
    def reminds_family(self) -> bool:
        return any(one.person_id and one.status == ReminderStatus.WAITING for one in self.reminders)

    @property
    def reminds_workers(self) -> bool:
        return any(one.worker_id and one.status == ReminderStatus.WAITING for one in self.reminders)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What something new is arranged for, and what may be chosen."""

    services: list[Service]
    case: Case | None
    group: Group | None
    people: list[Person]
    workers: list[User]
    rooms: list[Room]

    @property
    def about(self) -> str:
        """Whom or what it is for, as the page's head says it."""
        if self.group is not None:
            return str(self.group)
        return ", ".join(str(person) for person in self.people)


def open_appointment(
    reference: str, *, look: Look, may: Callable[[User, Appointment], bool] | None = None
) -> AppointmentRecord:
    """Open the appointment with `reference`, and write that `look.by` did.

    NotYours (404, logged) if none exists for them; NotNow (403, logged) if it does and their role does
    not do with it what the page is for (`may`, of diary.permissions).
    """
    user: User = look.by
    one = _in_full(reference, user)
    if one is None:
        raise NotYours(
            "No appointment with this reference.",
            look=look,
            record=Appointment,
            people=AppointmentPerson.objects.filter(appointment__reference=reference).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    look = for_task(look, [one.service_id])
    links = list(one.appointment_people.all())
    known = people_known(user, [one])
    people = [link.person for link in links if link.person_id in known]
    if may is not None and not may(user, one):
        raise NotNow(
            "This appointment is not yours to do that with.",
            look=look,
            record=one,
            people=known,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [Shown(Verb.APPOINTMENT_READ, one, known)])
    return AppointmentRecord(
        appointment=one,
        case=_case_known(one, user),
        people=people,
        others=len(links) - len(people),
        workers=[link.worker for link in one.appointment_workers.all()],
        reminders=[
            reminder
            for reminder in one.reminders.all()
            if reminder.person_id is None or reminder.person_id in known
        ],
        following=_following(one),
        visit=one.lone_visits.order_by("-pk").first(),
        sees_reasons=can_see_entries(user),
    )


def begin_change(record: AppointmentRecord, user: User) -> Beginning:
    """What may be chosen when an appointment is changed: of its case, its service, its people.

    Behind the door: `record` was opened. Its own room and workers stay to be chosen, though the room is
    out of use or a worker has left the service.
    """
    one = record.appointment
    family = [part.person for part in record.case.case_people.all()] if record.case else []
    workers = {worker.pk: worker for worker in [*workers_of([one.service], user), *record.workers]}
    rooms = Room.objects.filter(Q(in_use=True) | Q(pk=one.room_id))
    return Beginning(
        services=[one.service],
        case=record.case,
        group=one.group,
        people=family or record.people,
        workers=list(workers.values()),
        rooms=list(rooms),
    )


def begin_appointment(
    *, look: Look, case: str = "", person: str = "", group: str = ""
) -> Beginning:
    """What something new is arranged for: a case, a person, a group, or none of them.

    Errors as those of the case's, person's and group's own door; NotNow for a role without a diary.
    """
    user: User = look.by
    if case:
        opened = open_case(case, look=look, may=may_arrange_for)
        people = [one.person for one in opened.case_people.all()]
        return _beginning(user, [opened.service], case=opened, people=people)
    if group:
        of = _group_to_lead(group, look=look)
        return _beginning(user, [of.service], group=of)
    if not keeps_diary(user):
        raise NotNow(NO_DIARY, look=look, record=Appointment)
    if person:
        found = open_person(person, look=look, may=keeps_diary)
        return _beginning(user, list(services_of(user)), people=[found.person])
    show(look, [])
    return _beginning(user, list(services_of(user)))


def workers_of(services: list[Service], user: User) -> list[User]:
    """In whose diaries something of `services` may stand: everybody who works there and keeps a diary."""
    today = timezone.localdate()
    numbers = {one.pk for one in services}
    membership = Q(memberships__service__in=numbers, memberships__since__lte=today) & (
        Q(memberships__until=None) | Q(memberships__until__gte=today)
    )
    return list(people_with("diary.keep_diary").filter(membership | Q(pk=user.pk)).distinct())


def _beginning(
    user: User,
    services: list[Service],
    *,
    case: Case | None = None,
    group: Group | None = None,
    people: list[Person] | None = None,
) -> Beginning:
    if not services:
        raise Refused("You belong to no service, so you cannot arrange anything.")
    return Beginning(
        services=services,
        case=case,
        group=group,
        people=people or [],
        workers=workers_of(services, user),
        rooms=list(Room.objects.filter(in_use=True)),
    )


def _group_to_lead(reference: str, *, look: Look) -> Group:
    user: User = look.by
    group = groups_of(user).select_related("service").filter(reference=reference).first()
    if group is None:
        raise NotYours(
            "No group with this reference.",
            look=look,
            record=Group,
            values={"reference": reference},
        )
    if not may_lead(user, group):
        raise NotNow("Your role does not lead groups.", look=look, record=group)
    show(for_task(look, [group.service_id]), [Shown(Verb.GROUP_READ, group)])
    return group


def _in_full(reference: str, user: User) -> Appointment | None:
    return (
        appointments_of(user)
        .filter(reference=reference)
        .select_related(
            "service", "case__service", "group", "room", "series", "contact", "settled_by"
        )
        .prefetch_related(
            Prefetch("appointment_people", AppointmentPerson.objects.select_related("person")),
            Prefetch("appointment_workers", AppointmentWorker.objects.select_related("worker")),
            Prefetch(
                "reminders", Reminder.objects.select_related("person", "worker").order_by("due")
            ),
        )
        .first()
    )


def _case_known(one: Appointment, user: User) -> Case | None:
    if one.case_id is None:
        return None
    with_people = Prefetch("case_people", CasePerson.objects.select_related("person"))
    known = cases_of(user).select_related("service").prefetch_related(with_people)
    return known.filter(pk=one.case_id).first()


def _following(one: Appointment) -> int:
    if one.series_id is None:
        return 0
    later = Appointment.objects.filter(series=one.series_id, starts__gt=one.starts)
    return later.filter(status=AppointmentStatus.PLANNED).count()
