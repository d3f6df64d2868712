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
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from core.pdf.press import surroundings
from core.pdf.text import pages_as_png, text_of

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

DEEPEST = 60
LARGEST = 50_000_000  # bytes of one part


@dataclass(frozen=True, slots=True)
class Readable:
    """Words that can be read out of the file, where they stand, and on which page if on one."""

    where: str
    text: str
    page: int | None = None


def everything_in(content: bytes, *, name: str = "", dpi: int = 200) -> Iterator[Readable]:
    """All words of the file `content`, called `name`: what is seen, and what is hidden in it."""
    if name:
        yield Readable(NAME, name)
    for number, text in enumerate(text_of(content), 1):
        yield Readable(TEXT, text, number)
    with Pdf.open(io.BytesIO(content)) as pdf:
        yield from _drawn(pdf)
        yield from _strings(pdf)
        yield from _streams(pdf)
    yield from _seen(content, dpi)


# --- Strings ------------------------------------------------------------------------------------


def _strings(pdf: Pdf) -> Iterator[Readable]:
    """Every string of every object, wherever it hangs: nothing has to be found by its path."""
    for thing in pdf.objects:
        yield from _inside(thing, ELSEWHERE, 0)
    yield from _inside(pdf.trailer.get("/Info", Dictionary()), ELSEWHERE, 0)


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


def _streams(pdf: Pdf) -> Iterator[Readable]:
    """Data that belongs to the file and not to a page: metadata, files within it, scripts, what nobody knows."""
    pages = _of_pages(pdf)
    for thing in pdf.objects:
        if not isinstance(thing, Stream) or thing.objgen in pages or _is_drawing(thing):
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


def raw_parts(content: bytes) -> Iterator[bytes]:
    """The file as it is, and each of its compressed parts: also those that an older version left behind."""
    yield content
    for found in re.finditer(rb"stream\r?\n", content):
        unpack = zlib.decompressobj()
        try:
            yield unpack.decompress(content[found.end() :], LARGEST)
        except zlib.error:
            continue


# --- Text as it is drawn ------------------------------------------------------------------------


def _drawn(pdf: Pdf) -> Iterator[Readable]:
    """The text that each page's own operators draw, in white, behind pictures or off the page too."""
    for number, page in enumerate(pdf.pages, 1):
        pieces: list[str] = []
        _draw(page.obj, page.obj.get("/Resources"), pieces, set())
        for annotation in page.obj.get("/Annots", Array()):
            for look in _appearances(annotation.get("/AP")):
                _draw(look, look.get("/Resources"), pieces, set())
        yield Readable(DRAWN, "".join(pieces), number)


def _appearances(look: Object | None) -> Iterator[Object]:
    if isinstance(look, Stream):
        yield look
    elif isinstance(look, Dictionary):
        for one in look.values():
            yield from _appearances(one)


def _draw(
    thing: Object, resources: Object | None, pieces: list[str], seen: set[tuple[int, int]]
) -> None:
    resources = resources if resources is not None else Dictionary()
    fonts = resources.get("/Font", Dictionary())
    letters: Letters | None = None
    known: dict[str, Letters] = {}
    for instruction in pikepdf.parse_content_stream(thing):
        operator = str(instruction.operator)
        operands = list(instruction.operands)
        if operator == "Tf":
            font = str(operands[0])
            if font not in known:
                known[font] = Letters(fonts.get(font))
            letters = known[font]
        elif operator in {"Tj", "'", '"', "TJ"} and letters is not None:
            pieces.append(_written(operands[-1], letters))
        elif operator in {"Td", "TD", "Tm", "T*", "ET"}:
            pieces.append(" ")
        elif operator == "Do":
            form = resources.get("/XObject", Dictionary()).get(str(operands[0]))
            if (
                isinstance(form, Stream)
                and form.get("/Subtype") == Name.Form
                and form.objgen not in seen
            ):
                _draw(form, form.get("/Resources", resources), pieces, seen | {form.objgen})


# A gap as wide as this, in thousandths of the size, is a space between words.
GAP = 180


def _written(operand: Object, letters: "Letters") -> str:
    if isinstance(operand, String):
        return letters.read(bytes(operand))
    words = []
    for part in operand:
        if isinstance(part, String):
            words.append(letters.read(bytes(part)))
        elif not isinstance(part, Object) and float(part) < -GAP:
            words.append(" ")
    return "".join(words)


class Letters:
    """What the codes of one font mean, by its own map back to Unicode (ISO 32000-1, 9.10.3)."""

    def __init__(self, font: Object | None) -> None:
        self._means: dict[bytes, str] = {}
        self._lengths = {1}
        unicode_map = None if font is None else font.get("/ToUnicode")
        if isinstance(unicode_map, Stream):
            self._learn(unicode_map.read_bytes())
        if font is not None and font.get("/Subtype") == Name.Type0:
            self._lengths = {2}

    def _learn(self, data: bytes) -> None:
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
            for code, means in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>", block):
                self._means[bytes.fromhex(code.decode())] = _unicode(means)
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
            pattern = rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f\s]*>|\[[^\]]*\])"
            for first, last, means in re.findall(pattern, block):
                self._range(first, last, means)

    def _range(self, first: bytes, last: bytes, means: bytes) -> None:
        size = len(first) // 2
        listed = re.findall(rb"<([0-9A-Fa-f\s]*)>", means)
        for step, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
            if means.startswith(b"["):
                text = _unicode(listed[step]) if step < len(listed) else ""
            else:
                start = _unicode(listed[0])
                text = start[:-1] + chr(ord(start[-1]) + step) if start else ""
            self._means[code.to_bytes(size, "big")] = text

    def read(self, codes: bytes) -> str:
        """The letters that `codes` draw; a code without a meaning is taken for the letter it looks like."""
        size = 2 if self._lengths == {2} else 1
        return "".join(
            self._means.get(code, code.decode("cp1252", "ignore") if size == 1 else "")
            for code in (codes[n : n + size] for n in range(0, len(codes), size))
        )


def _unicode(digits: bytes) -> str:
    raw = bytes.fromhex(re.sub(rb"\s", b"", digits).decode())
    return raw.decode("utf-16-be", "ignore")


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
                env=surroundings(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=120,
                check=True,
            )
        yield Readable(SEEN, done.stdout.decode(errors="ignore"), number)


def pages_with_pictures(content: bytes) -> list[int]:
    """The numbers of the pages that show a picture: on all others the text says it all."""
    with Pdf.open(io.BytesIO(content)) as pdf:
        return [number for number, page in enumerate(pdf.pages, 1) if _has_picture(page.obj, 0)]


def _has_picture(thing: Object, depth: int) -> bool:
    drawings = thing.get("/Resources", Dictionary()).get("/XObject", Dictionary())
    return any(
        drawing.get("/Subtype") == Name.Image or (depth < 5 and _has_picture(drawing, depth + 1))
        for drawing in drawings.values()
    )


# --- Looking for words --------------------------------------------------------------------------

SOFT = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def plain_letters(text: str) -> str:
    """`text` as it is compared: small letters, no accents, one space, nothing invisible."""
    bare = unicodedata.normalize("NFKD", SOFT.sub("", text)).casefold()
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(bare.translate(QUOTES).split())


QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "—": "-"})

# Words of this length are looked for also where the spaces between them are gone.
LONG_ENOUGH = 8


class Sought:
    """Words to look for, in whatever way they are written."""

    def __init__(self, words: Iterable[str]) -> None:
        self._plain = {one: plain_letters(one) for one in words if plain_letters(one)}

    def in_text(self, text: str) -> Iterator[str]:
        """Which of them stand in `text`: as whole words, or run together."""
        plain = plain_letters(text)
        if not plain:
            return
        together = plain.replace(" ", "").replace("-", "")
        for words, sought in self._plain.items():
            squeezed = sought.replace(" ", "").replace("-", "")
            if len(squeezed) >= LONG_ENOUGH:
                if squeezed in together:
                    yield words
            elif sought in plain and re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", plain):
                yield words

    def in_bytes(self, data: bytes) -> Iterator[str]:
        """Which of them stand in `data`, as a file may write them."""
        small = data.lower()
        for words in self._plain:
            ways = {
                words.lower().encode(code, "ignore")
                for code in ("utf-8", "latin-1", "utf-16-be", "utf-16-le")
            }
            ways |= {way.hex().encode() for way in ways}
            if any(way in small for way in ways if len(way) >= LONG_ENOUGH):
                yield words
