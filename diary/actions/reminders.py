"""Reminders: arranged with an appointment, stopped with it, and sent once.

What a reminder says gives nothing away (`diary.emails`), and it goes only where `cases` says that an e-mail
is safe. It is marked before it leaves: a worker that is killed in the middle leaves it marked, and
nobody is reminded twice.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Means, Person
from cases.queries.safe_contact import reach, reach_many
from cases.workflow import CaseStatus
from core import workflow
from core.dates import ONE_DAY
from core.errors import Refused
from diary.clock import clock
from diary.models import Appointment, AppointmentWorker, Reminder
from diary.workflow import REMINDER_MOVES, AppointmentStatus, ReminderMove, ReminderStatus

FAMILY_AT = time(10)  # on the day before
WORKERS_BEFORE = timedelta(hours=1)
LONGEST_REASON = 300  # characters, as the column


@transaction.atomic
def set_reminders(
    *, appointments: Iterable[Appointment], family: bool, workers: bool, by: User
) -> None:
    """Make the reminders of `appointments` what is wanted now: for everybody with whom they are, for their
    workers, for both or for nobody. What has been sent stays sent; what lies in the past is left out.

    Refused if the family is wanted and nobody of it can be reached safely by e-mail.
    """
    chosen = list(appointments)
    now = timezone.now()
    wanted: dict[tuple[int, str, int], datetime] = {}
    if family:
        reached = _reached(list(chosen[0].people.all()))
        for one in chosen:
            due = _due_for_family(one.starts)
            wanted |= {(one.pk, "person_id", who): due for who in reached}
    if workers:
        rows = AppointmentWorker.objects.filter(appointment__in=chosen)
        for link in rows.select_related("appointment"):
            due = link.appointment.starts - WORKERS_BEFORE
            wanted[link.appointment_id, "worker_id", link.worker_id] = due
    wanted = {key: due for key, due in wanted.items() if due > now}
    rows_waiting = Reminder.objects.filter(appointment__in=chosen, status=ReminderStatus.WAITING)
    waiting = {_key(one): one for one in rows_waiting}
    new = [key for key in wanted if key not in waiting]
    gone = [one for key, one in waiting.items() if key not in wanted]
    moved = [key for key, due in wanted.items() if key in waiting and waiting[key].due != due]
    if not (new or gone or moved):
        return
    record(
        Verb.REMINDER_ARRANGED,
        by=by,
        action=Action.UPDATE,
        record=chosen[0],
        people={who for _, field, who in wanted if field == "person_id"},
        purpose=Purpose.SERVICE,
    )
    for key in moved:
        Reminder.objects.filter(pk=waiting[key].pk).update(due=wanted[key])
    for reminder in gone:
        workflow.make(reminder, REMINDER_MOVES[ReminderMove.STOP], ended=now)
    Reminder.objects.bulk_create(
        Reminder(
            appointment_id=number,
            due=wanted[number, field, who],
            recorded_by_id=by.pk,
            **{field: who},
        )
        for number, field, who in new
    )


@transaction.atomic
def stop_reminders(*, appointments: Iterable[Appointment], by: Actor) -> None:
    """Whatever waits for these appointments is not sent any more."""
    chosen = list(appointments)
    waiting = Reminder.objects.filter(appointment__in=chosen, status=ReminderStatus.WAITING)
    stopped = list(waiting.select_for_update(of=("self",)))
    if not stopped:
        return
    record(
        Verb.REMINDER_STOPPED,
        by=by,
        action=Action.UPDATE,
        record=chosen[0],
        people={one.person_id for one in stopped if one.person_id},
    )
    for one in stopped:
        workflow.make(one, REMINDER_MOVES[ReminderMove.STOP], ended=timezone.now())


@transaction.atomic
def begin_reminder(*, reminder: Reminder, by: Actor = SYSTEM) -> bool:
    """Mark a reminder as being sent; True if an e-mail to the family is now to leave.

    Workers are told here. A reminder that has become wrong meanwhile is stopped: the appointment is not
    planned any more or has begun, its case is closed, or no e-mail to the person is safe any more.
    """
    held = Reminder.objects.select_for_update(of=("self",)).filter(
        pk=reminder.pk, status=ReminderStatus.WAITING
    )
    one = held.select_related("appointment__case", "person", "worker").first()
    if one is None:
        return False
    now = timezone.now()
    if not _still_right(one.appointment, now):
        _end(one, ReminderMove.STOP, Verb.REMINDER_STOPPED, by=by)
        return False
    if one.worker is not None:
        _end(one, ReminderMove.BEGIN, Verb.REMINDER_SENT, by=by)
        workflow.make(one, REMINDER_MOVES[ReminderMove.END], ended=now)
        tell(
            who=[one.worker],
            sentence=f"Something in your diary begins at {clock(one.appointment.starts)}.",
            link=one.appointment.get_absolute_url(),
            by=by,
        )
        return False
    if one.person is None:
        return False
    way = reach(one.person, on=timezone.localdate(now)).by(Means.EMAIL)
    if not way.allowed:
        because = f"No e-mail to them is safe now. {way.why}"[:LONGEST_REASON]
        _end(one, ReminderMove.FAIL, Verb.REMINDER_NOT_SENT, because=because, by=by)
        return False
    _end(one, ReminderMove.BEGIN, Verb.REMINDER_SENT, sent_to=way.points[0], by=by)
    return True


@transaction.atomic
def end_reminder(*, reminder: Reminder, because: str = "", by: Actor = SYSTEM) -> None:
    """Say what became of a reminder that was being sent: sent, or not, `because`."""
    move = ReminderMove.FAIL if because else ReminderMove.END
    verb = Verb.REMINDER_NOT_SENT if because else Verb.REMINDER_SENT
    _end(reminder, move, verb, because=because, by=by)


def _end(
    reminder: Reminder, move: ReminderMove, verb: Verb, *, by: Actor, **changes: object
) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=reminder,
        people=[reminder.person_id] if reminder.person_id else [],
    )
    workflow.make(reminder, REMINDER_MOVES[move], ended=timezone.now(), **changes)


def _due_for_family(starts: datetime) -> datetime:
    """When somebody of the family is reminded: the morning before."""
    day = timezone.localdate(starts) - ONE_DAY
    return timezone.make_aware(datetime.combine(day, FAMILY_AT))


def _still_right(appointment: Appointment, now: datetime) -> bool:
    case = appointment.case
    return (
        appointment.status == AppointmentStatus.PLANNED
        and appointment.starts > now
        and (case is None or case.status == CaseStatus.OPEN)
    )


def _reached(people: list[Person]) -> set[int]:
    """The numbers of those whom an e-mail may reach; Refused, with why, if that is nobody."""
    ways = {
        number: one.by(Means.EMAIL)
        for number, one in reach_many(people, on=timezone.localdate()).items()
    }
    reached = {number for number, way in ways.items() if way.allowed}
    if not reached:
        why = " ".join(way.why for way in ways.values())
        raise Refused(
            f"Nobody can be reminded by e-mail. {why} Take the tick of the reminder away, and tell them "
            "the time yourself."
        )
    return reached


def _key(reminder: Reminder) -> tuple[int, str, int]:
    if reminder.person_id is not None:
        return (reminder.appointment_id, "person_id", reminder.person_id)
    return (reminder.appointment_id, "worker_id", reminder.worker_id or 0)
