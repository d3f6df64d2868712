"""Which tasks exist for whom, and whose team somebody leads."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from cases.models import ServiceMember, Task
from cases.permissions.cases import cases_of
from cases.permissions.people import people_of
from cases.reach import services_of
from cases.restricted import usable
from cases.workflow import TASK_MOVES, TaskMove


def manages(user: User) -> bool:
    """Whether the work of a team is part of their own: the manager of a service."""
    return user.has_perm("cases.allocate_case")


def team_of(user: User) -> QuerySet[User]:
    """Everybody who belongs today to a service of `user`, `user` included; nobody for whoever manages none."""
    if not manages(user):
        return User.objects.none()
    today = timezone.localdate()
    membership = ServiceMember.objects.filter(
        Q(until=None) | Q(until__gte=today), since__lte=today, service__in=services_of(user)
    )
    return User.objects.filter(pk__in=membership.values("user"), is_active=True)


def tasks_of(user: User) -> QuerySet[Task]:
    """The tasks that exist for `user`: theirs, nobody's of their services, those they asked for, their team's.

    A task about somebody who does not exist for them does not exist for them either.
    """
    theirs = Q(for_user=user) | Q(asked_by=user) | Q(for_user=None, service__in=services_of(user))
    if manages(user):
        theirs |= Q(for_user__in=team_of(user))
    found = Task.objects.filter(
        theirs,
        Q(case=None) | Q(case__in=cases_of(user)),
        Q(person=None) | Q(person__in=people_of(user)),
    )
    return usable(found, by=user)


def can_end_task(user: User, task: Task) -> bool:
    """Finish, drop or pass on a task that exists for them: while nobody has ended it."""
    return task.status in TASK_MOVES[TaskMove.FINISH].sources
