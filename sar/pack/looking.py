"""One page of a file as a picture, for whoever chooses what of it is painted over.

Pages are counted as in the pack, through everything that is within the file, and a page is cut to what the
pack shows of it: an area chosen on this picture lies at the same place there.
"""

from dataclasses import dataclass, replace

from django.core.files.storage import default_storage

from core.files.formats import Format
from core.files.office import NoOffice, office_program, to_pdf
from core.files.pictures import NotDrawn, draw
from core.files.unseen import unseen_in
from core.files.within import DAMAGED, OFFICE, PICTURES, Within, all_within
from core.pdf.foreign import NotCopied, Seen, look_at
from sar.pack.files import MOST_PICTURES, NO_OFFICE, besides_in_words, besides_title
from sar.pack.held import HeldFile


class NoPage(Exception):
    """The file has pages, but none of this number."""


@dataclass(frozen=True, slots=True)
class NoPages:
    """Something within the file that is no page: its words, or why it cannot be shown."""

    title: str
    text: str = ""
    cannot: str = ""


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page, its words as far as the file tells them, and how many pages there are; none, where `of` is 0.

    `besides` is what else is within the file and has no pages.
    """

    number: int
    of: int
    title: str
    picture: bytes
    content_type: str
    text: str
    besides: tuple[NoPages, ...] = ()


def cannot_be_shown(kind: str) -> str:
    """Why no file of this kind can be shown as pages on this computer, without opening it; "" where it may."""
    return NO_OFFICE if kind in OFFICE and office_program() is None else ""


def page_of(file: HeldFile, number: int, *, title: str) -> PageSeen:
    """The page of this number, or what is said of a file that has none. Raises NoPage."""
    with default_storage.open(file.path) as opened:
        content = opened.read()
    called, picture, text = title, b"", ""
    before = 0
    besides: list[NoPages] = []
    for one in all_within(content, file.format, title):
        if not one.has_pages:
            besides.append(NoPages(one.title, one.text or "", one.cannot))
            continue
        try:
            seen = _seen(one, number - before)
        except NoOffice:
            besides.append(NoPages(one.title, cannot=NO_OFFICE))
        except (NotDrawn, NotCopied):
            besides.append(NoPages(one.title, cannot=DAMAGED))
        else:
            if seen.picture:
                called, picture, text = one.title, seen.picture, seen.text
            before += seen.pages
            if seen.besides:
                said = besides_in_words(seen.besides)
                besides.append(NoPages(besides_title(one.title), cannot=said))
    if before and not picture:
        raise NoPage
    return PageSeen(
        number=number,
        of=before,
        title=called,
        picture=picture,
        content_type="image/png" if picture.startswith(b"\x89PNG") else "image/jpeg",
        text=text,
        besides=tuple(besides),
    )


def _seen(one: Within, number: int) -> Seen:
    """How many pages it has, and the one of this number, if it has that."""
    if one.kind in PICTURES:
        drawn = draw(one.content, one.kind, most=max(1, min(number, MOST_PICTURES)))
        if drawn.pages > MOST_PICTURES:
            raise NotCopied
        if not 1 <= number <= len(drawn.drawn):
            return Seen(pages=drawn.pages)
        return Seen(pages=drawn.pages, picture=drawn.drawn[number - 1].content)
    if one.kind == Format.PDF:
        return look_at(one.content, number)
    seen = look_at(to_pdf(one.content, one.kind), number)
    return replace(seen, besides=unseen_in(one.content, one.kind))
