"""One page of a file as a picture, for whoever chooses what of it is painted over.

Pages are counted as in the pack, through everything that is within the file, and a page is cut to what the
pack shows of it: an area chosen on this picture lies at the same place there.
"""

from dataclasses import dataclass

from django.core.files.storage import default_storage

from core.files.formats import Format
from core.files.office import to_pdf
from core.files.pictures import NotDrawn, draw
from core.pdf.foreign import NotCopied, Seen, look_at
from sar.pack.files import MOST_PICTURES
from sar.pack.gather import HeldFile
from sar.pack.within import PICTURES, Within, all_within


class NoPage(Exception):
    """The file has no such page, or no pages that can be shown."""


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page, its words as far as the file tells them, and how many pages there are."""

    number: int
    of: int
    title: str
    picture: bytes
    content_type: str
    text: str


def page_of(file: HeldFile, number: int, *, title: str) -> PageSeen:
    """The page of this number. Raises NoPage."""
    with default_storage.open(file.path) as opened:
        content = opened.read()
    found: tuple[str, Seen] | None = None
    before = 0
    for one in all_within(content, file.format, title):
        if one.has_pages:
            seen = _seen(one, number - before)
            if seen.picture:
                found = one.title, seen
            before += seen.pages
    if found is None:
        raise NoPage
    called, seen = found
    return PageSeen(
        number=number,
        of=before,
        title=called,
        picture=seen.picture,
        content_type="image/png" if seen.picture.startswith(b"\x89PNG") else "image/jpeg",
        text=seen.text,
    )


def _seen(one: Within, number: int) -> Seen:
    """How many pages it has, and the one of this number, if it has that; none if it cannot be shown."""
    try:
        if one.kind in PICTURES:
            drawn = draw(one.content, one.kind, most=max(1, min(number, MOST_PICTURES)))
            if drawn.pages > MOST_PICTURES:
                return Seen(pages=0)
            if not 1 <= number <= len(drawn.drawn):
                return Seen(pages=drawn.pages)
            return Seen(pages=drawn.pages, picture=drawn.drawn[number - 1].content)
        is_pdf = one.kind == Format.PDF
        return look_at(one.content if is_pdf else to_pdf(one.content, one.kind), number)
    except (NotDrawn, NotCopied):
        return Seen(pages=0)
