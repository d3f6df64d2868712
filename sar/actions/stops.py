"""An erasure that was promised cannot be done for now: noticing it, telling the person, going on again."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with
from audit.actors import Actor
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.errors import Refused
from sar.models import ErasureStop, RightsRequest
from sar.rules import locked, record


@transaction.atomic
def note_stop(
    *, request: RightsRequest, because: str, telling: str, on: date, by: Actor
) -> ErasureStop | None:
    """Write down that something stops what was promised, and ask an officer to tell the person.

    They are told within `settings.ERASURE_STOP_DAYS`, and before the day they were promised where that
    lies ahead. One stop of a request stands at a time: None where one does already.
    """
    now = locked(request)
    if now.gone_by is None:
        raise Refused(f"{now} promised no erasure that was still to come.")
    if now.stops.filter(cleared=None).exists():
        return None
    record(Verb.ERASURE_STOPPED, by=by, request=now, on=ErasureStop, action=Action.CREATE)
    due = on + timedelta(days=settings.ERASURE_STOP_DAYS)
    stop = ErasureStop.objects.create(
        request=now,
        because=because,
        telling=telling,
        due=min(due, now.gone_by) if now.gone_by > on else due,
    )
    if officer := _officer_of(now):
        # Neither the case nor the person: the task is about a request, and names no record.
        add_task(
            kind=TaskKind.ERASURE,
            what=f"Tell whoever asked in {now} that something is not erased after all, and why.",
            for_user=officer,
            due_on=stop.due,
            link=now.get_absolute_url(),
            purpose=Purpose.RIGHTS_REQUEST,
            by=by,
        )
    return stop


@transaction.atomic
def tell_stop_by_word(*, request: RightsRequest, said: str, by: User) -> None:
    """Write down what they were told by word of mouth, because no letter is safe or they wish it so."""
    if not said.strip():
        raise Refused("Write down what they were told.")
    stop = request.stops.select_for_update(of=("self",)).filter(cleared=None).first()
    if stop is None or not stop.is_untold:
        raise Refused("Nothing stops an erasure of theirs of which they were not told.")
    _told(stop, said=said.strip(), by=by)


@transaction.atomic
def told_by_letter(*, request: RightsRequest, by: User) -> None:
    """A letter has gone that tells it; called when that letter leaves the house."""
    stop = request.stops.select_for_update(of=("self",)).filter(cleared=None).first()
    if stop is not None and stop.is_untold:
        _told(stop, by=by)


@transaction.atomic
def end_stop(*, stop: ErasureStop, by: Actor) -> None:
    """Nothing stops it any more: those who work on requests hear that it can be done.

    Found by the timetable, the task to tell the person stays: only somebody of staff ends a task.
    """
    now = ErasureStop.objects.select_for_update(of=("self",)).get(pk=stop.pk)
    if not now.stands:
        raise Refused("This has ended already.")
    record(Verb.ERASURE_STOP_ENDED, by=by, request=now.request, on=now)
    ErasureStop.objects.filter(pk=now.pk).update(cleared=timezone.now())
    if isinstance(by, User):
        _finish_tasks(now, by)
    if any(one.is_erased_later for one in now.request.erasures.all()):
        tell(
            who=people_with("sar.work_requests"),
            sentence=f"Nothing stops the erasure of {now.request} any more: it can be done.",
            link=now.request.get_absolute_url(),
            by=by,
        )
    stop.refresh_from_db()


def _told(stop: ErasureStop, *, said: str = "", by: User) -> None:
    record(Verb.ERASURE_STOP_TOLD, by=by, request=stop.request, on=stop)
    ErasureStop.objects.filter(pk=stop.pk).update(told_at=timezone.now(), told_by=by, said=said)
    _finish_tasks(stop, by)


def _finish_tasks(stop: ErasureStop, by: User) -> None:
    link = stop.request.get_absolute_url()
    for task in Task.objects.filter(kind=TaskKind.ERASURE, link=link, status=TaskStatus.OPEN):
        finish_task(task=task, by=by)


def _officer_of(request: RightsRequest) -> User | None:
    """Whoever answered it, if they still work on requests; else the first who does."""
    officers = people_with("sar.work_requests").order_by("pk")
    answered_by = request.answered_by
    return answered_by if answered_by in officers else officers.first()
