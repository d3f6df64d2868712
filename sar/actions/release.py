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
from sar.models import BuiltPack, RightsRequest
from sar.pack.copy import copy_for
from sar.pack.gather import GatherFailed
from sar.pack.redact import PassageMissing
from sar.permissions import is_established
from sar.rules import record, still_open
from sar.workflow import REQUEST_MOVES, PackStatus, RequestMove


@transaction.atomic
def release(*, request: RightsRequest, by: User) -> BuiltPack:
    """Release the pack that was built: from now on its pages no longer say that it is not.

    Refused unless it is established who asks and, if somebody asks for somebody else, that they may
    (UK GDPR Art 12(6)); and unless the pack shows exactly what is held and what is withheld now.
    """
    now = still_open(request)
    if now.kind != Kind.ACCESS:
        raise Refused("Only the answer to a request for a copy is released as a pack.")
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
    check_conflicts(now)
    if against := hindrances(now, on=timezone.localdate()):
        raise Refused(f"{now} cannot be released. {against[0]}")
    pack = now.packs.filter(status=PackStatus.BUILT).first()
    if pack is None or not pack.has_files:
        raise Refused(f"There is no pack for {now} yet. Build it and look at it first.")
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
    record(Verb.REQUEST_RELEASED, by=by, request=now, people=copy.people)
    make(
        now,
        REQUEST_MOVES[RequestMove.RELEASE],
        released_at=timezone.now(),
        released_by=by,
        released_pack=pack,
    )
    request.refresh_from_db()
    return pack
