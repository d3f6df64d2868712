"""What leaves the workbench beside the pack: an encrypted copy for the person, and our own record of why."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone

from audit.door import NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from core.organisation import ORGANISATION
from core.pdf.lock import encrypt
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import render_chunks
from core.pdf.stamp import Margin, page_x_of_n, stamp
from sar.circle import circle_of
from sar.models import (
    HarmConsultation,
    HealthRuling,
    LeakCleared,
    RightsRequest,
    SignOff,
    StaysIn,
    Withholding,
)
from sar.pack.gather import GatherFailed, outline_for
from sar.pack.held import Listed
from sar.pack.pages import stylesheet
from sar.permissions import is_signed_and_overtaken, may_work, newest_built, requests_of
from sar.queries.packs import PackFile, open_pack
from sar.stored import stored

INTERNAL = "Internal: never part of the answer"
GONE = "an item that is not there any more"


def encrypted_copy(
    reference: str, name: uuid.UUID, passphrase: str, *, look: Look
) -> tuple[PackFile, bytes]:
    """The released pack, encrypted with a passphrase that is told another way and kept nowhere.

    The entry of the log says who took it. NotNow (403, logged) before it is released: a draft stays here.
    """
    file = open_pack(reference, name, look=look, verb=Verb.PACK_ENCRYPTED, only_released=True)
    return file, encrypt(stored(file.pack, final=True), passphrase)


@dataclass(frozen=True, slots=True)
class Decided[Decision]:
    """A decision, and the title of what it is about."""

    about: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Reasons:
    """Everything that was decided about a pack, by whom and why. It holds the withheld words."""

    request: RightsRequest
    withheld: list[Decided[Withholding]]
    staying: list[StaysIn]
    health: list[Decided[HealthRuling]]
    consultations: list[HarmConsultation]
    cleared: list[LeakCleared]
    sign_off: SignOff | None
    # The signature is of a file that will not go out any more.
    is_overtaken: bool
    made: datetime


def open_reasons(reference: str, *, look: Look) -> Reasons:
    """What was withheld from the answer and what stays in, and who decided it (features.md P26).

    For those who work on requests, also after the release; logged about everybody the record names.
    """
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    request = (
        requests_of(look.by)
        .filter(reference=reference)
        .select_related("person", "released_pack__sign_off__recorded_by")
        .first()
    )
    if request is None or request.person is None or not may_work(look.by):
        raise NotYours(
            "No reasons for an answer are kept under this reference.",
            look=look,
            record=RightsRequest,
            people=[request.person_id] if request and request.person_id else [],
            values={"reference": reference},
        )
    people = circle_of(request.person)
    show(look, [Shown(Verb.REASONS_READ, request, people)])
    try:
        items: tuple[Listed, ...] = outline_for(request).items
    except GatherFailed:
        items = ()
    titles = {(item.source, item.record_id): f"{item.title}, {item.dated}" for item in items}
    pack = request.released_pack or newest_built(request)
    withheld = request.withholdings.select_related("recorded_by", "undone_by")
    health = request.health_rulings.select_related("recorded_by", "undone_by", "consultation")
    return Reasons(
        request=request,
        withheld=[Decided(titles.get((one.source, one.record_id), GONE), one) for one in withheld],
        staying=list(request.staying.select_related("recorded_by", "undone_by")),
        health=[Decided(titles.get((one.source, one.record_id), GONE), one) for one in health],
        consultations=list(request.consultations.select_related("recorded_by")),
        cleared=list(request.cleared_leaks.select_related("recorded_by")),
        sign_off=getattr(pack, "sign_off", None),
        is_overtaken=pack is not None and is_signed_and_overtaken(pack, request),
        made=timezone.now(),
    )


def print_reasons(reasons: Reasons) -> bytes:
    """The internal record as a file of its own, each page marked as ours."""
    html = render_to_string("pdf/reasons.html", {"organisation": ORGANISATION, "reasons": reasons})
    pdf = merge(
        render_chunks([Chunk("reasons", html)], css=stylesheet(), processes=1),
        title=f"What was decided and why ({reasons.request})",
        at=reasons.made,
        author=ORGANISATION.name,
    )
    stamp(
        pdf,
        head=Margin(left=ORGANISATION.name, right=INTERNAL),
        foot=Margin(left=f"Request {reasons.request}", right=page_x_of_n),
    )
    return to_bytes(pdf)
