"""Asking somebody to do something, and saying what became of it (features.md P9)."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Case, Person, Service, Task
from cases.permissions import may_know
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind
from cases.workflow import TASK_MOVES, TaskMove
from core import workflow
from core.errors import Refused


@transaction.atomic
def add_task(
    *,
    kind: TaskKind,
    what: str,
    for_user: User | None = None,
    service: Service | None = None,
    due_on: date | None = None,
    case: Case | None = None,
    person: Person | None = None,
    link: str = "",
    purpose: Purpose = Purpose.SERVICE,
    by: Actor,
) -> Task:
    """Ask `for_user`, or anybody of `service`, to do `what` by `due_on`.

    `link` is the path of the page where it is done. Refused without words, without anybody to do it, and
    for somebody who may no longer sign in.
    """
    what = what.strip()
    if not what:
        raise Refused("Say what is to be done.")
    if for_user is None and service is None:
        raise Refused("Say who is to do it: a colleague, or a service.")
    if for_user is not None:
        _works_here(for_user)
    record(
        Verb.TASK_ADDED,
        by=by,
        action=Action.CREATE,
        record=Task,
        people=_about(case, person),
        purpose=purpose,
    )
    return Task.objects.create(
        kind=kind.value,
        what=what,
        for_user=for_user,
        service=service,
        due_on=due_on,
        case=case,
        person=person,
        link=link,
        asked_by=by if isinstance(by, User) else None,
    )


@transaction.atomic
def ask(
    *,
    what: str,
    for_user: User,
    due_on: date | None = None,
    case: Case | None = None,
    person: Person | None = None,
    by: User,
) -> Task:
    """Ask a colleague, or oneself, to do something by hand.

    Refused for somebody who could not open what it is about.
    """
    _may_know(for_user, case, person)
    services = [case.service_id] if case else []
    return add_task(
        kind=TaskKind.TO_DO,
        what=what,
        for_user=for_user,
        due_on=due_on,
        case=case,
        person=person,
        purpose=task_of(by, services),
        by=by,
    )


@transaction.atomic
def pass_on(*, task: Task, to: User, by: User) -> Task:
    """Give an open task to somebody else; refused for somebody who could not open what it is about."""
    _works_here(to)
    _may_know(to, task.case, task.person)
    record(
        Verb.TASK_PASSED_ON,
        by=by,
        action=Action.UPDATE,
        record=task,
        people=_about(task.case, task.person),
        values={"from": task.for_user_id, "to": to.pk},
    )
    moved = Task.objects.filter(pk=task.pk, ended_at=None, for_user=task.for_user_id)
    if moved.update(for_user=to) != 1:
        raise Refused("Somebody has ended this task or passed it on already: look again.")
    task.refresh_from_db()
    return task


@transaction.atomic
def finish_task(*, task: Task, by: User) -> Task:
    """It is done. Refused where it was ended before."""
    _end(task, Verb.TASK_FINISHED, TaskMove.FINISH, by=by)
    return task


@transaction.atomic
def drop_task(*, task: Task, because: str, by: User) -> Task:
    """It is no longer needed, for the reason given."""
    because = because.strip()
    if not because:
        raise Refused("Say why it is no longer needed.")
    _end(task, Verb.TASK_DROPPED, TaskMove.DROP, by=by, dropped_because=because)
    return task


def _end(task: Task, verb: Verb, move: TaskMove, *, by: User, **changes: str) -> None:
    record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=task,
        people=_about(task.case, task.person),
    )
    workflow.make(task, TASK_MOVES[move], ended_at=timezone.now(), ended_by=by, **changes)


def _about(case: Case | None, person: Person | None) -> set[int]:
    """Whom a task is about: the person, and everybody of the case."""
    about = {person.pk} if person else set()
    return about | (set(case.case_people.values_list("person_id", flat=True)) if case else set())


def _works_here(user: User) -> None:
    if not user.is_active:
        raise Refused(f"{user} no longer signs in here. Choose somebody else.")


def _may_know(user: User, case: Case | None, person: Person | None) -> None:
    if not may_know(user, case, person):
        raise Refused(f"{user} could not open what this is about. Choose somebody of the service.")
