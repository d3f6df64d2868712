"""For which purpose somebody looks (features.md S13).

Whoever works in the service of a record looks to provide it and is never asked. For the others the task at
hand says it: a request, a concern, a look to be reviewed. Outside any task they are asked before the record
opens, once for a person and day.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from functools import partial

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.roles import Role
from audit.door import show
from audit.looks import Look, Shown
from audit.purposes import Purpose
from cases.models import Allocation, Case, OddLook, Person, Service, StatedPurpose
from cases.permissions import can_review_looks, is_asked_why, services_of
from cases.reach import access_at_hand, of_services_read_whole
from core.errors import AskFirst

# Whoever works in the service of a record looks to provide it; these look for their own task.
TASKS = {
    Role.SAFEGUARDING_LEAD: Purpose.SAFEGUARDING,
    Role.DPO: Purpose.RIGHTS_REQUEST,
    Role.QUALITY_REVIEWER: Purpose.QUALITY,
}
PROVIDES_SERVICE = frozenset({Role.CASEWORKER, Role.SERVICE_MANAGER, Role.FRONT_DESK})
# A form that was opened yesterday evening is still sent.
STILL_COUNTS = timedelta(hours=24)


def for_task(look: Look, services: Iterable[int]) -> Look:
    """`look` with the purpose that fits records of `services` (their numbers).

    A purpose that somebody gave already stays. What is a sample for them, or an emergency, is known when the
    door knows whose record it shows; where no task explains a look of somebody who may open any record, it
    asks before it shows one.
    """
    if look.purpose is not Purpose.SERVICE:
        return look
    services = frozenset(services)
    task = task_of(look.by, services)
    if task is Purpose.SERVICE:
        return look.asking(partial(given_for, services=services))
    look = look.for_purpose(task)
    return look.asking(explained) if is_asked_why(look.by) else look


def given_for(look: Look, shown: Sequence[Shown], *, services: frozenset[int]) -> Look:
    """`look` with the purpose for which `look.by` has the record, where it is not of their own services."""
    people = _whose_record(shown)
    purpose = access_at_hand(look.by, people) if people else None
    if purpose is None or purpose is Purpose.SERVICE:
        return look
    theirs = Service.objects.filter(of_services_read_whole(look.by, "pk"), pk__in=services)
    if services and theirs.count() == len(services):
        return look
    return look.for_purpose(purpose)


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


def explained(look: Look, shown: Sequence[Shown]) -> Look:
    """`look` with the purpose that explains it; AskFirst, leading to the question, if nothing does."""
    people = _whose_record(shown)
    if not people:
        return look
    purpose = stated(look, people) or at_hand(look.by, people)
    if purpose is not None:
        return look.for_purpose(purpose)
    reference = Person.objects.values_list("reference", flat=True).get(pk=min(people))
    raise AskFirst(
        f"You have no task with {reference} today. Open the record again and say first why you look.",
        address=reverse("cases:person-why", args=[reference]),
    )


def stated(look: Look, people: set[int]) -> Purpose | None:
    """What `look.by` answered today about any of `people`; None if they were not asked yet."""
    now = timezone.now()
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    said = (
        StatedPurpose.objects.filter(
            recorded_by=look.by,
            person__in=people,
            recorded_at__gte=today if look.read_only else now - STILL_COUNTS,
        )
        .values_list("purpose", flat=True)
        .first()
    )
    return Purpose(said) if said else None


def at_hand(user: User, people: set[int]) -> Purpose | None:
    """The purpose of what `user` has to do with any of `people`; None if nothing."""
    if Allocation.objects.filter(worker=user, until=None, case__people__in=people).exists():
        return Purpose.SERVICE
    if can_review_looks(user):
        waiting = OddLook.objects.filter(person__in=people, reviewed_at=None)
        if waiting.exclude(looker=user).exists():
            return Purpose.MANAGEMENT
    found = (import_string(path)(user, people) for path in settings.TASKS_AT_HAND)
    return next((purpose for purpose in found if purpose is not None), None)


def begin_why(person: Person, *, look: Look) -> Purpose:
    """Hand over the question why `look.by` looks; gives the purpose of their role, to begin with."""
    show(look, [])
    return task_of(look.by, Case.objects.filter(people=person).values_list("service", flat=True))


def _whose_record(shown: Sequence[Shown]) -> set[int]:
    """Whose record a page shows: the first that is no line of a list."""
    for one in shown:
        if not one.verb.is_in_a_list and one.record is not None:
            if isinstance(one.record, Person):
                return {one.record.pk}
            return {getattr(person, "pk", person) for person in one.people}
    return set()
