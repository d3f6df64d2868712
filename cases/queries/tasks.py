"""Tasks: the lists, and opening one."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import people_with
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import to_whom_closed
from cases.models import Case, CasePerson, Person, Task
from cases.permissions import manages, may_know, services_of, tasks_of, team_of
from cases.queries.cases import open_case
from cases.queries.people import open_person
from cases.queries.purposes import for_task
from cases.workflow import TaskStatus

PAGE_LENGTH = 30  # rows

WHOSE = {"mine": "Mine", "service": "Nobody’s yet", "asked": "I asked for"}
TEAM = {"team": "My team’s"}


@dataclass(frozen=True, slots=True)
class About:
    """What a new task is about, if anything, and who could do it."""

    case: Case | None
    person: Person | None
    colleagues: list[User]


def lists_for(user: User) -> dict[str, str]:
    """The lists of tasks that `user` may open, with their words."""
    return WHOSE | TEAM if manages(user) else WHOSE


def list_tasks(
    *, look: Look, page: int | str = 1, whose: str = "mine", ended: bool = False, late: bool = False
) -> Page:
    """One page of tasks, what is due first on top; one entry for each.

    NotNow (403, logged) for the team of somebody who has none.
    """
    user: User = look.by
    if whose not in lists_for(user):
        raise NotNow("You have no such list of tasks.", look=look, record=Task)
    open_ = Q(status=TaskStatus.OPEN)
    found = tasks_of(user).filter(_whose(user, whose), ~open_ if ended else open_)
    if late:
        found = found.filter(due_on__lt=timezone.localdate())
    rows: Page = Paginator(with_people(found), PAGE_LENGTH).get_page(page)
    show(for_task(look, services_in(rows)), shown(rows))
    return rows


def open_task(reference: str, *, look: Look) -> Task:
    """Open one task; NotYours (404, logged) if it does not exist for `look.by`."""
    user: User = look.by
    task = with_people(tasks_of(user).filter(reference=reference)).first()
    if task is None:
        there = Task.objects.filter(reference=reference).select_related("case").first()
        raise NotYours(
            "No task with this reference.",
            look=look,
            record=Task,
            people=people_in(there) if there else [],
            values={"reference": reference},
        )
    show(for_task(look, services_in([task])), [Shown(Verb.TASK_READ, task, people_in(task))])
    return task


def begin_task(*, look: Look, case: str = "", person: str = "") -> About:
    """What a new task is about, opened by its reference, and the colleagues who could do it.

    NotYours (404, logged) for a case or a person who does not exist for them.
    """
    user: User = look.by
    if case:
        opened = open_case(case, look=look)
        return About(case=opened, person=None, colleagues=_colleagues(user, opened, None))
    if person:
        them = open_person(person, look=look).person
        return About(case=None, person=them, colleagues=_colleagues(user, None, them))
    show(look, [])
    return About(case=None, person=None, colleagues=_colleagues(user, None, None))


def colleagues_for(task: Task, user: User) -> list[User]:
    """To whom `user` may pass `task` on."""
    able = _colleagues(user, task.case, task.person)
    return [one for one in able if one.pk != task.for_user_id]


def counts_of(user: User, *, on: date) -> tuple[int, int]:
    """How many tasks wait for `user`, and how many of those are late."""
    mine = tasks_of(user).filter(for_user=user, status=TaskStatus.OPEN)
    late = models.Count("pk", filter=Q(due_on__lt=on))
    found = mine.aggregate(together=models.Count("pk"), late=late)
    return found["together"], found["late"]


def with_people(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with everybody whom a row names."""
    people = CasePerson.objects.select_related("person")
    return (
        tasks.select_related("case", "person", "for_user", "asked_by", "service", "ended_by")
        .prefetch_related(Prefetch("case__case_people", people))
        .fetch_mode(models.FETCH_RAISE)
    )


def shown(tasks: models.QuerySet[Task] | list[Task] | Page) -> list[Shown]:
    """An entry for each of `tasks`, about everybody whom its row names."""
    return [Shown(Verb.TASK_LISTED, task, people_in(task)) for task in tasks]


def people_in(task: Task) -> set[int]:
    """Whom a task is about: the person, and everybody of the case."""
    about = {task.person_id} if task.person_id else set()
    return about | ({one.person_id for one in task.case.case_people.all()} if task.case else set())


def services_in(tasks: list[Task] | Page) -> set[int]:
    return {task.case.service_id for task in tasks if task.case}


def _whose(user: User, whose: str) -> Q:
    match whose:
        case "service":
            return Q(for_user=None, service__in=services_of(user))
        case "asked":
            return Q(asked_by=user) & ~Q(for_user=user)
        case "team":
            return Q(for_user__in=team_of(user))
    return Q(for_user=user)


def _colleagues(user: User, case: Case | None, person: Person | None) -> list[User]:
    """Everybody of the services of `user`, or of the case, who could open what a task is about."""
    services = [case.service_id] if case else list(services_of(user).values_list("pk", flat=True))
    today = timezone.localdate()
    members = User.objects.filter(
        Q(memberships__until=None) | Q(memberships__until__gte=today),
        memberships__service__in=services,
        memberships__since__lte=today,
        is_active=True,
    )
    if case is not None:
        # Whoever sees basic details alone could not open it.
        readers = people_with("cases.open_record").order_by().values("pk")
        members = members.filter(pk__in=readers).exclude(
            to_whom_closed(Person.objects.filter(case_people__case=case))
        )
    everybody = User.objects.filter(Q(pk__in=members.values("pk")) | Q(pk=user.pk))
    return [
        one
        for one in everybody.order_by("full_name", "pk")
        if person is None or may_know(one, None, person)
    ]
