"""Handing a case from one worker to another (features.md P5)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Allocation, Case, HandOver, Task
from cases.queries.cases import lock_open, workers_for_case
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.database import next_number
from core.errors import Refused


@dataclass(frozen=True, slots=True)
class Handing:
    """One case of somebody who leaves: who gets it, and what they must know."""

    case: Case
    to_worker: User
    summary: str


@transaction.atomic
def hand_over(
    *, case: Case, from_worker: User, to_worker: User, summary: str, by: User
) -> HandOver:
    """`from_worker` works on the case until today and `to_worker` from today, who is asked to read `summary`.

    Refused without words, for whoever does not work on the case, and for a worker who could not open it.
    """
    summary = summary.strip()
    if not summary:
        raise Refused(f"Say what {to_worker} must know about {case.reference}.")
    lock_open(case)
    allocation = case.allocations.filter(worker=from_worker, until=None).first()
    if allocation is None:
        raise Refused(
            f"{from_worker} does not work on {case.reference} now. Somebody may have changed it."
        )
    if from_worker == to_worker or not workers_for_case(case).filter(pk=to_worker.pk).exists():
        raise Refused(f"Choose another worker of {case.service} for {case.reference}.")
    handed = HandOver(
        pk=next_number(HandOver),
        case=case,
        from_worker=from_worker,
        to_worker=to_worker,
        summary=summary,
        recorded_by=by,
    )
    record(
        Verb.CASE_HANDED_OVER,
        by=by,
        action=Action.UPDATE,
        record=case,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    today = timezone.localdate()
    case.allocations.filter(pk=allocation.pk).update(until=today)
    if not case.allocations.filter(worker=to_worker, until=None).exists():
        Allocation.objects.create(case=case, worker=to_worker, since=today, recorded_by=by)
    handed.save(force_insert=True)
    handed.refresh_from_db()
    link = reverse("cases:hand-over", args=[handed.reference])
    add_task(
        kind=TaskKind.HAND_OVER,
        what=f"Read what {from_worker} says about {case.reference}, and say that you have read it.",
        for_user=to_worker,
        case=case,
        link=link,
        by=by,
    )
    tell(who=[to_worker], sentence="A case has been handed over to you.", link=link, by=by)
    return handed


@transaction.atomic
def hand_over_all(*, from_worker: User, handings: Iterable[Handing], by: User) -> list[HandOver]:
    """Hand over several cases of somebody who leaves, all or none."""
    handings = list(handings)
    if not handings:
        raise Refused("Choose for at least one case who works on it from today.")
    return [
        hand_over(
            case=one.case,
            from_worker=from_worker,
            to_worker=one.to_worker,
            summary=one.summary,
            by=by,
        )
        for one in handings
    ]


@transaction.atomic
def acknowledge(*, hand_over: HandOver, by: User) -> HandOver:
    """The next worker has read what they must know; the task that asked for it is done.

    Refused for everybody else, and the second time.
    """
    now = HandOver.objects.select_for_update(no_key=True).get(pk=hand_over.pk)
    if now.to_worker_id != by.pk:
        raise Refused("Only the next worker says that they have read it.")
    if now.acknowledged_at is not None:
        raise Refused(f"You have said already that you have read {now.reference}.")
    case = Case.objects.get(pk=now.case_id)
    record(
        Verb.HAND_OVER_ACKNOWLEDGED,
        by=by,
        action=Action.UPDATE,
        record=now,
        people=_people_of(case),
        purpose=task_of(by, [case.service_id]),
    )
    now.acknowledged_at = timezone.now()
    now.acknowledged_by = by
    now.save(update_fields=["acknowledged_at", "acknowledged_by"])
    link = reverse("cases:hand-over", args=[now.reference])
    asked = Task.objects.filter(
        for_user=by, kind=TaskKind.HAND_OVER, link=link, status=TaskStatus.OPEN
    )
    for task in asked:
        finish_task(task=task, by=by)
    return now


def _people_of(case: Case) -> list[int]:
    return list(case.case_people.values_list("person_id", flat=True))
