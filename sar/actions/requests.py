"""Taking a request in, finding its person, acknowledging and refusing it."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from cases.models import Person
from core.errors import Refused
from core.workflow import make
from sar.clock import Clock, Right, Started
from sar.kinds import AnswerFormat, Channel, Kind, Requester
from sar.models import RightsRequest
from sar.rules import begin, locked, not_in_future, record, still_open
from sar.workflow import REQUEST_MOVES, RequestMove


@transaction.atomic
def record_request(
    *,
    kind: Kind,
    channel: Channel,
    received_on: date,
    asked: str,
    reach_by: str,
    person: Person | None = None,
    about_name: str = "",
    requester: Requester = Requester.PERSON,
    requester_name: str = "",
    reply_email: str = "",
    reply_address: str = "",
    answer_format: AnswerFormat = AnswerFormat.PDF,
    by: User,
) -> RightsRequest:
    """Write down that somebody uses one of their rights; the time runs from the day it came.

    Any member of staff takes it, whatever way it came (UK GDPR Art 12A(2)(a)). `person` may be empty: a
    request of somebody nobody can find is a request. Refused for a day in the future.
    """
    not_in_future(received_on)
    if person is None and not about_name.strip():
        raise Refused("Choose the person, or write down who they say they are.")
    if requester != Requester.PERSON and not requester_name.strip():
        raise Refused("Give the name of whoever asks for the person.")
    # A year that the clock does not know is refused here, and not when somebody opens the list.
    Clock(kind=Right(kind), started=Started(received=received_on))
    record(
        Verb.REQUEST_RECORDED,
        by=by,
        request=None,
        on=RightsRequest,
        action=Action.CREATE,
        people=[person] if person else [],
    )
    return RightsRequest.objects.create(
        kind=kind,
        channel=channel,
        received_on=received_on,
        asked=asked,
        reach_by=reach_by,
        person=person,
        about_name=about_name.strip(),
        requester=requester,
        requester_name=requester_name.strip() if requester != Requester.PERSON else "",
        reply_email=reply_email,
        reply_address=reply_address.strip(),
        answer_format=answer_format,
        recorded_by=by,
    )


@transaction.atomic
def find_person(*, request: RightsRequest, person: Person, by: User) -> None:
    """Say which person of the record `request` is about. Done once; one request, one person."""
    now = still_open(request)
    if now.person_id is not None:
        raise Refused(
            f"{now} is about somebody already. A request about another person is a request of its own."
        )
    record(Verb.REQUEST_PERSON_FOUND, by=by, request=now, people=[person])
    RightsRequest.objects.filter(pk=now.pk).update(person=person)
    request.refresh_from_db()


@transaction.atomic
def acknowledge(*, request: RightsRequest, by: User) -> None:
    """Say that the person was told their request has come. Done once."""
    now = still_open(request)
    if now.acknowledged_at is not None:
        raise Refused(f"{now} has been acknowledged already.")
    record(Verb.REQUEST_ACKNOWLEDGED, by=by, request=now)
    RightsRequest.objects.filter(pk=now.pk).update(
        acknowledged_at=timezone.now(), acknowledged_by=by
    )
    begin(now)
    request.refresh_from_db()


@transaction.atomic
def refuse(*, request: RightsRequest, reasons: str, by: User) -> None:
    """Refuse what was asked, with reasons (UK GDPR Art 12(4) and (5)).

    The letter that goes with it names the complaint to us, to the regulator, and the court.
    """
    now = locked(request)
    if not reasons.strip():
        raise Refused("Give the reasons: the person must be told them (UK GDPR Art 12(4)).")
    record(Verb.REQUEST_REFUSED, by=by, request=now)
    make(
        now,
        REQUEST_MOVES[RequestMove.REFUSE],
        refused_at=timezone.now(),
        refused_by=by,
        refusal_reasons=reasons,
    )
    request.refresh_from_db()
