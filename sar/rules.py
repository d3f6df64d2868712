"""What every verb on a request asks first, and the entry it leaves."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

from accounts.models import User
from audit import log
from audit.actors import Actor
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person
from cases.written import SavedAlready
from core.dates import plain
from core.errors import Refused
from core.once import one_at_a_time
from core.workflow import make
from sar.kinds import Kind
from sar.models import Breach, Complaint, RightsRequest
from sar.permissions import who_may_be_asked
from sar.workflow import REQUEST_MOVES, RequestMove, RequestStatus


def locked(request: RightsRequest) -> RightsRequest:
    """The row as it is now, kept from everybody else until this transaction ends."""
    return RightsRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)


def still_open(request: RightsRequest) -> RightsRequest:
    """The locked row of a request that is not answered. Raises Refused if it is."""
    now = locked(request)
    if not now.is_open:
        raise Refused(said_closed(now))
    return now


def said_closed(request: RightsRequest) -> str:
    """That `request` is over, in a sentence."""
    was_answered = request.status == RequestStatus.ANSWERED
    how = "" if was_answered else f" ({request.get_status_display().lower()})"
    return (
        f"{request} is answered{how}, and nothing is added to it any more. Record a new request if the person "
        "asks again."
    )


def at_work(request: RightsRequest) -> RightsRequest:
    """The locked row of an open request for a copy: no other request is answered with a pack."""
    now = still_open(request)
    if now.kind != Kind.ACCESS:
        raise Refused("Only the answer to a request for a copy is a pack.")
    return now


def not_closed_to(user: User, request: RightsRequest) -> None:
    """Refused where the record of whoever asks is closed to `user`."""
    if not who_may_be_asked(request).filter(pk=user.pk).exists():
        raise Refused(f"{user} cannot be asked about this request. Choose somebody else.")


def not_in_future(day: date) -> None:
    """Raise Refused for a day that has not come."""
    if day > timezone.localdate():
        raise Refused(f"{plain(day)} is in the future. Give the day on which it happened.")


def saved_before[Row: (Breach, Complaint)](
    model: type[Row], token: UUID | None, **said: str
) -> Row | None:
    """What the form of `token` made already, also where both were sent at the same moment; None if nothing.

    `said` is what both must say alike, column by column: a form that was saved and says something else now is
    refused, so that neither is lost.
    """
    if token is None:
        return None
    one_at_a_time(token)
    before = model.objects.filter(token=token).first()
    if before is not None and any(getattr(before, name) != value for name, value in said.items()):
        raise SavedAlready(f"This form was saved before, as {before}. Open a new one for another.")
    return before


def not_before_request(day: date, request: RightsRequest) -> None:
    """Raise Refused for a day before the request was received, or in the future."""
    not_in_future(day)
    if day < request.received_on:
        raise Refused(
            f"{plain(day)} is before the request was received, on {plain(request.received_on)}. "
            "Correct the day."
        )


def begin(request: RightsRequest) -> None:
    """Work on it goes on: it has begun, and a pack that was ready has to be built again.

    The pack shows the request's own papers too, so whatever happens to the request changes it.
    """
    for move in (REQUEST_MOVES[RequestMove.BEGIN], REQUEST_MOVES[RequestMove.TAKE_BACK]):
        if request.status in move.sources:
            make(request, move)
            return


def record(
    verb: Verb,
    *,
    by: Actor,
    request: RightsRequest | None,
    on: models.Model | type[models.Model] | None = None,
    action: Action = Action.UPDATE,
    people: Iterable[Any] = (),
) -> Entry:
    """Write the entry of an act on `request`, about its person if that is known.

    `on` is the row or table of the act where it is another than the request itself.
    """
    known = request is not None and request.person_id is not None
    about = [request.person_id] if request is not None and known else []
    return log.record(
        verb,
        by=by,
        action=action,
        record=on if on is not None else request,
        people=[*about, *people],
        purpose=Purpose.RIGHTS_REQUEST,
    )


def record_each(
    verb: Verb,
    *,
    by: Actor,
    request: RightsRequest,
    on: Iterable[models.Model],
    action: Action = Action.UPDATE,
) -> list[Entry]:
    """Write an entry as `record` does for each row of `on`, all in one statement."""
    about = [request.person_id] if request.person_id is not None else []
    return log.insert(
        [
            log.entry_for(
                verb, by=by, action=action, record=row, people=about, purpose=Purpose.RIGHTS_REQUEST
            )
            for row in on
        ]
    )


def is_for_pack(request: RightsRequest) -> None:
    """Raise Refused for a request that is not answered with a pack, or about nobody known yet."""
    if request.kind != Kind.ACCESS:
        raise Refused(
            f"{request} does not ask for a copy: only a request for access is answered with a pack."
        )
    if request.person_id is None:
        raise Refused(f"Nobody has said yet which person of the record {request} is about.")


def stays_until_written(person: Person) -> None:
    """Nobody destroys `person` while a request of theirs is written down (DPA 2018 s.173).

    A destruction that is under way is waited for; one that comes now waits, and then finds the request.
    """
    rows = Person.objects.select_for_update(of=("self",), no_key=True)
    if rows.filter(pk=person.pk).first() is None:
        raise Refused("This record was destroyed a moment ago. Record the request without it.")
