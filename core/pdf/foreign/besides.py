"""What somebody else's PDF holds besides its pages: it does not come along, so it is said that it is there."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from core.pdf.foreign.layers import layers_that_are_off
from core.pdf.foreign.looks import has_look
from core.pdf.foreign.seen import is_on_the_page

# What only leads somewhere or belongs to another, and what is a field.
NO_COMMENT = {Name.Link, Name.Popup, Name.Widget, Name.PrinterMark, Name.TrapNet}
PLAYED = {
    Name.FileAttachment,
    Name.Sound,
    Name.Movie,
    Name.Screen,
    Name.RichMedia,
    Name("/3D"),
}
DEEPEST = 20  # fields within fields


def besides_in(content: bytes, words: Callable[[], str]) -> tuple[tuple[int, str], ...]:
    """How many there are of what: comments with words of their own, files within it, fields that are not seen whole.

    `words` gives all that is read on its pages; it is asked only where something was filled in.
    """
    with Pdf.open(io.BytesIO(content)) as pdf:
        off = layers_that_are_off(pdf)
        comments, files = 0, len(pdf.attachments)
        for page in pdf.pages:
            for one in page.obj.get("/Annots", Array()):
                kind = one.get("/Subtype")
                if kind in PLAYED:
                    files += 1
                elif kind == Name.FreeText and is_on_the_page(one, off) and has_look(one):
                    continue
                elif kind not in NO_COMMENT and str(one.get("/Contents", "")).strip():
                    comments += 1
        form = pdf.Root.get("/AcroForm", Dictionary())
        filled = list(_filled_in(form.get("/Fields", Array()), None, None, 0))
        unseen = _not_seen(filled, words()) if filled else 0
        is_made_when_opened = "/XFA" in form and bool(pdf.Root.get("/NeedsRendering", False))
    counted = (
        (comments, "comment"),
        (files, "attached file"),
        (unseen, "filled-in field"),
        (len(off), "hidden layer"),
        (int(is_made_when_opened), "form that only the program it was made with can show"),
    )
    return tuple(one for one in counted if one[0])


def _filled_in(
    fields: Object, kind: Object | None, value: Object | None, depth: int
) -> Iterator[str]:
    """What was written into each field for words."""
    for field in fields if depth < DEEPEST else ():
        own_kind, own_value = field.get("/FT", kind), field.get("/V", value)
        parts = [one for one in field.get("/Kids", Array()) if "/T" in one]
        if parts:
            yield from _filled_in(Array(parts), own_kind, own_value, depth + 1)
        elif own_kind == Name.Tx and isinstance(own_value, String) and str(own_value).strip():
            yield str(own_value)


def _not_seen(filled: list[str], seen: str) -> int:
    """How many of these have a word that is not seen on any page."""
    together = "".join(_words(seen))
    return sum(any(word not in together for word in _words(value)) for value in filled)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())
