"""The diary of a worker, a team or a room, as a list of days (features.md P42).

Whoever may not know an appointment learns that the time is taken, and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Case, Person, Service, ServiceMember
from cases.permissions import cases_of, people_of, services_in_view
from cases.queries.purposes import for_task
from core.dates import ENGLAND, ONE_DAY, plain
from diary.clock import from_to
from diary.models import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    Room,
)
from diary.permissions import appointments_of, keeps_diary
from diary.workflow import AppointmentStatus

NO_DIARY = "Your role keeps no diary."


@dataclass(frozen=True, slots=True)
class Row:
    """One time that is taken. `appointment` is None where the reader may not know what it is.

    `names` are the people who exist for the reader; `others` is how many more there are; `case` is
    None where it does not exist for the reader.
    """

    starts: datetime
    ends: datetime
    time: str
    who: str
    room: str
    appointment: Appointment | None = None
    names: tuple[Person, ...] = ()
    others: int = 0
    case: Case | None = None
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day and what it holds; `holiday` is what the bank holiday is called, "" on other days."""

    day: date
    holiday: str
    rows: list[Row]

    @property
    def words(self) -> str:
        return plain(self.day, weekday=True)


@dataclass(frozen=True, slots=True)
class Diary:
    """The days that were asked for, each with its rows in order, and what may be chosen."""

    days: list[Day]
    services: list[Service]
    rooms: list[Room]

    @property
    def is_empty(self) -> bool:
        return not any(day.rows for day in self.days)


def list_own(*, look: Look, since: date, until: date) -> Diary:
    """What stands in the diary of `look.by`, from the day `since` to the day `until`, both included."""
    return _list(_of_worker(look.by), look=look, since=since, until=until)


def list_team(*, look: Look, service: str, since: date, until: date) -> Diary:
    """What stands in the diaries of everybody who works in one of the reader's services today.

    `service` is its slug; "" for the first of them, as for one that is not theirs.
    """
    user: User = look.by
    services = list(services_in_view(user))
    chosen = next(
        (one for one in services if one.slug == service), services[0] if services else None
    )
    today = timezone.localdate()
    members = ServiceMember.objects.filter(service=chosen, since__lte=today).filter(
        Q(until=None) | Q(until__gte=today)
    )
    theirs = AppointmentWorker.objects.filter(
        appointment=OuterRef("pk"), worker__in=members.values("user")
    )
    wanted = Appointment.objects.filter(Q(service=chosen) | Exists(theirs))
    return _list(wanted, look=look, since=since, until=until, services=services)


def list_room(*, look: Look, room: str, since: date, until: date) -> Diary:
    """When a room is booked; `room` is its number, "" for all of them."""
    wanted = Appointment.objects.filter(room__isnull=False)
    if room.isdecimal():
        wanted = wanted.filter(room=int(room))
    return _list(wanted, look=look, since=since, until=until)


def list_case(case: Case, *, user: User, since: date, until: date) -> list[Row]:
    """What is arranged in a case that `user` has opened; behind the door of that case."""
    return _rows(list(_between(Appointment.objects.filter(case=case), since, until)), user)


def _list(
    wanted: QuerySet[Appointment],
    *,
    look: Look,
    since: date,
    until: date,
    services: list[Service] | None = None,
) -> Diary:
    user: User = look.by
    if not keeps_diary(user):
        raise NotNow(NO_DIARY, look=look, record=Appointment)
    found = list(_between(wanted, since, until))
    rows = _rows(found, user)
    known = [row for row in rows if row.appointment is not None]
    show(
        for_task(look, {row.appointment.service_id for row in known if row.appointment}),
        [Shown(Verb.APPOINTMENT_LISTED, row.appointment, row.names) for row in known],
    )
    return Diary(
        days=_by_day(rows, since, until),
        services=services or [],
        rooms=list(Room.objects.filter(in_use=True)),
    )


def _of_worker(user: User) -> QuerySet[Appointment]:
    own = AppointmentWorker.objects.filter(appointment=OuterRef("pk"), worker=user)
    return Appointment.objects.filter(Exists(own))


def _between(wanted: QuerySet[Appointment], since: date, until: date) -> QuerySet[Appointment]:
    return (
        wanted.filter(starts__lt=midnight(until + ONE_DAY), ends__gt=midnight(since))
        .select_related("service", "case", "group", "room", "series")
        .prefetch_related(
            Prefetch("appointment_people", AppointmentPerson.objects.select_related("person")),
            Prefetch("appointment_workers", AppointmentWorker.objects.select_related("worker")),
        )
        .order_by("starts", "pk")
        .fetch_mode(models.FETCH_RAISE)
    )


def midnight(day: date) -> datetime:
    """The moment at which `day` begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _rows(found: list[Appointment], user: User) -> list[Row]:
    known = set(
        appointments_of(user).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)
    )
    people = people_known(user, [one for one in found if one.pk in known])
    cases = set(
        cases_of(user)
        .filter(pk__in={one.case_id for one in found if one.case_id})
        .values_list("pk", flat=True)
    )
    return [
        _row(one, people, cases) if one.pk in known else _busy(one)
        for one in found
        # What was cancelled takes no time: whoever may not know it need not see it.
        if one.pk in known or one.status in (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
    ]


def people_known(user: User, appointments: Iterable[Appointment]) -> set[int]:
    """The numbers of those with whom `appointments` are who exist for `user`."""
    numbers = {link.person_id for one in appointments for link in one.appointment_people.all()}
    if not numbers:
        return set()
    return set(
        people_of(user, among=Person.objects.filter(pk__in=numbers)).values_list("pk", flat=True)
    )


def _row(one: Appointment, people: set[int], cases: set[int]) -> Row:
    links = list(one.appointment_people.all())
    names = tuple(link.person for link in links if link.person_id in people)
    return Row(
        starts=one.starts,
        ends=one.ends,
        time=from_to(one.starts, one.ends),
        who=_workers(one),
        room=one.where_in_words,
        appointment=one,
        names=names,
        others=len(links) - len(names),
        case=one.case if one.case_id in cases else None,
        is_struck=one.status
        in (AppointmentStatus.CANCELLED_BY_THEM, AppointmentStatus.CANCELLED_BY_US),
    )


def _busy(one: Appointment) -> Row:
    return Row(
        starts=one.starts,
        ends=one.ends,
        time=from_to(one.starts, one.ends),
        who=_workers(one),
        # Where a colleague is on a visit may say with whom; a room of ours says nothing.
        room=str(one.room or ""),
    )


def _workers(one: Appointment) -> str:
    return ", ".join(str(link.worker) for link in one.appointment_workers.all())


def _by_day(rows: list[Row], since: date, until: date) -> list[Day]:
    days = []
    day = since
    while day <= until:
        holds = [
            row
            for row in rows
            if timezone.localdate(row.starts) == day
            or (day == since and timezone.localdate(row.starts) < since)
        ]
        days.append(Day(day=day, holiday=ENGLAND.name(day) or "", rows=holds))
        day += ONE_DAY
    return days
