"""What became of an appointment: with a family it is a contact of the case, written exactly once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.next_steps import record_contact_with_next_step
from cases.models import Contact
from cases.queries.purposes import task_of
from core import workflow
from core.errors import Refused
from diary.actions.reminders import stop_reminders
from diary.models import Appointment
from diary.workflow import APPOINTMENT_MOVES, AppointmentStatus

# What a contact says, and what the diary then says.
BECOMES: dict[str, str] = {
    Contact.Outcome.ATTENDED: AppointmentStatus.HELD,
    Contact.Outcome.DID_NOT_ATTEND: AppointmentStatus.DID_NOT_ATTEND,
    Contact.Outcome.CANCELLED_BY_THEM: AppointmentStatus.CANCELLED_BY_THEM,
    Contact.Outcome.CANCELLED_BY_US: AppointmentStatus.CANCELLED_BY_US,
}


@transaction.atomic
def settle_with_contact(
    *,
    appointment: Appointment,
    outcome: str,
    token: UUID | None = None,
    by: User,
    **words: Any,
) -> Contact:
    """Write down what became of an appointment with a family, as a contact of its case (S2, P42).

    Exactly once: a second worker, or the same form again, makes no second contact. `words` are what the
    contact says, as `cases.actions.next_steps.record_contact_with_next_step` takes them.
    """
    held = _lock(appointment)
    if held.case is None:
        raise Refused("This appointment belongs to no case, so no contact can be written.")
    if held.contact is not None and token is not None and held.contact.token == token:
        # The same form again: the case's own rule says whether it is the same contact.
        return record_contact_with_next_step(
            case=held.case, outcome=outcome, token=token, by=by, **words
        )
    _still_planned(held)
    contact = record_contact_with_next_step(
        case=held.case, outcome=outcome, token=token, by=by, **words
    )
    if Appointment.objects.filter(contact=contact).exists():
        raise Refused("This form was used for another appointment. Open the appointment again.")
    _settle(held, BECOMES[outcome], by=by, contact=contact)
    appointment.refresh_from_db()
    return contact


@transaction.atomic
def settle(*, appointment: Appointment, status: str, because: str = "", by: User) -> Appointment:
    """Say what became of an appointment that belongs to no case."""
    held = _lock(appointment)
    if held.case is not None or held.group is not None:
        raise Refused("Of this one a contact is written, or a register.")
    _still_planned(held)
    if held.starts > timezone.now():
        raise Refused("It has not begun yet. Cancel it, or wait until it has taken place.")
    _settle(held, status, by=by, settled_because=because.strip())
    appointment.refresh_from_db()
    return appointment


def _lock(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("case", "group", "contact").get(pk=appointment.pk)


def _still_planned(held: Appointment) -> None:
    if held.status != AppointmentStatus.PLANNED:
        as_what = f", as {held.contact.reference}" if held.contact else ""
        raise Refused(
            f"{held.reference} is “{held.get_status_display()}” already{as_what}. Somebody may have "
            "written it down meanwhile: look at the appointment again."
        )


def _settle(held: Appointment, status: str, *, by: User, **changes: Any) -> None:
    record(
        Verb.APPOINTMENT_SETTLED,
        by=by,
        action=Action.UPDATE,
        record=held,
        people=held.people.values_list("pk", flat=True),
        purpose=task_of(by, [held.service_id]),
    )
    workflow.make(
        held, APPOINTMENT_MOVES[status], settled_at=timezone.now(), settled_by=by, **changes
    )
    stop_reminders(appointments=[held], by=by)
