"""Releasing an answer: the last gate before it leaves the house."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Verb
from core.errors import Refused
from core.workflow import make
from sar.conflicts import check_conflicts
from sar.gates import hindrances
from sar.kinds import EvidenceGate, Kind
from sar.models import BuiltPack, ReleasedPart, RightsRequest
from sar.pack.copy import copy_for
from sar.pack.gather import GatherFailed
from sar.pack.redact import PassageMissing
from sar.permissions import is_established
from sar.rules import record, still_open
from sar.searching import search_missing
from sar.stored import check_stored
from sar.workflow import REQUEST_MOVES, PackStatus, RequestMove


@transaction.atomic
def release(*, request: RightsRequest, by: User) -> BuiltPack:
    """Release the pack that was built as the whole answer: its pages no longer say that it is not.

    Refused unless it is established who asks and, if somebody asks for somebody else, that they may
    (UK GDPR Art 12(6)); unless the pack shows exactly what is held and what is withheld now; and while
    something has not been searched, which `release_part` is for.
    """
    now = still_open(request)
    if missing := search_missing(now):
        raise Refused(f"{now} cannot be released as the whole answer. {missing} Release a part.")
    pack, people = _ready(now)
    record(Verb.REQUEST_RELEASED, by=by, request=now, people=people)
    make(
        now,
        REQUEST_MOVES[RequestMove.RELEASE],
        released_at=timezone.now(),
        released_by=by,
        released_pack=pack,
        gap="",
    )
    request.refresh_from_db()
    return pack


@transaction.atomic
def release_part(*, request: RightsRequest, by: User) -> ReleasedPart:
    """Release the pack that was built as a part; the gap is stated, and the request stays open.

    Refused as `release` is, without a stated gap, and where nothing is missing any more.
    """
    now = still_open(request)
    if not search_missing(now):
        raise Refused("Nothing is missing any more: release it as the whole answer.")
    if not now.gap:
        raise Refused("State first what is still missing, and when it comes.")
    pack, people = _ready(now)
    record(Verb.REQUEST_PART_RELEASED, by=by, request=now, people=people)
    part = ReleasedPart.objects.create(request=now, pack=pack, gap=now.gap, recorded_by=by)
    make(now, REQUEST_MOVES[RequestMove.RELEASE_PART], gap="")
    request.refresh_from_db()
    return part


def _ready(now: RightsRequest) -> tuple[BuiltPack, frozenset[int]]:
    """The pack that may go out at this moment, and everybody it speaks of. Everything is asked again here."""
    if now.kind != Kind.ACCESS:
        raise Refused("Only the answer to a request for a copy is released as a pack.")
    _check_established(now)
    check_conflicts(now)
    if against := hindrances(now, on=timezone.localdate()):
        raise Refused(f"{now} cannot be released. {against[0]}")
    pack = now.packs.filter(status=PackStatus.BUILT).first()
    if pack is None or not pack.has_files:
        raise Refused(f"There is no pack for {now} yet. Build it and look at it first.")
    if pack.went_out:
        raise Refused("This pack went out as a part already. Build the pack again, with the rest.")
    try:
        copy = copy_for(now)
    except (GatherFailed, PassageMissing) as failure:
        raise Refused(str(failure)) from None
    if copy.disclosed.sha256 != pack.content_sha256:
        raise Refused(
            "The record, or what is withheld of it, has changed since the pack was built. Build it again "
            "and look at it before you release it."
        )
    if copy.why_not:
        raise Refused(f"{now} cannot be released. {copy.why_not}")
    if not hasattr(pack, "sign_off"):
        raise Refused(
            f"{now} cannot be released, because nobody has signed off the pack yet. Somebody who did not "
            "prepare it has to read it and sign it off."
        )
    check_stored(pack, final=True)
    return pack, copy.people


def _check_established(now: RightsRequest) -> None:
    if not is_established(now, EvidenceGate.IDENTITY):
        raise Refused(
            f"{now} cannot be released, because nobody has recorded yet how we know who asks. Record "
            "which worker knows them, or what evidence was seen."
        )
    if now.asked_by_somebody_else and not is_established(now, EvidenceGate.AUTHORITY):
        raise Refused(
            f"{now} cannot be released, because nobody has recorded yet what shows that "
            f"{now.requester_name} may ask for the person."
        )
