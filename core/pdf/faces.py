"""What a reader takes out of a page, kept by all that decides it (ADR 47).

The face of a page is a hash over everything by which a reader draws it, as it stands in the finished file: the
bytes of its operators, its fonts and pictures whole, its size and turn (what pages inherit is brought down to each
when the file is opened). The same face gives the same words; a page with another one, or with none, is read.
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from core.pdf.kept import Shelf, mark_of
from core.pdf.text import text_beside

# Of a page, what draws nothing: where it stands in the whole, and what lies on it (asked for by itself).
ELSEWHERE = {"/Parent", "/StructParents", "/Annots", "/Tabs"}
DEEPEST = 40
UNDER_WAY = b""
REFERENCE = b" R"
# Kept together: a thousand files of a page each would be slow to fetch.
TOGETHER = 16


class Faceless(Exception):
    """More than its own bytes and resources decides how a page looks, or they bite their own tail."""


class Faces:
    """The faces of the pages of one file; fonts that many of them share are looked at once."""

    def __init__(self, pdf: Pdf) -> None:
        # Layers are switched on and off for the whole file.
        self._has_layers = "/OCProperties" in pdf.Root
        self._known: dict[tuple[int, int], bytes] = {}

    def of(self, page: Page) -> str | None:
        """The face of a page; None if it has to be read every time."""
        if self._has_layers or _has_looks(page):
            return None
        try:
            return self._members(page.obj, ELSEWHERE, 0).hex()
        except Faceless:
            return None

    def _of(self, thing: object, depth: int) -> bytes:
        if depth > DEEPEST:
            raise Faceless
        if not isinstance(thing, Object):
            return _hash(b"=", repr(thing).encode())
        if not thing.is_indirect:
            return self._inside(thing, depth)
        if thing.objgen not in self._known:
            self._known[thing.objgen] = UNDER_WAY
            self._known[thing.objgen] = self._inside(thing, depth)
        if self._known[thing.objgen] == UNDER_WAY:
            raise Faceless
        return self._known[thing.objgen]

    def _inside(self, thing: Object, depth: int) -> bytes:
        if isinstance(thing, Stream):
            return _hash(b"s", thing.read_raw_bytes(), self._members(thing, set(), depth))
        written = thing.unparse()
        if REFERENCE not in written:
            return _hash(b"=", written)
        if isinstance(thing, Dictionary):
            return self._members(thing, set(), depth)
        if isinstance(thing, Array):
            return _hash(b"a", *(self._of(one, depth + 1) for one in thing))
        raise Faceless

    def _members(self, thing: Object, but: set[str], depth: int) -> bytes:
        if thing.get("/Type") == Name.Page and depth:
            raise Faceless
        return _hash(
            b"d",
            *(
                half
                for key, value in sorted(thing.items())
                if key not in but
                for half in (key.encode("utf-8", "surrogateescape"), self._of(value, depth + 1))
            ),
        )


def _has_looks(page: Page) -> bool:
    """Whether what lies on the page draws something."""
    return any("/AP" in one for one in page.obj.get("/Annots", Array()))


def _hash(*parts: bytes) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        # With its length, so that what ends one does not begin the next.
        digest.update(len(part).to_bytes(8))
        digest.update(part)
    return digest.digest()


@contextmanager
def kept_text_beside(content: bytes, shelf: Shelf) -> Iterator[Callable[[], list[str]]]:
    """As `text_beside`, but of pages whose faces were read before the words come from the `shelf`."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        faces = Faces(pdf)
        each = [faces.of(page) for page in pdf.pages]
    groups = [
        range(start, min(start + TOGETHER, len(each))) for start in range(0, len(each), TOGETHER)
    ]
    marks = [_mark([each[n] for n in group]) for group in groups]
    known: dict[int, str] = {}
    for group, mark in zip(groups, marks, strict=True):
        kept = None if mark is None else shelf.get(mark)
        if kept is not None:
            known |= zip(group, json.loads(kept), strict=True)
    missing = [number for number in range(len(each)) if number not in known]

    with text_beside(content, pages=missing) as texts:

        def all_texts() -> list[str]:
            new = dict(zip(missing, texts(), strict=True))
            for group, mark in zip(groups, marks, strict=True):
                if mark is not None and group[0] in new:
                    shelf.put(mark, json.dumps([new[n] for n in group]).encode("ascii"))
            found = known | new
            return [found[number] for number in range(len(each))]

        yield all_texts


def _mark(faces: Sequence[str | None]) -> str | None:
    known = [face for face in faces if face is not None]
    if len(known) < len(faces):
        return None
    return mark_of("what a reader takes out of these pages", *known)
