"""Going somewhere alone: saying so, coming back, and the alarm when somebody does not (P42).

The worker's process looks every minute (`diary.watch`), whether or not anybody has a browser open. The
alarm calls the first on duty, then the second, then every manager, and begins again, until somebody takes it.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core import workflow
from core.errors import Refused
from diary.clock import clock
from diary.models import NOT_BACK, AlarmCall, Appointment, LoneVisit
from diary.queries.duty import called_at_step, on_duty
from diary.workflow import VISIT_MOVES, VisitMove, VisitStatus

LONGEST = timedelta(hours=24)


@transaction.atomic
def go_alone(
    *,
    place: str,
    back_by: datetime,
    phone: str = "",
    appointment: Appointment | None = None,
    by: User,
) -> LoneVisit:
    """`by` goes to `place` alone, and will have said by `back_by` that they are safe."""
    place = place.strip()
    if not place:
        raise Refused("Write where you go: if you do not come back, somebody looks for you there.")
    _check_back_by(back_by)
    # Two presses at once go one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    out = LoneVisit.objects.filter(worker=by, status__in=NOT_BACK).first()
    if out is not None:
        raise Refused(
            f"You are out already, until {clock(out.back_by)}. Say first that you are back from there."
        )
    record(
        Verb.VISIT_BEGUN,
        by=by,
        action=Action.CREATE,
        record=LoneVisit,
        people=_people_of(appointment),
        purpose=Purpose.MANAGEMENT,
    )
    return LoneVisit.objects.create(
        worker=by,
        appointment=appointment,
        place=place,
        phone=phone.strip(),
        back_by=back_by,
        alarm_from=back_by + settings.LONE_WORKER_GRACE,
        recorded_by=by,
    )


@transaction.atomic
def stay_longer(*, visit: LoneVisit, back_by: datetime, by: User) -> LoneVisit:
    """Say that it takes longer. Refused once the alarm is raised: then come back, or answer it."""
    _check_back_by(back_by)
    _note(Verb.VISIT_EXTENDED, visit, by=by, values={"back_by": [visit.back_by, back_by]})
    changed = LoneVisit.objects.filter(pk=visit.pk, status=VisitStatus.OUT).update(
        back_by=back_by, alarm_from=back_by + settings.LONE_WORKER_GRACE
    )
    if not changed:
        raise Refused("You are not out any more, or the alarm is raised. Look at the page again.")
    visit.refresh_from_db()
    return visit


@transaction.atomic
def come_back(*, visit: LoneVisit, outcome: str = "", by: User) -> LoneVisit:
    """They are safe. Whoever was called hears of it at once.

    After an alarm somebody took, they write what had happened.
    """
    outcome = outcome.strip()
    if visit.worker_id != by.pk and not outcome:
        raise Refused("Write what had happened, and how you know that they are safe.")
    _note(Verb.VISIT_ENDED, visit, by=by)
    workflow.make(
        visit,
        VISIT_MOVES[VisitMove.RETURN],
        safe_at=timezone.now(),
        safe_by=by,
        outcome=outcome,
    )
    _tell_called(visit, "The colleague whose alarm called you is safe.", by=by)
    return visit


@transaction.atomic
def take_alarm(*, visit: LoneVisit, by: User) -> LoneVisit:
    """`by` looks after the alarm; nobody else is called any more."""
    if visit.worker_id == by.pk:
        raise Refused("It is your own alarm: say that you are safe instead.")
    _note(Verb.ALARM_TAKEN, visit, by=by)
    workflow.make(visit, VISIT_MOVES[VisitMove.TAKE], taken_at=timezone.now(), taken_by=by)
    _tell_called(visit, f"{by} looks after the alarm that called you.", by=by)
    return visit


@transaction.atomic
def raise_alarm(*, visit: LoneVisit, by: Actor = SYSTEM) -> list[User]:
    """Call the next who are to be called, if it is time to; whom it called.

    Compare-and-set under a lock: two workers of the queue that look at the same moment call once.
    """
    now = timezone.now()
    held = (
        LoneVisit.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(pk=visit.pk, alarm_from__lte=now, status__in=[VisitStatus.OUT, VisitStatus.ALARM])
        .first()
    )
    if held is None:
        return []
    first = held.status == VisitStatus.OUT
    last = held.calls.order_by("-step").first()
    if last is not None and last.moment + settings.LONE_WORKER_NEXT > now:
        return []
    step = 0 if last is None else last.step + 1
    called = called_at_step(step, on_duty(now), but=held.worker_id)
    _note(Verb.ALARM_RAISED if first else Verb.ALARM_PASSED_ON, held, by=by)
    if first:
        workflow.make(held, VISIT_MOVES[VisitMove.RAISE])
    AlarmCall.objects.bulk_create(
        AlarmCall(visit=held, called=user, step=step, moment=now) for user in called
    )
    tell(
        who=called,
        sentence=(
            "ALARM: a colleague who went out alone has not checked in. Open the page, call them, and say "
            "that you look after it."
        ),
        link=held.get_absolute_url(),
        by=by,
    )
    return called


def _check_back_by(back_by: datetime) -> None:
    now = timezone.now()
    if back_by <= now:
        raise Refused("Write a time to come: by when you will have checked in.")
    if back_by > now + LONGEST:
        raise Refused("Write a time within the next 24 hours, and check in by then.")


def _note(
    verb: Verb, visit: LoneVisit, *, by: Actor, values: dict[str, object] | None = None
) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=visit,
        people=_people_of(visit.appointment),
        purpose=Purpose.MANAGEMENT,
        values=values,
    )


def _people_of(appointment: Appointment | None) -> list[int]:
    return list(appointment.people.values_list("pk", flat=True)) if appointment else []


def _tell_called(visit: LoneVisit, sentence: str, *, by: User) -> None:
    called = User.objects.filter(alarm_calls__visit=visit).exclude(pk=by.pk).distinct()
    if who := list(called):
        tell(who=who, sentence=sentence, link=visit.get_absolute_url(), by=by)
