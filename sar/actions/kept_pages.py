"""Printed pages that are kept for the next build of a request: put by, and removed when it needs them no more."""

from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.db import transaction

from audit.actors import Actor
from audit.verbs import Action, Verb
from core.files.keeping import keep, remove, stand_or_fall
from sar.ahead import drop_pages
from sar.models import KeptPages, RightsRequest
from sar.rules import record

FOLDER = "pages"


@transaction.atomic
def keep_pages(*, request: RightsRequest, pages: Mapping[str, bytes], by: Actor) -> None:
    """Put printed pages by, each under its mark, behind a name that nobody guesses.

    Of an answered request none are kept. What another worker printed meanwhile stays as it is.
    """
    if not RightsRequest.objects.get(pk=request.pk).is_open:
        return
    known = set(request.kept_pages.filter(mark__in=pages).values_list("mark", flat=True))
    new = {mark: content for mark, content in pages.items() if mark not in known}
    if not new:
        return
    record(Verb.PACK_PAGES_KEPT, by=by, request=request, on=KeptPages, action=Action.CREATE)
    with stand_or_fall():
        rows = [
            KeptPages(request=request, mark=mark, file=keep(ContentFile(content), folder=FOLDER))
            for mark, content in new.items()
        ]
        KeptPages.objects.bulk_create(rows, ignore_conflicts=True)
        names = [row.file for row in rows]
        kept = set(KeptPages.objects.filter(file__in=names).values_list("file", flat=True))
    remove(name for name in names if name not in kept)


@transaction.atomic
def drop_pages_of_answered(*, by: Actor) -> int:
    """Remove what is still kept for requests that are answered; how many of them there were."""
    waiting = RightsRequest.objects.filter(kept_pages__isnull=False).distinct()
    answered = [request for request in waiting if not request.is_open]
    for request in answered:
        record(Verb.PACK_PAGES_REMOVED, by=by, request=request, on=KeptPages, action=Action.DELETE)
        drop_pages(request)
    return len(answered)
