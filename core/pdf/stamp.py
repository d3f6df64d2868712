"""What every page carries besides its text: whose it is, which request, page x of N.

Written after merging, when N is known, and marked as an artifact, so that a screen reader does not
stop at the foot of each page to say the number (PDF/UA-1, 7.8).
"""

import io
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from core.pdf.fonts import FontMissing, upright
from core.pdf.letters import Letter, letters_of

Words = str | Callable[[int, int], str]

SIZE = 11.0  # points, as are all lengths here
SMALLEST = 9.0  # rather than cut a line short
LARGE = 18.0  # where the pages are in large print: nothing on them is smaller
SIDE = 51.0  # 18 mm from the left and right edge
EDGE = 32.0  # from the upper or lower edge to the line the letters stand on
GAP = 12.0  # at least so much between what is left and what is right
GREY = "0.9 g"
DARK = "0.1 g"
ACROSS_SHARE = 0.72  # of the diagonal that words across the page take

# Shown for a letter that none of the fonts has.
SUBSTITUTES = ("\ufffd", "\u25a1", "?")
ELLIPSIS = "…"
# What joins and moves letters, and names the styles of a font: each letter here is drawn by itself, in one style.
UNUSED_TABLES = {"GSUB", "GPOS", "GDEF", "FFTM", "STAT"}


@dataclass(frozen=True, slots=True)
class Margin:
    """The words in the upper or lower margin: fixed, or made from (page, number of pages).

    What is on the right is always whole; what is on the left is cut short if it has to be.
    """

    left: Words = ""
    right: Words = ""

    def on(self, page: int, pages: int) -> tuple[str, str]:
        """Return both sides for one page."""
        left, right = (
            words if isinstance(words, str) else words(page, pages)
            for words in (self.left, self.right)
        )
        return left, right


@dataclass(frozen=True, slots=True)
class Glyph:
    """One letter as a font of the document draws it. `width` is in thousandths of the size."""

    font: int
    code: int
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Letters one after the other. `width` is in thousandths of their size."""

    glyphs: tuple[Glyph, ...]
    width: float

    @classmethod
    def of(cls, glyphs: Iterable[Glyph]) -> Self:
        """They as a line; added up once, since most pages carry the same."""
        line = tuple(glyphs)
        return cls(line, sum(glyph.width for glyph in line))

    def length(self, size: float) -> float:
        """How long it is at this size."""
        return self.width * size / 1000


@dataclass(slots=True)
class Fonts:
    """The subsets embedded in one document, and which glyph draws which shape."""

    objects: list[Object]
    glyphs: dict[str, Glyph]

    def line(self, letters: Sequence[Letter]) -> Line:
        """Return the glyphs for `letters`."""
        return Line.of(self.glyphs[letter.shape] for letter in letters)


def page_x_of_n(page: int, pages: int) -> str:
    """Return "Page 3 of 120"."""
    return f"Page {page} of {pages}"


def stamp(
    pdf: Pdf,
    *,
    foot: Margin = Margin(right=page_x_of_n),
    head: Margin = Margin(),
    across: str = "",
    size: float = SIZE,
    fonts: Sequence[Path] | None = None,
) -> frozenset[str]:
    """Write `head` and `foot` in the margins of each page, and `across` in grey: its text and pictures show through.

    In letters of `size`, or smaller ones where a line would be cut short.

    `fonts` are tried in order for each letter; ours by default. Returns the letters that none of
    them has, which are shown as a box. Raises FontMissing.
    """
    pages = len(pdf.pages)
    margins = [(head.on(page, pages), foot.on(page, pages)) for page in range(1, pages + 1)]
    # Most pages say the same on one side.
    said = {words for both in margins for side in both for words in side}
    letters = {words: letters_of(words) for words in {*said, across}}
    embedded, missing = embed(pdf, letters.values(), upright() if fonts is None else fonts)
    lines = {words: embedded.line(one) for words, one in letters.items()}

    save = pdf.make_stream(b"q\n")
    restore = pdf.make_stream(b"\nQ\n")
    named: dict[tuple[int, int], list[str]] = {}
    for page, (above, below) in zip(pdf.pages, margins, strict=True):
        names = add_fonts(pdf, page, embedded, named)
        width, height, upright_matrix = shown(page)
        drawing = Drawing(embedded, names, width, size)
        front = b""
        if across:
            # Behind a picture of a whole page nobody would see it.
            look = add_see_through(pdf, page)
            grey = drawing.across(lines[across], height)
            front = artifact("Watermark", f"{look} gs {upright_matrix} {grey}")
        for sides, kind, y in ((above, "Header", height - EDGE - size), (below, "Footer", EDGE)):
            left, right = (lines[side] for side in sides)
            if left.glyphs or right.glyphs:
                line = drawing.margin(left, right, y)
                front += artifact(kind, f"{upright_matrix} {line}")
        old = page.obj.get("/Contents", Array())
        page.obj.Contents = Array(
            [
                save,
                *(list(old) if isinstance(old, Array) else [old]),
                restore,
                *([pdf.make_stream(front)] if front else []),
            ]
        )
    return frozenset(missing)


def artifact(kind: str, operators: str) -> bytes:
    """Return `operators` marked as what belongs to the page and not to the text."""
    properties = f"<</Type /Pagination /Subtype /{kind}>>"
    return f"/Artifact {properties} BDC q {operators} Q EMC\n".encode("ascii")


def shown(page: Page) -> tuple[float, float, str]:
    """Return width and height of a page as it is seen, and the matrix for writing upright on it."""
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    wide, high = x1 - x0, y1 - y0
    turn = int(page.obj.get("/Rotate", 0)) % 360
    matrices = {
        0: (wide, high, f"1 0 0 1 {x0:.2f} {y0:.2f} cm"),
        90: (high, wide, f"0 1 -1 0 {x1:.2f} {y0:.2f} cm"),
        180: (wide, high, f"-1 0 0 -1 {x1:.2f} {y1:.2f} cm"),
        270: (high, wide, f"0 -1 1 0 {x0:.2f} {y1:.2f} cm"),
    }
    return matrices.get(turn, matrices[0])


@dataclass(slots=True)
class Drawing:
    """Writes glyphs on one page, `width` points wide, whose fonts have these names."""

    fonts: Fonts
    names: list[str]
    width: float
    size: float = SIZE

    def margin(self, left: Line, right: Line, y: float) -> str:
        """Return the operators for one line, its left side cut to the room the right one leaves."""
        wide = self.width - 2 * SIDE
        # A hair less, so that it is not cut for the last digit of its length.
        fits = 0.999 * (wide - GAP) / max(left.length(1.0) + right.length(1.0), 1.0)
        size = max(min(self.size, fits), min(self.size, SMALLEST))
        room = wide - (right.length(size) + GAP if right.glyphs else 0.0)
        operators = []
        if left.glyphs:
            operators.append(self.text(self.cut(left, room, size).glyphs, size, SIDE, y))
        if right.glyphs:
            x = self.width - SIDE - right.length(size)
            operators.append(self.text(right.glyphs, size, x, y))
        return f"{DARK} {' '.join(operators)}"

    def cut(self, line: Line, room: float, size: float) -> Line:
        """Return as much of `line` as fits, with an ellipsis if that is not all."""
        if line.length(size) <= room:
            return line
        end = self.fonts.glyphs[ELLIPSIS]
        kept = list(line.glyphs)
        while kept and Line.of([*kept, end]).length(size) > room:
            kept.pop()
        return Line.of([*kept, end])

    def across(self, line: Line, height: float) -> str:
        """Return the operators for `line` from the lower left corner to the upper right one."""
        diagonal = math.hypot(self.width, height)
        angle = math.atan2(height, self.width)
        size = min(110.0, ACROSS_SHARE * diagonal / max(line.length(1.0), 1.0))
        start = (diagonal - line.length(size)) / 2
        cos, sin = math.cos(angle), math.sin(angle)
        turned = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} 0 0 cm"
        return f"{GREY} {turned} {self.text(line.glyphs, size, start, -size / 3)}"

    def text(self, line: Iterable[Glyph], size: float, x: float, y: float) -> str:
        """Return the operators that write `line` at (x, y)."""
        operators = [f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm"]
        font, codes = -1, ""
        for glyph in line:
            if glyph.font != font:
                if codes:
                    operators.append(f"<{codes}> Tj")
                font, codes = glyph.font, ""
                operators.append(f"{self.names[font]} {size:.2f} Tf")
            codes += f"{glyph.code:04x}"
        operators.append(f"<{codes}> Tj ET")
        return " ".join(operators)


# --- Fonts ---------------------------------------------------------------------------------------


def add_fonts(
    pdf: Pdf, page: Page, fonts: Fonts, named: dict[tuple[int, int], list[str]]
) -> list[str]:
    """Put the fonts among the resources of a page and return their names there.

    `named` remembers the font lists already done: the pages of one part share theirs.
    """
    resources = page.resources
    if "/Font" not in resources:
        resources.Font = pdf.make_indirect(Dictionary())
    own = resources.Font
    if own.objgen in named and own.is_indirect:
        return named[own.objgen]
    names = []
    for number, font in enumerate(fonts.objects):
        name = f"/Stamp{number}"
        while name in own:
            name += "x"
        own[name] = font
        names.append(name)
    named[own.objgen] = names
    return names


def add_see_through(pdf: Pdf, page: Page) -> str:
    """Have what is drawn darken what is there and never hide it; returns how that is called on the page."""
    resources = page.resources
    if "/ExtGState" not in resources:
        resources.ExtGState = pdf.make_indirect(Dictionary())
    name = "/StampSeeThrough"
    if name not in resources.ExtGState:
        resources.ExtGState[name] = Dictionary(BM=Name.Multiply)
    return name


def embed(
    pdf: Pdf, lines: Iterable[Sequence[Letter]], paths: Sequence[Path]
) -> tuple[Fonts, set[str]]:
    """Embed what is needed of each font and return the glyphs, and the letters none of them has."""
    wanted = {letter.shape: letter.text for line in lines for letter in line}
    wanted[ELLIPSIS] = ELLIPSIS
    drawable = {path: shapes_of(path) for path in paths}
    anywhere = frozenset().union(*drawable.values())
    missing = wanted.keys() - anywhere
    substitute = next((shape for shape in SUBSTITUTES if shape in anywhere), None)
    if missing:
        if substitute is None:
            raise FontMissing("The fonts to number the pages with lack even a question mark.")
        wanted[substitute] = substitute
    fonts = Fonts(objects=[], glyphs={})
    for path, shapes in drawable.items():
        here = {
            shape: text
            for shape, text in wanted.items()
            if shape in shapes and shape not in fonts.glyphs
        }
        if here:
            add_font(pdf, fonts, path, here)
    for shape in missing:
        fonts.glyphs[shape] = fonts.glyphs[str(substitute)]
    return fonts, missing


def shapes_of(path: Path) -> frozenset[str]:
    """Return the letters that the font file can draw."""
    return _shapes(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _shapes(path: Path, _changed: int) -> frozenset[str]:
    with TTFont(path, lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def add_font(pdf: Pdf, fonts: Fonts, path: Path, wanted: dict[str, str]) -> None:
    """Embed the part of one TrueType font that draws `wanted`, with what each shape means.

    A Type 0 font with two-byte codes, so that any letter can be written, unlike with the 220 of
    WinAnsi (ISO 32000-1, 9.7).
    """
    cut = _cut(path, path.stat().st_mtime_ns, frozenset(wanted))
    number = len(fonts.objects)
    for shape in wanted:
        fonts.glyphs[shape] = Glyph(number, cut.codes[shape], cut.widths[cut.codes[shape]])

    name = Name(f"/{cut.name}")
    stream = pdf.make_stream(cut.file)
    stream.Length1 = len(cut.file)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=Array(list(cut.box)),
        ItalicAngle=0,
        Ascent=cut.ascent,
        Descent=cut.descent,
        CapHeight=cut.ascent,
        StemV=80,
        FontFile2=stream,
    )
    drawn = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array(
            [item for code in sorted(cut.widths) for item in (code, Array([cut.widths[code]]))]
        ),
        CIDToGIDMap=Name.Identity,
    )
    meanings = {cut.codes[shape]: text for shape, text in sorted(wanted.items(), reverse=True)}
    fonts.objects.append(
        pdf.make_indirect(
            Dictionary(
                Type=Name.Font,
                Subtype=Name.Type0,
                BaseFont=name,
                Encoding=Name("/Identity-H"),
                DescendantFonts=Array([pdf.make_indirect(drawn)]),
                ToUnicode=pdf.make_stream(to_unicode(meanings)),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A font cut down to some letters: its file, and what a document has to say of it."""

    file: bytes
    name: str
    codes: Mapping[str, int]
    widths: Mapping[int, int]
    box: tuple[int, ...]
    ascent: int
    descent: int


@lru_cache(maxsize=64)
def _cut(path: Path, _changed: int, wanted: frozenset[str]) -> Cut:
    """Cut once for both editions of a pack and for its next build: that takes longer than all the stamping."""
    font = subset_of(path, sorted(wanted))
    file = io.BytesIO()
    font.save(file)
    scale = 1000 / font["head"].unitsPerEm
    codes = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    advances = font["hmtx"].metrics
    head, line = font["head"], font["hhea"]
    letters = "".join(chr(ord("A") + byte % 26) for byte in sha256(file.getvalue()).digest()[:6])
    return Cut(
        file=file.getvalue(),
        name=f"{letters}+{font['name'].getDebugName(6) or 'Font'}",
        codes=codes,
        widths={
            code: round(advances[font.getGlyphName(code)][0] * scale) for code in codes.values()
        },
        box=tuple(round(edge * scale) for edge in (head.xMin, head.yMin, head.xMax, head.yMax)),
        ascent=round(line.ascent * scale),
        descent=round(line.descent * scale),
    )


def subset_of(path: Path, wanted: Iterable[str]) -> TTFont:
    """Return the font cut down to the letters `wanted`, at its regular weight if it has several."""
    options = Options()
    options.hinting = False
    options.notdef_outline = True
    options.layout_features = []
    font = TTFont(path, recalcTimestamp=False)
    font.flavor = None
    # Before they are taken apart, which takes as long as all the rest.
    for table in UNUSED_TABLES & set(font.keys()):
        del font[table]
    if "glyf" not in font:
        raise FontMissing(f"{path.name} is not a TrueType font.")
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(wanted))
    subsetter.subset(font)
    if "fvar" in font:
        axes = {axis.axisTag: axis.defaultValue for axis in font["fvar"].axes}
        if "wght" in axes:
            axes["wght"] = 400
        font = instantiateVariableFont(font, axes)
        font.recalcTimestamp = False
    return font


def to_unicode(meanings: dict[int, str]) -> bytes:
    """Return the map from glyphs back to text, for search and copying (ISO 32000-1, 9.10.3)."""
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <ffff>",
        "endcodespacerange",
    ]
    entries = sorted(meanings.items())
    for start in range(0, len(entries), 100):
        block = entries[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in block]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode("ascii")
