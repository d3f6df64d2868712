"""Taking a request in, finding its person, acknowledging and refusing it."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from cases.models import Person
from core.errors import Refused
from core.once import one_at_a_time
from core.workflow import make
from sar.actions.conflicts import look_for_conflicts
from sar.actions.search import end_tasks
from sar.clock import Clock, Right, Started
from sar.deadlines import is_late
from sar.kinds import AnswerFormat, Channel, Kind, Requester
from sar.models import RightsRequest
from sar.rules import (
    begin,
    locked,
    not_before_request,
    not_closed_to,
    not_in_future,
    record,
    stays_until_written,
    still_open,
)
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
    requester_person: Person | None = None,
    reply_email: str = "",
    reply_address: str = "",
    answer_format: AnswerFormat = AnswerFormat.PDF,
    in_stages: bool = False,
    warn_of: str = "",
    came_with: RightsRequest | None = None,
    token: UUID | None = None,
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
    if person is not None:
        stays_until_written(person)
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
    made = RightsRequest.objects.create(
        kind=kind,
        channel=channel,
        received_on=received_on,
        asked=asked,
        reach_by=reach_by,
        person=person,
        about_name=about_name.strip(),
        requester=requester,
        requester_name=requester_name.strip() if requester != Requester.PERSON else "",
        requester_person=requester_person if requester != Requester.PERSON else None,
        reply_email=reply_email,
        reply_address=reply_address.strip(),
        answer_format=answer_format,
        in_stages=in_stages,
        warn_of=warn_of.strip(),
        came_with=came_with,
        token=token,
        recorded_by=by,
    )
    look_for_conflicts(request=made, by=by)
    return made


@transaction.atomic
def record_requests(
    *, kinds: Iterable[Kind], token: UUID | None = None, by: User, **asked: Any
) -> list[RightsRequest]:
    """Write down everything that one letter or call asks for: a request for each kind, linked.

    `asked` is what `record_request` takes. A form sent twice makes them once.
    """
    kinds = list(kinds)
    if not kinds:
        raise Refused("Say what they ask for.")
    if token:
        one_at_a_time(token)
    if token and (before := list(RightsRequest.objects.filter(token=token).order_by("pk"))):
        return before
    made: list[RightsRequest] = []
    for kind in kinds:
        first = made[0] if made else None
        made.append(record_request(kind=kind, token=token, came_with=first, by=by, **asked))
    return made


@transaction.atomic
def find_person(*, request: RightsRequest, person: Person, by: User) -> None:
    """Say which person of the record `request` is about. Done once; one request, one person."""
    now = still_open(request)
    if now.person_id is not None:
        raise Refused(
            f"{now} is about somebody already. A request about another person is a request of its own."
        )
    stays_until_written(person)
    record(Verb.REQUEST_PERSON_FOUND, by=by, request=now, people=[person])
    RightsRequest.objects.filter(pk=now.pk).update(person=person)
    request.refresh_from_db()
    look_for_conflicts(request=request, by=by)


@transaction.atomic
def say_why_late(*, request: RightsRequest, late_reason: str, by: User) -> None:
    """Write down why an answer is or was late, for the figures. Refused for one that is not."""
    now = locked(request)
    if not is_late(now, timezone.localdate()):
        raise Refused(f"{now} is not late.")
    record(Verb.REQUEST_LATE_SAID, by=by, request=now)
    RightsRequest.objects.filter(pk=now.pk).update(late_reason=late_reason)
    request.refresh_from_db()


@transaction.atomic
def say_care(
    *,
    request: RightsRequest,
    answer_format: AnswerFormat,
    in_stages: bool,
    warn_of: str,
    reach_by: str,
    named_contact: User | None,
    reply_email: str = "",
    reply_address: str = "",
    by: User,
) -> None:
    """Write down how they would like to be answered, where, and whom they can talk to (features.md N18)."""
    now = still_open(request)
    if not reach_by.strip():
        raise Refused("Say how they can be reached safely.")
    if named_contact is not None:
        not_closed_to(named_contact, now)
    record(Verb.REQUEST_CARE_SAID, by=by, request=now)
    RightsRequest.objects.filter(pk=now.pk).update(
        answer_format=answer_format,
        in_stages=in_stages,
        warn_of=warn_of.strip(),
        reach_by=reach_by.strip(),
        reply_email=reply_email.strip(),
        reply_address=reply_address.strip(),
        named_contact=named_contact,
    )
    begin(now)
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
def withdraw(
    *, request: RightsRequest, withdrawn_on: date, withdrawn_how: Channel, withdrawal: str, by: User
) -> None:
    """Write down that whoever asked takes it back: when, how, and in what words.

    The clock stops on that day, the hold of the request on destruction is released, and nobody need search
    for it any more. A letter confirms it; they can ask again whenever they like. What was approved to be
    erased for it is not erased. A restriction placed for it lasts until they were told and it is lifted.
    """
    now = still_open(request)
    not_before_request(withdrawn_on, now)
    if not withdrawal.strip():
        raise Refused("Write down who took it back, and what they said.")
    record(Verb.REQUEST_WITHDRAWN, by=by, request=now)
    end_tasks(request=now, by=by)
    make(
        now,
        REQUEST_MOVES[RequestMove.WITHDRAW],
        withdrawn_on=withdrawn_on,
        withdrawn_how=withdrawn_how,
        withdrawal=withdrawal.strip(),
        withdrawn_at=timezone.now(),
        withdrawn_by=by,
    )
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
    end_tasks(request=now, by=by)
    make(
        now,
        REQUEST_MOVES[RequestMove.REFUSE],
        refused_at=timezone.now(),
        refused_by=by,
        refusal_reasons=reasons,
    )
    request.refresh_from_db()
