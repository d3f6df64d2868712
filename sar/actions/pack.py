"""Packs: asking for one, and what the builder does when one is finished, failed or taken out."""

import os
import tempfile
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
from sar.models import BuiltPack, PackProgress, RightsRequest
from sar.pack.build import Editions
from sar.pack.copy import Copy
from sar.rules import begin, is_for_pack, record, still_open
from sar.workflow import (
    LOST_AFTER,
    PACK_MOVES,
    REQUEST_MOVES,
    PackMove,
    PackStatus,
    RequestMove,
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
    by: Actor,
) -> None:
    """The pack is built and its two files are stored: the request is ready, if nothing was decided
    meanwhile and nothing about health is still open. Of all builds that nobody released, only this newest one can be read from now on.
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
    )
    decided = request.withholdings.filter(undone_at=None).order_by("pk")
    if tuple(decided.values_list("pk", flat=True)) == copy.decisions and not copy.why_not:
        make(request, REQUEST_MOVES[RequestMove.MAKE_READY])
    older = request.packs.filter(status=PackStatus.BUILT).exclude(pk=pack.pk)
    files = [name for two in older.values_list("draft_file", "final_file") for name in two if name]
    older.update(draft_file="", final_file="")
    remove_after_commit(files)


@transaction.atomic
def fail_pack(*, pack: BuiltPack, sentence: str, by: Actor) -> None:
    """The pack could not be built, for the reason in `sentence`. It may be asked for again."""
    record(Verb.PACK_FAILED, by=by, request=pack.request, on=pack)
    make(pack, PACK_MOVES[PackMove.FAIL], failure=sentence, finished=timezone.now())


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
