"""Establishing who asks, and that they may: gates before anything is released (features.md P22)."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from accounts.models import User
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from sar.conflicts import check_conflicts
from sar.deadlines import clock_of, started_of
from sar.kinds import EvidenceGate, HowEstablished
from sar.models import EvidenceAsked, EvidenceSeen, RightsRequest
from sar.rules import begin, not_before_request, record, still_open

ASKED = {
    EvidenceGate.IDENTITY: Verb.IDENTITY_ASKED,
    EvidenceGate.AUTHORITY: Verb.AUTHORITY_ASKED,
}
SEEN = {EvidenceGate.IDENTITY: Verb.IDENTITY_SEEN, EvidenceGate.AUTHORITY: Verb.AUTHORITY_SEEN}


@transaction.atomic
def ask_identity(
    *, request: RightsRequest, asked_on: date, because: str, by: User
) -> EvidenceAsked:
    """Ask for evidence of who they are, on reasonable doubt (UK GDPR Art 12(6)).

    The time starts when it comes. Refused without the doubt in words: somebody known is never asked.
    """
    if not because.strip():
        raise Refused(
            "Say why there is reasonable doubt about who they are. Without it no evidence may be asked "
            "for (UK GDPR Art 12(6)): say instead which worker knows them."
        )
    return _ask(EvidenceGate.IDENTITY, request, asked_on, because, by)


@transaction.atomic
def ask_authority(
    *, request: RightsRequest, asked_on: date, because: str = "", by: User
) -> EvidenceAsked:
    """Ask whoever asks for somebody else to show that they may; the time starts when it comes."""
    if not request.asked_by_somebody_else:
        raise Refused("The person asks themself, so nobody needs to show that they may.")
    return _ask(EvidenceGate.AUTHORITY, request, asked_on, because, by)


@transaction.atomic
def see_identity(
    *,
    request: RightsRequest,
    how: HowEstablished,
    seen_on: date,
    seen_by: User,
    what: str = "",
    by: User,
) -> EvidenceSeen:
    """Record how it is known who asks: they are known to a worker, or which paper was seen.

    No copy is kept, and no number of a paper is needed. Once it is recorded, release is possible.
    """
    return _see(
        gate=EvidenceGate.IDENTITY,
        request=request,
        how=how,
        seen_on=seen_on,
        seen_by=seen_by,
        what=what,
        by=by,
    )


@transaction.atomic
def see_authority(
    *,
    request: RightsRequest,
    seen_on: date,
    seen_by: User,
    what: str,
    valid_until: date | None = None,
    by: User,
) -> EvidenceSeen:
    """Record what showed that somebody may ask for the person: a signed letter, an order.

    `valid_until` is the day their authority ends, if it says one; it is asked again at release.
    """
    if not request.asked_by_somebody_else:
        raise Refused("The person asks themself, so nobody needs to show that they may.")
    if valid_until is not None and valid_until < seen_on:
        raise Refused(
            f"This authority had ended on {plain(valid_until)}, before it was seen, so that it shows nothing. "
            "Correct the day, or ask for a newer one."
        )
    return _see(
        gate=EvidenceGate.AUTHORITY,
        request=request,
        how=HowEstablished.EVIDENCE,
        seen_on=seen_on,
        seen_by=seen_by,
        what=what,
        valid_until=valid_until,
        by=by,
    )


def _ask(
    gate: EvidenceGate, request: RightsRequest, asked_on: date, because: str, by: User
) -> EvidenceAsked:
    now = still_open(request)
    not_before_request(asked_on, now)
    if now.evidence_seen.filter(gate=gate).exists():
        raise Refused("This is established already, so there is nothing to ask for.")
    if now.evidence_asked.filter(gate=gate).exists():
        raise Refused("This has been asked for already.")
    # Refused where the clock could not be so: it does not start again once it has been paused.
    replace(clock_of(now), started=started_of(now, also_asked=[gate]))
    record(ASKED[gate], by=by, request=now, on=EvidenceAsked, action=Action.CREATE)
    asked = EvidenceAsked.objects.create(
        request=now, gate=gate, asked_on=asked_on, because=because.strip(), recorded_by=by
    )
    begin(now)
    request.refresh_from_db()
    return asked


def _see(
    *,
    gate: EvidenceGate,
    request: RightsRequest,
    how: HowEstablished,
    seen_on: date,
    seen_by: User,
    what: str,
    valid_until: date | None = None,
    by: User,
) -> EvidenceSeen:
    now = still_open(request)
    not_before_request(seen_on, now)
    if how == HowEstablished.EVIDENCE and not what.strip():
        raise Refused("Say what was seen, such as “driving licence”. Keep no copy of it.")
    if now.evidence_seen.filter(gate=gate).exists():
        raise Refused("This is established already.")
    check_conflicts(now)
    asked = now.evidence_asked.filter(gate=gate).first()
    if asked is not None and seen_on < asked.asked_on:
        raise Refused("Evidence cannot come before it was asked for. Correct the day.")
    record(SEEN[gate], by=by, request=now, on=EvidenceSeen, action=Action.CREATE)
    seen = EvidenceSeen.objects.create(
        request=now,
        gate=gate,
        how=how,
        what=what.strip() if how == HowEstablished.EVIDENCE else "",
        seen_on=seen_on,
        seen_by=seen_by,
        valid_until=valid_until,
        recorded_by=by,
    )
    begin(now)
    request.refresh_from_db()
    return seen
