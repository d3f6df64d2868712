"""Packs: asking for one, and what the builder does when one is finished, failed or taken out."""

import os
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.models import User
from audit.actors import Actor
from audit.verbs import Action, Verb
from core.errors import Refused
from core.files.keeping import remove_after_commit
from core.workflow import make
from sar.ahead import drop_pages
from sar.conflicts import check_conflicts
from sar.gates import hindrances
from sar.leaks import Leak, leaks_in_words
from sar.models import (
    BuiltPack,
    LeakCleared,
    LeakFinding,
    PackProgress,
    RightsRequest,
    SignOff,
)
from sar.opened import NOT_OPENED, has_opened
from sar.pack.build import Editions
from sar.pack.copy import Copy
from sar.rules import begin, is_for_pack, record, still_open
from sar.signing import prepared_by, who_else
from sar.stored import check_stored
from sar.workflow import (
    LOST_AFTER,
    PACK_MOVES,
    REQUEST_MOVES,
    PackMove,
    PackStatus,
    RequestMove,
    RequestStatus,
)

# The name of the worker's task, which stands in sar/tasks.py above this module.
BUILD_TASK = "sar.build_pack"


@transaction.atomic
def ask_for_pack(*, request: RightsRequest, by: User) -> BuiltPack:
    """Put a build into the queue of the worker. One at a time; a lost one is taken up again."""
    now = still_open(request)
    is_for_pack(now)
    pack = now.packs.filter(status=PackStatus.WAITING).select_related("progress").first()
    if pack is not None and timezone.now() - pack.progress.last_heard < LOST_AFTER:
        raise Refused(f"A pack for {now} is being built already. Wait until it is done.")
    record(Verb.PACK_ASKED, by=by, request=now, on=BuiltPack, action=Action.CREATE)
    if pack is None:
        pack = BuiltPack.objects.create(request=now, recorded_by=by)
        PackProgress.objects.create(pack=pack)
    else:
        PackProgress.objects.filter(pack=pack).update(last_heard=timezone.now(), percent=0)
    begin(now)
    try:
        with transaction.atomic():
            app.configure_task(BUILD_TASK, queueing_lock=f"pack {pack.pk}").defer(pack_id=pack.pk)
    except AlreadyEnqueued:
        pass  # it waits in the queue still, since no worker has been running
    request.refresh_from_db()
    return pack


@transaction.atomic
def finish_pack(
    *,
    pack: BuiltPack,
    copy: Copy,
    editions: Editions,
    draft_file: str,
    final_file: str,
    pages: Collection[str],
    unread_pages: Sequence[int],
    by: Actor,
) -> None:
    """The pack is built and its two files are stored: the request is ready, if nothing was decided
    meanwhile and nothing about health is still open. Of all builds that nobody released, only this newest
    one can be read from now on, and only printed pages of these marks are kept.
    """
    request = still_open(pack.request)
    record(Verb.PACK_BUILT, by=by, request=request, on=pack, people=copy.people)
    make(
        pack,
        PACK_MOVES[PackMove.FINISH],
        failure="",
        finished=timezone.now(),
        content_sha256=copy.disclosed.sha256,
        draft_file=draft_file,
        draft_sha256=editions.draft_sha256,
        final_file=final_file,
        final_sha256=editions.final_sha256,
        pages=editions.pages,
        items=len(copy.disclosed.items),
        counts={place.words: place.count for place in copy.disclosed.searched},
        unread_pages=list(unread_pages),
    )
    decided = request.withholdings.filter(undone_at=None).order_by("pk")
    if tuple(decided.values_list("pk", flat=True)) == copy.decisions and not copy.why_not:
        make(request, REQUEST_MOVES[RequestMove.MAKE_READY])
    # What went out as a part stays: it is what the person has.
    older = request.packs.filter(status=PackStatus.BUILT, part=None).exclude(pk=pack.pk)
    files = [name for two in older.values_list("draft_file", "final_file") for name in two if name]
    older.update(draft_file="", final_file="")
    remove_after_commit(files)
    drop_pages(request, but=pages)


@transaction.atomic
def fail_pack(*, pack: BuiltPack, sentence: str, by: Actor) -> None:
    """The pack could not be built, for the reason in `sentence`. It may be asked for again."""
    record(Verb.PACK_FAILED, by=by, request=pack.request, on=pack)
    make(pack, PACK_MOVES[PackMove.FAIL], failure=sentence, finished=timezone.now())


@transaction.atomic
def stop_for_leaks(*, pack: BuiltPack, leaks: Sequence[Leak], by: Actor) -> None:
    """Words that must not be in the pack stand in its finished bytes: no file is kept, and they are named.

    Somebody withholds them where they stand, or says why they may stay, and it is built again.
    """
    record(Verb.PACK_LEAKED, by=by, request=pack.request, on=pack)
    make(
        pack,
        PACK_MOVES[PackMove.FAIL],
        failure=leaks_in_words(leaks),
        finished=timezone.now(),
    )
    LeakFinding.objects.filter(pack=pack).delete()
    LeakFinding.objects.bulk_create(
        LeakFinding(
            pack=pack,
            words=leak.words,
            place=leak.place,
            page=leak.page,
            entries=leak.entries,
            because=leak.because,
        )
        for leak in leaks
    )


@transaction.atomic
def clear_leak(*, finding: LeakFinding, reason: str, by: User) -> LeakCleared:
    """Say why words that the check found may stand in that place: a false alarm, with its reason."""
    request = still_open(finding.pack.request)
    if not reason.strip():
        raise Refused("Say why these words may stand there.")
    if request.cleared_leaks.filter(words=finding.words, place=finding.place).exists():
        raise Refused("This is cleared already.")
    record(Verb.PACK_LEAK_CLEARED, by=by, request=request, on=LeakCleared, action=Action.CREATE)
    cleared = LeakCleared.objects.create(
        request=request,
        words=finding.words,
        place=finding.place,
        reason=reason.strip(),
        recorded_by=by,
    )
    begin(request)
    return cleared


@transaction.atomic
def sign_off(
    *,
    request: RightsRequest,
    sha256: str,
    remarks: str = "",
    has_seen_pictures: bool = False,
    by: User,
) -> SignOff:
    """Sign the very file that goes out, as somebody who did not prepare it (features.md N16).

    Refused for whoever asked for the build, decided what of it is withheld, goes out or is a false alarm, or
    never opened this very file; for a pack that a later decision has overtaken; if the file is not the one,
    by its SHA-256, that the page showed or that lies in the store; and without their word that they looked at the pages that are pictures, where no
    program looked through these.
    """
    now = still_open(request)
    pack = now.packs.select_for_update(of=("self",)).filter(status=PackStatus.BUILT).first()
    if pack is None or now.status != RequestStatus.READY or not pack.has_files:
        raise Refused(
            "Something has changed since the pack was built, or it was never finished. It has to be built "
            "again before anybody signs it off."
        )
    if hasattr(pack, "sign_off"):
        raise Refused(f"{pack.sign_off.recorded_by} has signed it off already.")
    check_conflicts(now)
    if against := hindrances(now, on=timezone.localdate()):
        raise Refused(f"Nothing of {now} may go out, so there is nothing to sign off. {against[0]}")
    if pack.final_sha256 != sha256:
        raise Refused("The pack was built again meanwhile. Read the new one first.")
    if by.pk in prepared_by(pack):
        raise Refused(
            "You prepared this pack: you had it built, decided what is withheld or stays in, or cleared a false "
            f"alarm. Somebody else has to read it and sign it off. {who_else(pack)}"
        )
    if not has_opened(by, pack):
        raise Refused(NOT_OPENED)
    if pack.unread_pages and not has_seen_pictures:
        raise Refused(f"{pack.unread_in_words} Look at each of them, and say that you did.")
    # What was read, and what will go out.
    check_stored(pack, final=False)
    check_stored(pack, final=True)
    record(Verb.PACK_SIGNED_OFF, by=by, request=now, on=pack)
    return SignOff.objects.create(
        pack=pack,
        sha256=pack.final_sha256,
        remarks=remarks.strip(),
        unread_pages=pack.unread_pages,
        recorded_by=by,
    )


@transaction.atomic
def take_out(*, request: RightsRequest, copy: Copy, content: bytes, out: Path, by: User) -> Path:
    """Write a pack beside the file `out`, for its owner alone, and say in the log who took it out.

    Gives the file, to be named `out` once this is committed. Raises OSError if it cannot be written.
    """
    record(Verb.PACK_EXPORTED, by=by, request=request, action=Action.ACCESS, people=copy.people)
    descriptor, name = tempfile.mkstemp(dir=out.parent, prefix=".pack-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
