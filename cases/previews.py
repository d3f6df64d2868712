"""Making the preview of a document: long work, outside any request, on a file that may mean harm."""

import logging

from django.core.files.storage import default_storage

from cases.actions import documents as verbs
from cases.models import Preview
from cases.workflow import PreviewStatus
from core.files import office, pictures
from core.files.formats import OFFICE, Format
from core.files.pictures import MOST_PAGES, Picture, Pictures
from core.files.within import OFFICE as OFFICE_WITHIN
from core.files.within import Within, all_within
from core.files.words import MOST_CHARACTERS, decoded

logger = logging.getLogger(__name__)

NOT_DRAWN = "No pictures could be made of this document. Save the file to open it on your computer."
NO_OFFICE = (
    "Pictures of Word and OpenDocument files can only be made where LibreOffice is installed, and here "
    "it is not. Save the file to open it on your computer."
)
GONE = "The file of this document is not where it was stored. Tell whoever looks after the system."


def make_preview(preview_id: int) -> None:
    """Make the pictures of one document. Run by the worker; may be run again at any time.

    What fails is said on the preview, in a sentence.
    """
    preview = Preview.objects.select_related("document").filter(pk=preview_id).first()
    if preview is None or preview.status != PreviewStatus.WAITING:
        return
    try:
        made = pictures_of(preview.document.file, preview.document.format)
    except office.NoOffice:
        verbs.fail_preview(preview=preview, sentence=NO_OFFICE)
    except pictures.NotDrawn:
        verbs.fail_preview(preview=preview, sentence=NOT_DRAWN)
    except OSError as error:
        logger.error("Preview %s: %s", preview_id, error.strerror)  # noqa: TRY400
        verbs.fail_preview(preview=preview, sentence=GONE)
    else:
        verbs.finish_preview(preview=preview, pages=made.pages, shown=made.drawn)


def pictures_of(path: str, kind_of_file: str) -> Pictures:
    """The first pages of a file of the store, as pictures and words. Raises NotDrawn, NoOffice or OSError."""
    with default_storage.open(path) as file:
        content = file.read()
    kind = Format(kind_of_file)
    if kind == Format.TEXT:
        return _words((decoded(content) or "")[:MOST_CHARACTERS])
    if kind == Format.EML:
        return _with_what_came(content)
    if kind in OFFICE:
        return pictures.draw(office.to_pdf(content, kind.value), Format.PDF.value)
    return pictures.draw(content, kind.value)


def _words(text: str) -> Pictures:
    return Pictures(pages=1, drawn=(Picture(content=b"", text=text),))


def _with_what_came(content: bytes) -> Pictures:
    """An e-mail in words, and the first pages of what came with it. What cannot be shown counts as a page that is not."""
    pages = 0
    drawn: list[Picture] = []
    for one in all_within(content, Format.EML.value, "the e-mail"):
        made = _within(one, most=MOST_PAGES - len(drawn))
        pages += made.pages
        drawn += made.drawn
    if not drawn:
        raise pictures.NotDrawn
    return Pictures(pages=pages, drawn=tuple(drawn))


def _within(one: Within, *, most: int) -> Pictures:
    if one.cannot or most < 1:
        return Pictures(pages=1, drawn=())
    if one.text is not None:
        return _words(one.text[:MOST_CHARACTERS])
    try:
        if one.kind in OFFICE_WITHIN:
            as_pdf = office.to_pdf(one.content, one.kind)
            return pictures.draw(as_pdf, Format.PDF.value, most=most)
        return pictures.draw(one.content, one.kind, most=most)
    except pictures.NotDrawn:
        return Pictures(pages=1, drawn=())
