"""Packs: how far a build has come, and the finished file."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.closed import closed
from cases.models import Person
from sar.circle import circle_of
from sar.models import BuiltPack, LeakCleared, LeakFinding
from sar.opened import opened_values
from sar.pack.pages import file_name
from sar.permissions import can_read_pack, can_work, may_read_packs
from sar.stored import check_stored
from sar.workflow import LOST_AFTER, PackStatus


@dataclass(frozen=True, slots=True)
class Build:
    """How far a build has come. It names a request and nobody."""

    reference: str
    name: uuid.UUID
    percent: int
    text: str
    state: str  # running, done or failed

    @property
    def anchor(self) -> str:
        return f"pack-{self.name}"


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack to be read: where its bytes are and what the file is called."""

    pack: BuiltPack
    path: str
    name: str


def build_of(reference: str, name: uuid.UUID, *, look: Look) -> Build:
    """How far the build has come. Shows nothing of anybody, so it leaves no entry but a refusal's.

    NotYours (404, logged) for whoever does not work on requests.
    """
    return progress_of(_pack(reference, name, look))


def progress_of(pack: BuiltPack) -> Build:
    """Where a build stands now, in the words of the page."""
    stopped = timezone.now() - pack.progress.last_heard > LOST_AFTER
    if pack.status == PackStatus.FAILED:
        state, text = "failed", pack.failure
    elif pack.status == PackStatus.BUILT:
        state, text = "done", f"{pack.pages} pages, {pack.items} entries"
    elif stopped:
        state, text = "failed", "The build stopped half-way. Ask for the pack again."
    else:
        state, text = "running", pack.progress.step
    return Build(
        reference=pack.request.reference,
        name=pack.name,
        percent=pack.progress.percent,
        text=text,
        state=state,
    )


def open_pack(
    reference: str,
    name: uuid.UUID,
    *,
    look: Look,
    verb: Verb = Verb.PACK_READ,
    only_released: bool = False,
) -> PackFile:
    """Open the file of a finished pack, and write that `look.by` did, about everybody it speaks of.

    The edition that goes out is handed over once the request is released, the draft before that.
    NotYours (404, logged) for whoever does not work on requests, NotNow (403, logged) while it is not
    finished or when it was superseded. Refused if the file is gone, or not the one that was built.
    """
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    pack = _pack(reference, name, look)
    request = pack.request
    people = circle_of(request.person) if request.person else frozenset()
    if not can_read_pack(look.by, pack):
        raise NotNow(
            "This pack is not finished, or a newer one has taken its place.",
            look=look,
            record=pack,
            people=people,
        )
    released = pack.went_out
    if only_released and not released:
        raise NotNow(
            "This pack is not released, so it goes to nobody.",
            look=look,
            record=pack,
            people=people,
        )
    path = check_stored(pack, final=released)
    show(look, [Shown(verb, pack, people)], values=opened_values(pack))
    return PackFile(pack=pack, path=path, name=file_name(request, released=released))


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was found in the finished file of a build: still open, and cleared with the reason."""

    pack: BuiltPack
    open: list[LeakFinding]
    cleared: list[LeakCleared]


def open_leaks(reference: str, name: uuid.UUID, *, look: Look) -> Leaks:
    """What must not be in a pack and was found in it. The words themselves are shown, so it is logged."""
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    pack = _pack(reference, name, look)
    people = circle_of(pack.request.person) if pack.request.person else frozenset()
    if not can_work(look.by, pack.request):
        raise NotNow(
            "What was found is shown to those who work on the open request.",
            look=look,
            record=pack,
            people=people,
        )
    cleared = list(pack.request.cleared_leaks.select_related("recorded_by"))
    known = {(one.words, one.place) for one in cleared}
    show(look, [Shown(Verb.PACK_LEAKS_READ, pack, people)])
    return Leaks(
        pack=pack,
        open=[leak for leak in pack.leaks.all() if (leak.words, leak.place) not in known],
        cleared=cleared,
    )


def _pack(reference: str, name: uuid.UUID, look: Look) -> BuiltPack:
    user: User = look.by
    pack = (
        BuiltPack.objects.filter(request__reference=reference, name=name)
        # A conflict of interest closes the pack as it closes the record, whatever the role.
        .exclude(closed(user, "request__person"))
        .select_related("request__person", "progress", "part", "released_as")
        .first()
    )
    if pack is None or not may_read_packs(user, pack.request):
        about = Person.objects.filter(rights_requests__reference=reference)
        raise NotYours(
            "No pack of this name.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=BuiltPack,
            people=about,
            values={"reference": reference},
        )
    return pack
