"""For which purpose somebody looks, where their task follows from their role (features.md S13)."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from audit.looks import Look
from audit.purposes import Purpose
from cases.permissions import services_of

# Whoever works in the service of a record looks to provide it; these look for their own task.
TASKS = {
    Role.SAFEGUARDING_LEAD: Purpose.SAFEGUARDING,
    Role.DPO: Purpose.RIGHTS_REQUEST,
    Role.QUALITY_REVIEWER: Purpose.QUALITY,
}
PROVIDES_SERVICE = frozenset({Role.CASEWORKER, Role.SERVICE_MANAGER, Role.FRONT_DESK})


def for_task(look: Look, services: Iterable[int]) -> Look:
    """`look` with the purpose that fits records of `services` (their numbers).

    A purpose that somebody gave already stays.
    """
    if look.purpose is not Purpose.SERVICE:
        return look
    return look.for_purpose(task_of(look.by, services))


def task_of(user: User, services: Iterable[int]) -> Purpose:
    """For which purpose `user` acts on records of `services` (their numbers)."""
    roles = set(user.role_names)
    task = next((purpose for role, purpose in TASKS.items() if role.value in roles), None)
    if task is None:
        return Purpose.SERVICE
    if PROVIDES_SERVICE & roles:
        theirs = set(services_of(user).values_list("pk", flat=True))
        if theirs.issuperset(services):
            return Purpose.SERVICE
    return task
