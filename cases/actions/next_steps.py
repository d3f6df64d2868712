"""The next step of a contact becomes a task of whoever wrote it down (features.md S2, P9)."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from cases.actions.entries import record_contact
from cases.actions.tasks import add_task
from cases.kinds import CONTACT
from cases.models import Case, Contact, Task
from cases.queries.purposes import task_of
from cases.task_kinds import TaskKind


@transaction.atomic
def record_contact_with_next_step(
    *, case: Case, next_step_by: date | None = None, by: User, **typed: Any
) -> Contact:
    """Record a contact as `record_contact` does; with a day its next step is a task of `by`.

    A form sent twice makes one contact and one task.
    """
    contact = record_contact(case=case, by=by, **typed)
    link = CONTACT.address(contact)
    asked = Task.objects.filter(kind=TaskKind.NEXT_STEP, link=link, for_user=by)
    if next_step_by is not None and contact.next_step and not asked.exists():
        add_task(
            kind=TaskKind.NEXT_STEP,
            what=contact.next_step,
            for_user=by,
            due_on=next_step_by,
            case=case,
            link=link,
            purpose=task_of(by, [case.service_id]),
            by=by,
        )
    return contact
