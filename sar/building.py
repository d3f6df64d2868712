"""Building a pack from beginning to end: gather, redact, print, keep. Long work, outside any request.

The steps that change something are verbs (`sar.actions.pack`). Between them no transaction is open, so
that printing holds up nobody, and how far it has come is seen at once.
"""

import logging
import os
import traceback
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from subprocess import SubprocessError

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils import timezone
from pikepdf import PdfError

from accounts.models import User
from audit.actors import SYSTEM
from core.errors import Refused
from core.pdf.beside import Reader
from core.pdf.everywhere import unread_pages
from core.pdf.kept import Shelf, render_kept
from core.pdf.press import Press
from sar.actions import pack as verbs
from sar.kinds import Kind
from sar.leaks import Leak, barred_under, entries_on, leaks_beside, leaks_in_words, not_cleared
from sar.models import BuiltPack, PackProgress, RightsRequest
from sar.pack.build import PRINTING_FAILED, Editions, Finished, Progress, print_pack
from sar.pack.copy import Copy, copy_for
from sar.pack.files import print_files
from sar.pack.gather import GatherFailed
from sar.pack.held import key_of
from sar.pack.pages import file_name, front_of, record_chunks, stylesheet
from sar.pack.redact import PassageMissing
from sar.rules import is_for_pack
from sar.shelf import PackShelf
from sar.workflow import RequestStatus

logger = logging.getLogger(__name__)

NOT_PRINTED = (
    "The pages could not be printed, so there is no pack. Try again; if it fails again, tell whoever "
    "looks after the system."
)
NOT_LOOKED_THROUGH = (
    "The finished file could not be looked through for words that must not be in it, so there is no pack. "
    "Try again; if it fails again, tell whoever looks after the system."
)
NOT_BUILT = (
    "The pack could not be built, so there is none: something went wrong that nobody expected. Tell whoever looks "
    "after the system; the server log says where it stopped."
)
NOT_STORED = (
    "The pack could not be stored, so there is none. Perhaps the disk is full: tell whoever looks "
    "after the system."
)


def build_pack(pack_id: int) -> None:
    """Build the pack with this number. Run by the worker; may be run again at any time.

    What fails is said on the pack, in a sentence, and nothing is kept of it.
    """
    pack = BuiltPack.objects.select_related("request__person", "recorded_by").get(pk=pack_id)
    if pack.is_built:
        return
    say = partial(_say, pack)
    say("Gathering the record", 0)
    try:
        is_for_pack(pack.request)
        copy = copy_for(pack.request)
        with PackShelf(pack.request) as shelf, Reader() as reader:
            finished = _printed(
                pack.request, copy, say, by=pack.recorded_by, shelf=shelf, reader=reader
            )
            say("Looking for words that must not be in it", 92)
            editions, leaks = _looked_through(
                pack.request, copy, finished, shelf=shelf, reader=reader
            )
            unread = unread_pages(finished.final, legible=finished.legible)
        if leaks:
            verbs.stop_for_leaks(pack=pack, leaks=leaks, by=SYSTEM)
            return
        say("Storing the pack", 98)
        _keep(pack, copy, editions, pages=shelf.used, unread_pages=unread)
    except (GatherFailed, PassageMissing, Refused) as failure:
        verbs.fail_pack(pack=pack, sentence=str(failure), by=SYSTEM)
    except PRINTING_FAILED as failure:
        logger.error("Pack %s: %s", pack_id, failure)  # noqa: TRY400  # it names no word of the record
        verbs.fail_pack(pack=pack, sentence=NOT_PRINTED, by=SYSTEM)
    except OSError as failure:
        logger.error("Pack %s: %s", pack_id, failure.strerror)  # noqa: TRY400
        verbs.fail_pack(pack=pack, sentence=NOT_STORED, by=SYSTEM)
    except DatabaseError:
        raise  # nothing can be written down now: the worker takes it up again
    except Exception as failure:  # noqa: BLE001  # a build that ends without a word is asked for again and again
        place = traceback.extract_tb(failure.__traceback__)[-1]
        logger.error(  # noqa: TRY400  # words of the error may quote the record
            "Pack %s: %s in %s, line %s", pack_id, type(failure).__name__, place.name, place.lineno
        )
        verbs.fail_pack(pack=pack, sentence=NOT_BUILT, by=SYSTEM)
    else:
        say("Ready", 100)


def export_pack(*, request: RightsRequest, out: Path, by: User) -> int:
    """Write the pack of `request` as it stands to the file `out`, for its owner alone; log who did.

    Its pages say that it is not released, unless this very content was released. Gives the number of
    pages. Refused, without any file, if `out` cannot be written or anything could not be gathered.
    """
    is_for_pack(request)
    _may_be_written(out)
    try:
        copy = copy_for(request)
        with PackShelf(request) as shelf, Reader() as reader:
            finished = _printed(
                request, copy, lambda _step, _percent: None, by=by, shelf=shelf, reader=reader
            )
            editions, leaks = _looked_through(request, copy, finished, shelf=shelf, reader=reader)
    except (GatherFailed, PassageMissing) as failure:
        raise Refused(str(failure)) from None
    except PRINTING_FAILED as failure:
        raise Refused(f"{NOT_PRINTED} ({failure})") from None
    if leaks:
        raise Refused(leaks_in_words(leaks))
    content = editions.final if _was_released(request, copy) else editions.draft
    written: Path | None = None
    try:
        written = verbs.take_out(request=request, copy=copy, content=content, out=out, by=by)
        written.replace(out)
    except OSError as error:
        raise Refused(f"{out} could not be written: {error.strerror}.") from None
    finally:
        if written is not None:
            written.unlink(missing_ok=True)
    return editions.pages


def print_ahead(request_id: int) -> None:
    """Print what is decided already, before anybody asks for the pack: the record chunk by chunk, and files.

    A build then prints the rest. What could not be printed or gathered is left to the build, which says so.
    """
    request = RightsRequest.objects.select_related("person").get(pk=request_id)
    if request.person is None or request.kind != Kind.ACCESS or not request.is_open:
        return
    try:
        copy = copy_for(request)
        decided = _decided(request)
        front = front_of(request, made_on=timezone.localdate(), searched_by=request.recorded_by)
        record = record_chunks(copy.disclosed, front.warn_of)
        chunks = [chunk for chunk, keys in record if keys <= decided]
        files = [file for file in copy.files if file.key in decided]
        with PackShelf(request) as shelf, Press(css=stylesheet(is_large=front.is_large)) as press:
            render_kept(press, chunks, shelf)
            print_files(press, files, shelf)
    except (GatherFailed, PassageMissing, OSError, *PRINTING_FAILED) as failure:
        logger.info("Nothing was printed ahead: %s", failure.__class__.__name__)


def _decided(request: RightsRequest) -> set[str]:
    """The keys of the items that somebody has checked; what is withheld whole has none."""
    checked = request.checks.values_list("source", "record_id")
    return {key_of(source, number) for source, number in checked}


def _printed(
    request: RightsRequest, copy: Copy, say: Progress, *, by: User, shelf: Shelf, reader: Reader
) -> Finished:
    front = front_of(request, made_on=timezone.localdate(), searched_by=by)
    return print_pack(
        copy.disclosed,
        front,
        copy.looks,
        files=copy.files,
        at=timezone.now(),
        progress=say,
        shelf=shelf,
        printed=reader.expect,
    )


def _looked_through(
    request: RightsRequest, copy: Copy, finished: Finished, *, shelf: Shelf, reader: Reader
) -> tuple[Editions, list[Leak]]:
    """What must not be in the finished bytes and is, unless somebody said that it may stand there.

    The draft, which is made meanwhile, is the same pages with a mark across them.
    """
    barred = barred_under(request, finished.under) | copy.barred
    name = file_name(request, released=True)
    try:
        with leaks_beside(
            finished.final,
            barred,
            name=name,
            known=finished.known,
            shelf=shelf,
            reader=reader,
        ) as leaks:
            editions = finished.with_draft()
            found = leaks()
    except (SubprocessError, PdfError):
        raise Refused(NOT_LOOKED_THROUGH) from None
    return editions, [
        replace(leak, entries=entries_on(leak.page, finished.headings))
        for leak in not_cleared(request, found)
    ]


def _keep(
    pack: BuiltPack,
    copy: Copy,
    editions: Editions,
    *,
    pages: Collection[str],
    unread_pages: Sequence[int],
) -> None:
    """Store both files and say so; or neither."""
    kept: list[str] = []
    try:
        for edition, content in (("draft", editions.draft), ("final", editions.final)):
            name = f"packs/{pack.name.hex}-{edition}.pdf"
            kept.append(default_storage.save(name, ContentFile(content)))
        verbs.finish_pack(
            pack=pack,
            copy=copy,
            editions=editions,
            draft_file=kept[0],
            final_file=kept[1],
            pages=pages,
            unread_pages=unread_pages,
            by=SYSTEM,
        )
    except BaseException:
        for name in kept:
            default_storage.delete(name)
        raise


def _was_released(request: RightsRequest, copy: Copy) -> bool:
    return (
        request.status == RequestStatus.RELEASED
        and request.released_pack is not None
        and request.released_pack.content_sha256 == copy.disclosed.sha256
    )


def _may_be_written(out: Path) -> None:
    if out.is_dir():
        raise Refused(f"{out} is a folder. Give the name of a file in it.")
    if not out.parent.is_dir():
        raise Refused(f"There is no folder {out.parent} to write to.")
    if not os.access(out.parent, os.W_OK | os.X_OK):
        raise Refused(f"You may not write to the folder {out.parent}.")


def _say(pack: BuiltPack, step: str, percent: int) -> None:
    PackProgress.objects.filter(pack=pack).update(
        step=step, percent=percent, last_heard=timezone.now()
    )
