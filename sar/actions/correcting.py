"""Putting right how a request was written down when it came: the day, the kind, the way, a name, an address."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from sar.clock import Clock, Right, Started
from sar.kinds import Channel, Kind
from sar.models import RequestCorrection, RightsRequest
from sar.permissions import may_still_be_written
from sar.rules import begin, locked, not_in_future, record, still_open

# What is of one kind of request alone, and would be of none if the kind were another.
OF_ITS_KIND = {
    "clarifications": "a question that stopped the clock",
    "packs": "a pack",
    "withholdings": "a decision to withhold",
    "erasures": "a decision about erasing",
    "rectifications": "something sent to the service",
    "restrictions": "a restriction",
}


@transaction.atomic
def correct_request(
    *,
    request: RightsRequest,
    because: str,
    received_on: date,
    kind: Kind,
    channel: Channel,
    requester_name: str = "",
    about_name: str = "",
    by: User,
) -> list[RequestCorrection]:
    """Put right what was written down wrongly of an open request; what stood there stays readable.

    The deadline is worked out anew from the right day and says so. Refused once the request has ended, for a
    day after something that already happened to it, and for another kind once something of its own kind was
    done. Whom it is about and who asks is not corrected: that is a request of its own.
    """
    now = still_open(request)
    given = {
        "received_on": received_on,
        "kind": kind,
        "channel": channel,
        "requester_name": requester_name.strip() if now.asked_by_somebody_else else "",
        # Of somebody who was found, the record says who they are.
        "about_name": about_name.strip() if now.person_id is None else now.about_name,
    }
    changes: dict[str, Any] = {
        name: value for name, value in given.items() if value != getattr(now, name)
    }
    if not changes:
        raise Refused("Nothing is different from what stands there. Change what was wrong.")
    if not because.strip():
        raise Refused("Say what went wrong when it was written down.")
    _check(now, changes)
    made = _write(now, changes, because, by)
    begin(now)
    request.refresh_from_db()
    return made


@transaction.atomic
def correct_address(
    *, request: RightsRequest, because: str, reply_email: str, reply_address: str, by: User
) -> list[RequestCorrection]:
    """Put right where to write to whoever asked, after the answer: a letter came back, or they moved.

    Refused while the request is open, when it is said with everything else about how they are answered, and
    once nothing can be sent about it any more. What went out stays as it went.
    """
    now = locked(request)
    if now.is_open:
        raise Refused("It is open: use “Say how they would like to be answered”.")
    if not may_still_be_written(now):
        raise Refused(f"Nothing goes out about {now} any more, so it needs no address.")
    given = {"reply_email": reply_email.strip(), "reply_address": reply_address.strip()}
    changes = {name: value for name, value in given.items() if value != getattr(now, name)}
    if not changes:
        raise Refused("Nothing is different from what stands there. Change what was wrong.")
    if not because.strip():
        raise Refused(
            "Say how you know where to write to them, such as: the letter came back, she rang."
        )
    made = _write(now, changes, because, by)
    request.refresh_from_db()
    return made


def _write(
    now: RightsRequest, changes: dict[str, Any], because: str, by: User
) -> list[RequestCorrection]:
    record(Verb.REQUEST_CORRECTED, by=by, request=now, on=RequestCorrection, action=Action.CREATE)
    made = RequestCorrection.objects.bulk_create(
        RequestCorrection(
            request=now,
            what=name,
            before=str(getattr(now, name)),
            after=str(value),
            because=because.strip(),
            recorded_by=by,
        )
        for name, value in changes.items()
    )
    RightsRequest.objects.filter(pk=now.pk).update(**changes)
    return made


def _check(now: RightsRequest, changes: dict[str, object]) -> None:
    if isinstance(day := changes.get("received_on"), date):
        not_in_future(day)
        Clock(kind=Right(now.kind), started=Started(received=day))
        if (first := min(_days(now), default=day)) < day:
            raise Refused(
                f"Something happened to {now} on {plain(first)} already, so that it cannot have come after "
                "that. Correct the day."
            )
    if "kind" in changes:
        _check_kind(now, Kind(str(changes["kind"])))
    if "requester_name" in changes and not changes["requester_name"]:
        raise Refused("Give the name of whoever asks for the person.")
    if "about_name" in changes and not changes["about_name"]:
        raise Refused("Write down who they say they are.")


def _check_kind(now: RightsRequest, kind: Kind) -> None:
    for name, words in OF_ITS_KIND.items():
        if getattr(now, name).exists():
            raise Refused(
                f"There is {words} on {now}, which belongs to what it asks for. Record another request, from "
                "the day this one came, and say here that it was withdrawn or refuse it."
            )
    twins = RightsRequest.objects.filter(token=now.token, kind=kind).exclude(token=None)
    if twins.exclude(pk=now.pk).exists():
        raise Refused("The same letter has a request of this kind already. Work on that one.")


def _days(now: RightsRequest) -> Iterator[date]:
    """Each day on which something happened to it."""
    yield from now.evidence_asked.values_list("asked_on", flat=True)
    yield from now.evidence_seen.values_list("seen_on", flat=True)
    yield from now.clarifications.values_list("asked_on", flat=True)
    if hasattr(now, "extension") and now.extension.notice_sent_on:
        yield now.extension.notice_sent_on
