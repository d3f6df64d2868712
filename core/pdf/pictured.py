"""Which pages show pictures: what stands on one can be read by eye, or by a program that reads pictures."""

import io
import re
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

# A picture that stands among the operators of a page, and hangs nowhere (`BI … ID … EI`).
AMONG_OPERATORS = re.compile(rb"(?<!\S)BI\s.*?(?<!\S)ID\s", re.DOTALL)


def pages_with_pictures(content: bytes) -> list[int]:
    """The numbers of the pages that show a picture: on all others the text says it all."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        return [number for number, page in enumerate(pdf.pages, 1) if has_picture(page.obj)]


def has_picture(thing: Object, seen: set[tuple[int, int]] | None = None) -> bool:
    """Whether a page or a drawing shows one: by itself, in a drawing on it, in a pattern or a mask."""
    seen = set() if seen is None else seen
    if thing.get("/Subtype") == Name.Image:
        return True
    operators = _operators(thing)
    if b"BI" in operators and AMONG_OPERATORS.search(operators):
        return True
    for drawing in drawings_of(thing):
        if not drawing.is_indirect or drawing.objgen not in seen:
            seen.add(drawing.objgen)
            if has_picture(drawing, seen):
                return True
    return False


def drawings_of(thing: Object) -> Iterator[Object]:
    """What a page or a drawing draws besides its own lines and letters."""
    resources = thing.get("/Resources", Dictionary())
    yield from resources.get("/XObject", Dictionary()).values()
    yield from resources.get("/Pattern", Dictionary()).values()
    for look in resources.get("/ExtGState", Dictionary()).values():
        mask = look.get("/SMask")
        if isinstance(mask, Dictionary):
            yield mask.G


def _operators(thing: Object) -> bytes:
    if isinstance(thing, Stream):
        return thing.read_bytes()
    contents = thing.get("/Contents")
    streams = list(contents) if isinstance(contents, Array) else [contents]
    return b"\n".join(one.read_bytes() for one in streams if isinstance(one, Stream))
