"""The headings of a part that was kept as bytes."""

import io
from collections.abc import Iterable, Iterator

from pikepdf import Array, Name, OutlineItem, Pdf

from core.pdf.parts import Heading, Part


def part_of(key: str, content: bytes) -> Part:
    """Return the part that `content` is: a tagged PDF printed earlier and kept."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        return Part(key=key, pdf=content, pages=len(pdf.pages), headings=tuple(headings_of(pdf)))


def headings_of(pdf: Pdf) -> Iterator[Heading]:
    """Yield the headings of a part as its printer noted them, or else its bookmarks.

    For parts kept as bytes, and for PDFs that came from elsewhere: their bookmarks' depth is taken
    as the level.
    """
    noted = pdf.Root.get("/PackHeadings")
    if noted is not None:
        for entry in noted:
            level, title, page, top = list(entry)
            yield Heading(str(title), int(level), int(page), float(top))
        return
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    with pdf.open_outline() as outline:
        yield from from_bookmarks(outline.root, numbers, level=1)


def from_bookmarks(
    items: Iterable[OutlineItem], numbers: dict[tuple[int, int], int], *, level: int
) -> Iterator[Heading]:
    """Yield those bookmarks that point at a page, and theirs, in reading order."""
    for item in items:
        target = item.destination
        if isinstance(target, Array) and len(target) and target[0].objgen in numbers:
            top = float(target[3]) if len(target) > 3 and target[1] == Name.XYZ else 0.0
            yield Heading(item.title, level, numbers[target[0].objgen], top)
        yield from from_bookmarks(item.children, numbers, level=level + 1)
