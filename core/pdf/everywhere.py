"""Everything that anybody could read out of a finished file, and where it stands (features.md N15).

Looking at the pages is not enough: words that nobody sees stay in a file as bookmarks, comments, form
fields, layers that are switched off, descriptions of pictures, older versions and files within it. The
text of a page is taken out in two ways that share no code, since one may pass over what the other gives.
"""

import io
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from core.pdf.across import across, without_repeated
from core.pdf.drawn import Draughts
from core.pdf.pictured import pages_with_pictures
from core.pdf.press import surroundings
from core.pdf.reading import NOTHING_READ, Reading, drawn_on, hash_of
from core.pdf.text import pages_as_png, text_beside

# Which key holds what, in the words of whoever reads a finding.
KEYS = {
    "/Title": "a title or bookmark",
    "/Author": "the author",
    "/Subject": "the subject",
    "/Keywords": "the keywords",
    "/Creator": "the program named in the file",
    "/Producer": "the program named in the file",
    "/Alt": "the description of a picture",
    "/ActualText": "words given in the place of a picture",
    "/E": "an abbreviation written out",
    "/Contents": "a comment",
    "/RC": "a comment",
    "/NM": "a comment",
    "/V": "a form field",
    "/DV": "a form field",
    "/TU": "a form field",
    "/T": "a form field or comment",
    "/Opt": "a form field",
    "/JS": "a script",
    "/URI": "a link",
    "/F": "the name of a file in it",
    "/UF": "the name of a file in it",
    "/Desc": "the name of a file in it",
    "/Names": "a name in the file",
    "/Dests": "a name in the file",
    "/Name": "the name of a layer",
    "/P": "the label of a page",
    "/ID": "a mark in the structure",
}
ELSEWHERE = "a string in the file"
EMBEDDED = "a file in it"
METADATA = "its metadata (XMP)"
OLDER = "the bytes of the file"
STREAM = "the data of the file"
NAME = "the name of the file"
SEEN = "the picture of a page"
TEXT = "the text of a page"
DRAWN = "the text of a page, as it is drawn"
ACROSS = "the text that goes from a page to the next"
UNSHOWN = "a drawing that no page shows"

DEEPEST = 60
LARGEST = 50_000_000  # bytes of one part


@dataclass(frozen=True, slots=True)
class Readable:
    """Words that can be read out of the file, where they stand, and on which page if on one."""

    where: str
    text: str
    page: int | None = None


def everything_in(
    content: bytes, *, name: str = "", dpi: int = 200, known: Reading = NOTHING_READ
) -> Iterator[Readable]:
    """All words of the file `content`, called `name`: what is seen, and what is hidden in it.

    Raises subprocess.SubprocessError if one of the programs that read does not come to its end.
    """
    with text_beside(content) as texts:
        yield from inside(content, name=name, known=known)
        yield from shown(content, texts(), dpi=dpi)


def inside(
    content: bytes, *, name: str = "", known: Reading = NOTHING_READ, longest: int = 0
) -> Iterator[Readable]:
    """The words that stand in the file: what its pages draw, and what else it holds.

    Of pages that stand in it byte for byte as in `known`, what they draw is not read again. Strings come joined by
    where they stand: what is sought is looked for once in all of them. Words of up to the `longest` letters that
    begin on one page and end on the next are there as well.
    """
    with Pdf.open(io.BytesIO(content)) as pdf:
        yield from standing_in(pdf, name=name, known=known, longest=longest)


def standing_in(pdf: Pdf, *, name: str, known: Reading, longest: int) -> Iterator[Readable]:
    """As `inside`, of a file that is open."""
    if name:
        yield Readable(NAME, name)
    draughts = Draughts()
    ends: list[str] = []
    for number, (text, own) in enumerate(drawn_on(pdf, known, draughts), 1):
        yield Readable(DRAWN, text, number)
        ends.append(own)
    if longest:
        yield from (Readable(ACROSS, text, number) for number, text in across(ends, longest))
    # Its numbers, and yes and no, are objects as well.
    objects = [thing for thing in pdf.objects if isinstance(thing, Object)]
    streams = [thing for thing in objects if isinstance(thing, Stream)]
    yield from (Readable(UNSHOWN, text) for text in draughts.elsewhere(streams))
    yield from _joined(_strings(pdf, objects))
    yield from _streams(pdf, streams)


def shown(
    content: bytes, texts: list[str], *, dpi: int = 200, longest: int = 0
) -> Iterator[Readable]:
    """What a reader shows: the `texts` that it takes out of each page, what goes across them, and the pictures on them."""
    yield from (Readable(TEXT, text, n) for n, text in enumerate(texts, 1))
    if longest:
        pages = across(without_repeated(texts), longest)
        yield from (Readable(ACROSS, text, number) for number, text in pages)
    yield from _seen(content, dpi)


# Between two strings: no word that is sought goes across it.
BETWEEN = "\x00"


def _joined(strings: Iterator[Readable]) -> Iterator[Readable]:
    """The strings of each kind of place as one text, each wording once."""
    kinds: dict[str, set[str]] = {}
    for one in strings:
        kinds.setdefault(one.where, set()).add(one.text)
    for where, texts in kinds.items():
        yield Readable(where, BETWEEN.join(sorted(texts)))


# Whether an object, written out, holds a string; most of the structure of a file is names and numbers alone.
HAS_STRING = re.compile(rb"\(|<[0-9a-fA-F>]")
NAME_IN = re.compile(rb"/([^\s/<>\[\]()]+)")

# --- Strings ------------------------------------------------------------------------------------


def _strings(pdf: Pdf, objects: Iterable[Object]) -> Iterator[Readable]:
    """Every string of every object, wherever it hangs: nothing has to be found by its path."""
    names: set[bytes] = set()
    for thing in objects:
        written = b"" if isinstance(thing, Stream) else thing.unparse(resolved=True)
        if not written or HAS_STRING.search(written):
            yield from _inside(thing, ELSEWHERE, 0)
        else:
            names.update(NAME_IN.findall(written))
    yield from (Readable(ELSEWHERE, _name(name)) for name in names)
    yield from _inside(pdf.trailer.get("/Info", Dictionary()), ELSEWHERE, 0)


def _name(written: bytes) -> str:
    """A name as it reads: `#20` stands for a space."""
    plain = re.sub(rb"#([0-9a-fA-F]{2})", lambda found: bytes.fromhex(found[1].decode()), written)
    return plain.decode("utf-8", "replace")


def _inside(thing: Object, where: str, depth: int) -> Iterator[Readable]:
    if isinstance(thing, String):
        yield Readable(where, str(thing))
        raw = bytes(thing)
        if not raw.isascii():
            yield Readable(where, raw.decode("utf-8", "ignore"))
    elif isinstance(thing, Name):
        yield Readable(where, str(thing)[1:])
    elif depth < DEEPEST:
        for key, value in _members(thing):
            if key and key not in KEYS:
                yield Readable(ELSEWHERE, key[1:])
            if not (isinstance(value, Object) and value.is_indirect):
                yield from _inside(value, KEYS.get(key, where), depth + 1)


def _members(thing: Object) -> Iterator[tuple[str, Object]]:
    if isinstance(thing, Dictionary | Stream):
        yield from thing.items()
    elif isinstance(thing, Array):
        yield from (("", value) for value in thing)


# --- Streams and bytes --------------------------------------------------------------------------


def _streams(pdf: Pdf, streams: Iterable[Object]) -> Iterator[Readable]:
    """Data that belongs to the file and not to a page: metadata, files within it, scripts, what nobody knows."""
    pages = _of_pages(pdf)
    for thing in streams:
        if thing.objgen in pages or _is_drawing(thing):
            continue
        try:
            data = thing.read_bytes()
        except pikepdf.PdfError:
            data = thing.read_raw_bytes()
        kind = thing.get("/Type")
        where = EMBEDDED if kind == Name.EmbeddedFile else STREAM
        if kind == Name.Metadata:
            where = METADATA
        yield from _in_every_writing(data, where)


def _of_pages(pdf: Pdf) -> set[tuple[int, int]]:
    """The streams that draw the pages: what they say is read as it is drawn."""
    found = set()
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        if isinstance(contents, Stream):
            found.add(contents.objgen)
        elif isinstance(contents, Array):
            found |= {one.objgen for one in contents}
    return found


def _is_drawing(stream: Object) -> bool:
    """Whether it is a picture, the outlines of letters or what they mean: read in other ways, or by eye."""
    keys = {"/Length1", "/Matrix", "/FormType", "/CMapName", "/FunctionType", "/N"}
    kinds = {Name.Image, Name.Form, Name.Type1C, Name.CIDFontType0C, Name.OpenType}
    types = {Name.ObjStm, Name.XRef, Name.CMap}
    return (
        bool(keys & set(stream.keys()))
        or stream.get("/Subtype") in kinds
        or stream.get("/Type") in types
        or stream.read_bytes()[:200].lstrip().startswith(b"/CIDInit")
    )


def _in_every_writing(data: bytes, where: str) -> Iterator[Readable]:
    yield Readable(where, data.decode("utf-8", "ignore"))
    yield Readable(where, data.decode("latin-1"))
    for start in (0, 1):
        yield Readable(where, data[start:].decode("utf-16-be", "ignore"))
        yield Readable(where, data[start:].decode("utf-16-le", "ignore"))


BEGIN, END = re.compile(rb"stream\r?\n"), b"endstream"


def raw_parts(content: bytes, known: Reading = NOTHING_READ) -> Iterator[bytes]:
    """The file as it is, and each of its compressed parts: also those that an older version left behind.

    Not those that stand in `known`, byte for byte.
    """
    between, done = [], 0
    whole = memoryview(content)
    for start in _beginnings(content):
        if start < done:
            continue
        end = _end_of_known(content, whole, start, known)
        if not end:
            data, end = _unpacked(content, whole, start)
            if data is None:
                continue
            if hash_of(whole[start:end]) not in known.streams:
                yield data
        between.append(content[done:start])
        done = end
    between.append(content[done:])
    yield b"\n".join(between)


def _beginnings(content: bytes) -> Iterator[int]:
    """Where data begins in a file, or seems to."""
    place = content.find(b"stream")
    while place >= 0:
        found = BEGIN.match(content, place)
        if found and content[max(place - 3, 0) : place] != b"end":
            yield found.end()
        place = content.find(b"stream", place + 1)


def _end_of_known(content: bytes, whole: memoryview, start: int, known: Reading) -> int:
    """Where the data that begins at `start` ends, if its bytes stand in `known` as they are; else 0."""
    end = content.find(END, start) - 1
    if known.streams and end > start and hash_of(whole[start:end]) in known.streams:
        return end
    return 0


def _unpacked(content: bytes, whole: memoryview, start: int) -> tuple[bytes | None, int]:
    """The compressed data that begins at `start`, and where it ends; None if there is none that can be read.

    Of damaged data, what stands before the damage: other programs show that as well.
    """
    unpack = zlib.decompressobj()
    pieces, place = [], start
    while not unpack.eof and place < len(content):
        # As far as the next mark of an end, which may stand in the data by chance as well.
        end = content.find(END, place) + len(END)
        end = len(content) if end < place + len(END) else end
        before = unpack.copy()
        try:
            pieces.append(unpack.decompress(whole[place:end], LARGEST))
        except zlib.error:
            pieces.append(_before_damage(before, whole[place:end]))
            break
        place = end
    if not any(pieces):
        return None, start
    return b"".join(pieces), place - len(unpack.unused_data)


def _before_damage(unpack: "zlib._Decompress", data: memoryview) -> bytes:
    """What can be unpacked of `data`, byte by byte up to where it is damaged."""
    pieces = []
    with suppress(zlib.error):
        for number in range(min(len(data), LARGEST)):
            pieces.append(unpack.decompress(data[number : number + 1]))  # noqa: PERF401  # as far as it goes
    return b"".join(pieces)


# --- What is seen -------------------------------------------------------------------------------


def ocr_program() -> str | None:
    """The program that reads pictures, where it is installed (`apt install tesseract-ocr`)."""
    return shutil.which("tesseract")


def _seen(content: bytes, dpi: int) -> Iterator[Readable]:
    """What can be read off the pictures of pages that are pictures, where a program for it is installed."""
    program = ocr_program()
    if program is None:
        return
    for number in pages_with_pictures(content):
        (picture,) = pages_as_png(content, dpi, pages=[number])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.png"
            path.write_bytes(picture)
            done = subprocess.run(  # noqa: S603  # one program, and a name of this module's own
                [program, str(path), "stdout", "-l", "eng"],
                # By one processor: beside other work, several that wait for each other take many times as long.
                env={**surroundings(), "OMP_THREAD_LIMIT": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=120,
                check=True,
            )
        yield Readable(SEEN, done.stdout.decode(errors="ignore"), number)


def unread_pages(content: bytes, *, legible: Collection[int] = ()) -> list[int]:
    """The numbers of the pages of which nothing here could read what their pictures show.

    Not those that are `legible`: what their picture shows was drawn from letters, which stand there as text.
    """
    if ocr_program():
        return []
    return [number for number in pages_with_pictures(content) if number not in legible]
