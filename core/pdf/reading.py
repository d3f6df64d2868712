"""What was read off printed pages once, so that only what is new in a finished file is read again.

A page is told by its mark: a hash over the bytes that draw it and over what its fonts mean. Pages go into a
finished file byte for byte; where the mark of a page in the finished file is known, it draws what was read, and
where it is not, the page is read. What is sought is looked for in all of it every time.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Self

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

from core.pdf.drawn import Draughts
from core.pdf.sought import opened, vocabulary

# What a page carries besides its own, between these two (`core.pdf.stamp`).
SAVE, RESTORE = b"q\n", b"\nQ\n"
SHORT = 40  # bytes of a compressed stream that may be one of the two

FONT = re.compile(rb"/([^\s/<>\[\]()]+)\s+[-+.\d]+\s+Tf\b")
# Text as our printer draws it: numbers of the letters' outlines in a font within the file. They mean what the
# font says they mean, which is read; by themselves they spell nothing.
SHOWN = re.compile(rb"\[[<>0-9a-f\s.-]*\]\s*TJ\b")
# What else draws a page, where all of it is plain: no wide letters, and no strings in digits.
UNUSUAL = re.compile(rb"[^\x20-\x7e\r\n\t]|[0-9a-fA-F]{8}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read off some pages.

    `drawn` is the text of each page by its mark, `streams` the hashes of the bytes that draw them, and `words`
    every word that stands in these bytes as it is.
    """

    drawn: dict[str, str] = field(default_factory=dict)
    streams: frozenset[str] = frozenset()
    words: bytes = b""

    @classmethod
    def of_all(cls, readings: Iterable[Self | None]) -> Self:
        """Everything that was read off several parts."""
        known = [one for one in readings if one is not None]
        return cls(
            drawn={mark: text for one in known for mark, text in one.drawn.items()},
            streams=frozenset().union(*(one.streams for one in known)),
            words=b"\n".join({word for one in known for word in one.words.split(b"\n")}),
        )

    def said(self) -> list[Any]:
        """It as it is kept."""
        return [self.drawn, sorted(self.streams), self.words.decode("latin-1")]

    @classmethod
    def from_said(cls, said: list[Any]) -> Self:
        drawn, streams, words = said
        return cls(drawn, frozenset(streams), words.encode("latin-1"))


NOTHING_READ = Reading()


def read(content: bytes) -> Reading:
    """Read the pages of a part that goes into many packs. What our printer would not draw is left to each."""
    drawn: dict[str, str] = {}
    streams: set[str] = set()
    rest: list[bytes] = []
    with Pdf.open(io.BytesIO(content)) as pdf:
        marks, draughts = Marks(), Draughts()
        for page in pdf.pages:
            mark, own, _ = marks.of(page)
            rests = [SHOWN.sub(b"", one.read_bytes()) for one in own]
            if mark is None or any(UNUSUAL.search(data) for data in rests):
                continue
            drawn[mark] = draughts.on(page)
            streams.update(hash_of(one.read_raw_bytes()) for one in own)
            rest += rests
    return Reading(drawn, frozenset(streams), vocabulary(opened(data) for data in rest))


def hash_of(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()


class Marks:
    """The marks of the pages of one file, as they are in a part and in the finished file alike."""

    def __init__(self) -> None:
        self._short: dict[tuple[int, int], bytes] = {}
        self._fonts: dict[tuple[int, int], str] = {}

    def of(self, page: Page) -> tuple[str | None, list[Object], list[Object]]:
        """The mark of a page, the streams of its own, and those that were put around them.

        No mark where more than these streams and the fonts decides what is drawn.
        """
        own, around = self._divided(page.obj.get("/Contents"))
        resources = page.obj.get("/Resources", Dictionary())
        fonts = resources.get("/Font", Dictionary())
        if _draws_more(page, resources) or not all(map(_is_by_number, fonts.values())):
            return None, own, around
        around_data = b"\n".join(one.read_bytes() for one in around)
        theirs = {f"/{name.decode('latin-1')}" for name in FONT.findall(around_data)}
        digest = hashlib.sha256()
        for name, font in sorted(fonts.items()):
            if name not in theirs:
                digest.update(f"{name} {self._font(font)}\n".encode())
        for stream in own:
            digest.update(hash_of(stream.read_raw_bytes()).encode())
        return digest.hexdigest(), own, around

    def _divided(self, contents: Object | None) -> tuple[list[Object], list[Object]]:
        if isinstance(contents, Stream):
            return [contents], []
        streams = list(contents) if isinstance(contents, Array) else []
        begins = [place for place, one in enumerate(streams) if self._is(one, SAVE)]
        ends = [place for place, one in enumerate(streams) if self._is(one, RESTORE)]
        if not begins or not ends or begins[0] >= ends[-1]:
            return streams, []
        first, last = begins[0], ends[-1]
        return streams[first + 1 : last], [*streams[:first], *streams[last + 1 :]]

    def _is(self, stream: Object, data: bytes) -> bool:
        """Whether it says just this; one stream serves all pages."""
        if stream.objgen not in self._short:
            is_short = int(stream.get("/Length", SHORT)) < SHORT
            self._short[stream.objgen] = stream.read_bytes() if is_short else b""
        return self._short[stream.objgen] == data

    def _font(self, font: Object) -> str:
        if not font.is_indirect or font.objgen not in self._fonts:
            meaning = font.get("/ToUnicode")
            data = meaning.read_bytes() if isinstance(meaning, Stream) else b""
            if not font.is_indirect:
                return hash_of(data)
            self._fonts[font.objgen] = hash_of(data)
        return self._fonts[font.objgen]


def _is_by_number(font: Object) -> bool:
    """Whether its letters are numbered outlines, each with its meaning."""
    return (
        font.get("/Subtype") == Name.Type0
        and font.get("/Encoding") == Name("/Identity-H")
        and isinstance(font.get("/ToUnicode"), Stream)
    )


def _draws_more(page: Page, resources: Object) -> bool:
    """Whether drawings within the page, or the looks of what lies on it, show words as well."""
    drawings = resources.get("/XObject", Dictionary()).values()
    return any(one.get("/Subtype") != Name.Image for one in drawings) or any(
        "/AP" in annotation for annotation in page.obj.get("/Annots", Array())
    )


def drawn_on(
    pdf: Pdf, known: Reading, draughts: Draughts | None = None
) -> Iterator[tuple[str, str]]:
    """What is drawn on each page of a finished file: as it was read before, and read now where it is new.

    Then the same without what was put around the page, as it goes on from one page to the next.
    """
    marks, draughts = Marks(), draughts or Draughts()
    for page in pdf.pages:
        mark, own, around = marks.of(page)
        kept = None if mark is None else known.drawn.get(mark)
        if kept is None:
            yield draughts.on(page), draughts.by(own, page)
        else:
            yield f"{kept} {draughts.by(around, page)}", kept
