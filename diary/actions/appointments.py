"""Arranging, moving and cancelling appointments; one, or one and all that follow it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case, Person, Service
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from core import workflow
from core.dates import ENGLAND, plain
from core.errors import Refused
from diary import repeats
from diary.actions.reminders import set_reminders, stop_reminders
from diary.clock import zone
from diary.models import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    Group,
    Kind,
    Room,
    Series,
    Where,
)
from diary.queries.overlaps import clashes_of_workers, room_taken, spoken
from diary.queries.parts import case_of_all
from diary.workflow import APPOINTMENT_MOVES, AppointmentStatus


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often something is arranged, and until when: a day, or so many times."""

    every: str
    until: date | None = None
    times: int | None = None
    skips_holidays: bool = True


class Overlap(Refused):
    """A worker has something else at that time, or it is a bank holiday. Said once; with `anyway` it is
    arranged all the same.
    """


@transaction.atomic
def arrange(
    *,
    service: Service,
    kind: str,
    starts: datetime,
    minutes: int,
    where: str,
    workers: Iterable[User],
    room: Room | None = None,
    place: str = "",
    purpose: str = "",
    alone: bool = False,
    case: Case | None = None,
    group: Group | None = None,
    people: Iterable[Person] = (),
    repeat: Repeat | None = None,
    remind_family: bool = False,
    remind_workers: bool = False,
    anyway: bool = False,
    token: UUID | None = None,
    by: User,
) -> Appointment:
    """Arrange something ahead, once or repeatedly, and give the first of it (features.md P42).

    The same form sent twice arranges it once. Refused while the room is taken on any of the days, which
    are named; refused once where a worker has something else (Overlap).
    """
    workers, people = list(workers), list(people)
    if before := _sent_before(token, by):
        return before
    if case is None and group is None:
        # The front desk arranges for a person without seeing cases; what comes of it is written in one.
        case = case_of_all(people, service)
    _check(
        service, case=case, group=group, people=people, workers=workers, kind=kind, starts=starts
    )
    planned = _days(starts, repeat)
    fields = _place(where, room, place) | {
        "kind": kind,
        "purpose": purpose.strip(),
        "alone": alone,
        "service": service,
        "case": case,
        "group": group,
    }
    ends = [repeats.ends_after(moment, minutes) for moment in planned]
    spans = list(zip(planned, ends, strict=True))
    _check_free(spans, room=fields["room"], workers=workers, anyway=anyway)
    record(
        Verb.APPOINTMENT_ARRANGED,
        by=by,
        action=Action.CREATE,
        record=Appointment,
        people=people,
        purpose=task_of(by, [service.pk]),
    )
    series = None
    if repeat is not None:
        series = Series.objects.create(
            every=repeat.every, skips_holidays=repeat.skips_holidays, recorded_by=by
        )
    made = _made(
        Appointment(
            **fields,
            series=series,
            starts=first,
            ends=last,
            token=token if number == 0 else None,
            recorded_by=by,
        )
        for number, (first, last) in enumerate(spans)
    )
    _name(made, people=people, workers=workers)
    set_reminders(appointments=made, family=remind_family, workers=remind_workers, by=by)
    _tell_workers(made[0], "Something is new in your diary.", workers, by)
    return made[0]


@transaction.atomic
def change(
    *,
    appointment: Appointment,
    starts: datetime,
    minutes: int,
    where: str,
    workers: Iterable[User],
    room: Room | None = None,
    place: str = "",
    purpose: str = "",
    alone: bool = False,
    people: Iterable[Person] = (),
    remind_family: bool = False,
    remind_workers: bool = False,
    following: bool = False,
    anyway: bool = False,
    by: User,
) -> Appointment:
    """Move an appointment, or say otherwise where it is, with whom or what for.

    With `following` every later one of its series that is still planned moves by as many days, to the same
    time by the clock; Overlap if one of those comes to a bank holiday. All of them change, or none.
    """
    workers, people = list(workers), list(people)
    chosen = _locked(appointment, following=following)
    before = chosen[0]
    _check(
        before.service,
        case=before.case,
        group=before.group,
        people=people,
        workers=workers,
        kind=before.kind,
        starts=starts,
    )
    fields = _place(where, room, place) | {"purpose": purpose.strip(), "alone": alone}
    spans = _shifted(chosen, starts, minutes)
    moved = spans[0][0] != before.starts or fields["where"] != before.where
    own = [one.pk for one in chosen]
    if not anyway:
        _check_holidays(chosen, spans)
    _check_free(spans, room=fields["room"], workers=workers, anyway=anyway, without=own)
    had = list(before.workers.all())
    record(
        Verb.APPOINTMENT_CHANGED,
        by=by,
        action=Action.UPDATE,
        record=before,
        people={*_people_of(chosen), *(person.pk for person in people)},
        purpose=task_of(by, [before.service_id]),
        values={"starts": [before.starts, starts], "following": len(chosen) - 1},
    )
    _write_over(chosen, spans, fields)
    _name(chosen, people=people, workers=workers)
    set_reminders(appointments=chosen, family=remind_family, workers=remind_workers, by=by)
    if moved or set(had) != set(workers):
        _tell_workers(before, "Something in your diary has changed.", {*had, *workers}, by)
    appointment.refresh_from_db()
    return appointment


@transaction.atomic
def cancel(
    *, appointment: Appointment, status: str, because: str = "", following: bool = False, by: User
) -> Appointment:
    """Say that an appointment is cancelled, by the family or by us; with `following` all later ones too.

    Its reminders stop, and its room is free again. It stays in the diary, struck out.
    """
    if status not in (AppointmentStatus.CANCELLED_BY_THEM, AppointmentStatus.CANCELLED_BY_US):
        raise Refused("Say who cancelled it: the family, or we.")
    chosen = _locked(appointment, following=following)
    record(
        Verb.APPOINTMENT_CANCELLED,
        by=by,
        action=Action.UPDATE,
        record=appointment,
        people=_people_of(chosen),
        purpose=task_of(by, [appointment.service_id]),
    )
    for one in chosen:
        workflow.make(
            one,
            APPOINTMENT_MOVES[status],
            settled_at=timezone.now(),
            settled_by=by,
            settled_because=because.strip(),
        )
    stop_reminders(appointments=chosen, by=by)
    _tell_workers(
        appointment, "Something in your diary is cancelled.", appointment.workers.all(), by
    )
    appointment.refresh_from_db()
    return appointment


def _sent_before(token: UUID | None, by: User) -> Appointment | None:
    if token is None:
        return None
    return Appointment.objects.filter(token=token, recorded_by=by).first()


def _check(
    service: Service,
    *,
    case: Case | None,
    group: Group | None,
    people: list[Person],
    workers: list[User],
    kind: str,
    starts: datetime,
) -> None:
    if case is not None:
        lock_open(case)
        part = set(case.case_people.values_list("person_id", flat=True))
        for person in people:
            if person.pk not in part:
                raise Refused(f"{person} is not part of {case.reference}: add them first.")
        if not people:
            raise Refused("Say with whom it is: at least one person of the case.")
        if case.service_id != service.pk:
            raise Refused("The case belongs to another service.")
    if group is not None and group.ended_on is not None:
        raise Refused(f"{group} has ended: it has no more sessions.")
    if kind in (Kind.HOME_VISIT, Kind.PHONE) and not people:
        raise Refused("Say with whom it is: begin from their record or from their case.")
    if not workers:
        raise Refused("Say in whose diary it stands: at least one worker.")
    if starts <= timezone.now():
        raise Refused(
            "This time has passed. Choose a time to come; what has happened is a contact."
        )


def _days(starts: datetime, repeat: Repeat | None) -> list[datetime]:
    """The moments at which it begins, `starts` first."""
    if repeat is None:
        return [starts]
    if repeat.until is None and repeat.times is None:
        raise Refused("Say until when it repeats: a day, or how many times.")
    here = timezone.localtime(starts, zone())
    if repeat.until is not None and repeat.until < here.date():
        raise Refused("It cannot stop repeating before it begins. Choose a later day.")
    days = repeats.days_of(here.date(), repeat.every, until=repeat.until, times=repeat.times)
    kept = [one.day for one in days if not (repeat.skips_holidays and one.holiday)]
    if not kept:
        raise Refused("Each of these days is a bank holiday. Choose another day.")
    at = here.time().replace(tzinfo=None)
    return [repeats.moment(day, at, zone()) for day in kept]


def _shifted(
    chosen: list[Appointment], starts: datetime, minutes: int
) -> list[tuple[datetime, datetime]]:
    """When each of `chosen` begins and ends, once the first begins at `starts`."""
    here = timezone.localtime(starts, zone())
    days = (here.date() - timezone.localtime(chosen[0].starts, zone()).date()).days
    at: time = here.time().replace(tzinfo=None)
    begin = [repeats.moved(one.starts, days=days, at=at, zone=zone()) for one in chosen]
    return [(moment, repeats.ends_after(moment, minutes)) for moment in begin]


def _place(where: str, room: Room | None, place: str) -> dict[str, Any]:
    """The fields that say where, without what another answer had typed."""
    room = room if where == Where.ROOM else None
    place = place.strip() if where == Where.ELSEWHERE else ""
    if where == Where.ROOM and room is None:
        raise Refused("Choose the room.")
    if where == Where.ELSEWHERE and not place:
        raise Refused("Write where it takes place.")
    return {"where": where, "room": room, "place": place}


def _check_free(
    spans: list[tuple[datetime, datetime]],
    *,
    room: Room | None,
    workers: list[User],
    anyway: bool,
    without: Iterable[int] = (),
) -> None:
    without = list(without)
    if room is not None and (taken := room_taken(room, spans, without=without)):
        raise Refused(f"{room} is booked {spoken(taken)}. Choose another room or another time.")
    if not anyway and (clashes := clashes_of_workers(workers, spans, without=without)):
        raise Overlap(f"{clashes} Tick the box below the workers to arrange it all the same.")


def _check_holidays(chosen: list[Appointment], spans: list[tuple[datetime, datetime]]) -> None:
    """Those that follow are moved by a number of days: nobody looked at each of the days they come to."""
    days = [timezone.localdate(starts, zone()) for starts, _ in spans[1:]]
    if not days or chosen[0].series is None or not chosen[0].series.skips_holidays:
        return
    if closed := [
        f"{plain(day, weekday=True)} ({name})" for day in days if (name := ENGLAND.name(day))
    ]:
        raise Overlap(
            f"Moved like this, it comes to a bank holiday on {' and '.join(closed)}. Move this one alone,"
            " or tick the box below the workers to move all of them all the same."
        )


def _made(appointments: Iterable[Appointment]) -> list[Appointment]:
    """Write them; what somebody else booked in the same second is refused by the database."""
    try:
        with transaction.atomic():
            return Appointment.objects.bulk_create(list(appointments))
    except IntegrityError as error:
        raise _booked(error) from error


def _write_over(
    chosen: list[Appointment], spans: list[tuple[datetime, datetime]], fields: dict[str, Any]
) -> None:
    # The last first where they move later, so that a series does not run into itself.
    order = list(zip(chosen, spans, strict=True))
    if spans[0][0] > chosen[0].starts:
        order.reverse()
    try:
        with transaction.atomic():
            for one, (starts, ends) in order:
                Appointment.objects.filter(pk=one.pk).update(starts=starts, ends=ends, **fields)
                one.refresh_from_db()
    except IntegrityError as error:
        raise _booked(error) from error


def _booked(error: IntegrityError) -> Exception:
    if "room_once_at_a_time" not in str(error):
        return error
    return Refused("Somebody has just booked the room. Choose another room or another time.")


def _name(made: list[Appointment], *, people: list[Person], workers: list[User]) -> None:
    """Say who comes and who works, instead of whoever was named before."""
    numbers = [one.pk for one in made]
    AppointmentPerson.objects.filter(appointment__in=numbers).exclude(person__in=people).delete()
    AppointmentWorker.objects.filter(appointment__in=numbers).exclude(worker__in=workers).delete()
    AppointmentPerson.objects.bulk_create(
        (AppointmentPerson(appointment=one, person=person) for one in made for person in people),
        ignore_conflicts=True,
    )
    AppointmentWorker.objects.bulk_create(
        (AppointmentWorker(appointment=one, worker=worker) for one in made for worker in workers),
        ignore_conflicts=True,
    )


def _locked(appointment: Appointment, *, following: bool) -> list[Appointment]:
    """The appointment, and with `following` those of its series after it that are planned; held until
    the transaction ends. Refused if it is not planned any more.
    """
    rows = Appointment.objects.filter(pk=appointment.pk)
    if following and appointment.series_id is not None:
        rows = Appointment.objects.filter(
            series=appointment.series_id, starts__gte=appointment.starts
        )
    held = list(
        rows.select_for_update(of=("self",), no_key=True)
        .select_related("service", "case", "group")
        .order_by("starts", "pk")
    )
    first = next((one for one in held if one.pk == appointment.pk), None)
    if first is None or first.status != AppointmentStatus.PLANNED:
        raise Refused(
            f"{appointment.reference} is not planned any more. Somebody may have changed it: look again."
        )
    others = [one for one in held if one.pk != first.pk]
    return [first, *(one for one in others if one.status == AppointmentStatus.PLANNED)]


def _people_of(appointments: list[Appointment]) -> set[int]:
    rows = AppointmentPerson.objects.filter(appointment__in=appointments)
    return set(rows.values_list("person_id", flat=True))


def _tell_workers(
    appointment: Appointment, sentence: str, workers: Iterable[User], by: User
) -> None:
    """Tell the colleagues in whose diary it stands; nobody is told what they did themselves."""
    others = [worker for worker in workers if worker.pk != by.pk]
    if others:
        day = plain(timezone.localdate(appointment.starts), weekday=True)
        tell(
            who=others,
            sentence=f"{sentence.removesuffix('.')}: {day}.",
            link=appointment.get_absolute_url(),
            by=by,
        )
