"""What every verb on a concern asks first, and what it leaves beside it."""

from datetime import date
from typing import Any

from django.urls import reverse

from accounts.models import User
from audit import log
from audit.actors import Actor
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.tasks import add_task, finish_task
from cases.models import Task
from cases.task_kinds import TaskKind
from cases.workflow import TaskStatus
from core.errors import Refused
from safeguarding.models import Allegation, Concern, ConcernEntry
from safeguarding.permissions import other_leads
from safeguarding.workflow import ConcernStatus


def receipt_of(raised: Concern | Allegation) -> str:
    """The page of whoever raised it: that it came, and later that it was dealt with."""
    return reverse("safeguarding:receipt", args=[raised.reference])


def locked(concern: Concern) -> None:
    """Hold the concern until the transaction ends: two people who decide at once go one after the other."""
    Concern.objects.select_for_update(no_key=True, of=("self",)).get(pk=concern.pk)
    concern.refresh_from_db()


def write(
    concern: Concern, kind: ConcernEntry.Kind, text: str, by: User, **more: Any
) -> ConcernEntry:
    """One entry beside the concern; the verb has written the log."""
    return ConcernEntry.objects.create(
        concern=concern, kind=kind, text=text, recorded_by=by, **more
    )


def remind(concern: Concern, by: User, *, what: str, on: date | None) -> None:
    """A task for `by` on that day; the one before it is done."""
    forget_reminders(concern, by)
    add_task(
        kind=TaskKind.SAFEGUARDING,
        what=f"Safeguarding concern {concern.reference}: {what}",
        for_user=by,
        due_on=on,
        link=concern.get_absolute_url(),
        purpose=Purpose.SAFEGUARDING,
        by=by,
    )


def forget_reminders(concern: Concern, by: User) -> None:
    """The open tasks that lead to the concern are done."""
    for task in Task.objects.filter(
        kind=TaskKind.SAFEGUARDING, link=concern.get_absolute_url(), status=TaskStatus.OPEN
    ):
        finish_task(task=task, by=by)


def not_alone(concern: Concern, by: User) -> None:
    """Nobody decides alone on what they raised; the database says so too."""
    if concern.status == ConcernStatus.RAISED:
        raise Refused(f"{concern} is not read yet: say first that you have read it.")
    others = list(other_leads(by)) if concern.recorded_by_id == by.pk else []
    if others:
        names = " or ".join(str(user) for user in others)
        raise Refused(f"You raised this concern, so somebody else decides about it: ask {names}.")


def record(verb: Verb, concern: Concern, by: Actor, *more: int) -> None:
    """The entry of an act on `concern`, about everybody it is about."""
    about = set(concern.people.values_list("pk", flat=True))
    log.record(
        verb,
        by=by,
        action=Action.UPDATE,
        record=concern,
        people=about.union(more),
        purpose=Purpose.SAFEGUARDING,
    )
