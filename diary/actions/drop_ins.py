"""People who come without a case: counted, and turned into somebody of the record when needed (P44)."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.enquiries import record_enquiry
from cases.models import Enquiry, Person, Service
from cases.queries.purposes import task_of
from core.errors import Refused
from diary.models import Appointment, DropIn


@transaction.atomic
def count_drop_in(
    *,
    service: Service,
    came_on: date,
    adults: int = 1,
    children: int = 0,
    name: str = "",
    asked: str = "",
    session: Appointment | None = None,
    token: UUID | None = None,
    by: User,
) -> DropIn:
    """Count somebody who came without a case, with a name only if they gave one.

    The same form sent twice counts them once.
    """
    if token is not None and (before := DropIn.objects.filter(token=token, recorded_by=by).first()):
        return before
    if adults + children < 1:
        raise Refused("Count at least one adult or child.")
    if came_on > timezone.localdate():
        raise Refused("This day has not come yet. Count people on the day they come, or later.")
    if session is not None and session.service_id != service.pk:
        raise Refused("This session belongs to another service.")
    record(
        Verb.DROP_IN_COUNTED,
        by=by,
        action=Action.CREATE,
        record=DropIn,
        purpose=task_of(by, [service.pk]),
    )
    return DropIn.objects.create(
        service=service,
        session=session,
        came_on=came_on,
        adults=adults,
        children=children,
        name=name.strip(),
        asked=asked.strip(),
        token=token,
        recorded_by=by,
    )


@transaction.atomic
def know_drop_in(*, drop_in: DropIn, person: Person, by: User) -> DropIn:
    """Say who it was: their attendance is from now on part of that person's record."""
    held = DropIn.objects.select_for_update(of=("self",), no_key=True).get(pk=drop_in.pk)
    if held.person_id == person.pk:
        return held
    if held.person_id is not None:
        raise Refused("Somebody has said already who this was. Look again.")
    record(
        Verb.DROP_IN_KNOWN,
        by=by,
        action=Action.UPDATE,
        record=held,
        people=[person],
        purpose=task_of(by, [held.service_id]),
    )
    DropIn.objects.filter(pk=held.pk).update(person=person)
    drop_in.refresh_from_db()
    return drop_in


@transaction.atomic
def enquire(
    *, drop_in: DropIn, token: UUID | None = None, on: date, by: User, **words: Any
) -> Enquiry:
    """More came of it: what they asked and were told is written down as an enquiry, without a case.

    `words` are what `cases.actions.enquiries.record_enquiry` takes; `on` is today. The same form sent
    twice makes one enquiry.
    """
    held = (
        DropIn.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enquiry")
        .get(pk=drop_in.pk)
    )
    if held.enquiry is not None:
        if token is not None and held.enquiry.token == token:
            return held.enquiry
        raise Refused(f"This is an enquiry already: {held.enquiry}.")
    enquiry = record_enquiry(token=token, on=on, by=by, **words)
    record(
        Verb.DROP_IN_ENQUIRED,
        by=by,
        action=Action.UPDATE,
        record=held,
        people=[held.person_id] if held.person_id else [],
        purpose=task_of(by, [held.service_id]),
    )
    DropIn.objects.filter(pk=held.pk).update(enquiry=enquiry)
    drop_in.refresh_from_db()
    return enquiry
