"""Pages of somebody else's file as a part of ours: clean, readable aloud, and without what is withheld.

Only what is seen on a page comes along. Comments, scripts, forms, files within it, layers that are
switched off and metadata stay behind; what somebody filled into a form becomes part of the page. A page
of which something is withheld is made anew: drawn as a picture, painted over, and given the words that
stay. What was under the paint is not in the file any more (features.md P27).
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Rectangle, Stream, String
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument, PdfTextPage, raw

from core.pdf.fonts import upright
from core.pdf.letters import letters_of
from core.pdf.parts import Part
from core.pdf.stamp import Drawing, add_fonts, embed, length
from core.pdf.text import ALONE, POINTS_AN_INCH

SHORT, LONG = 595.28, 841.89  # A4 in points
SIDE, TOP, BOTTOM = 51.0, 62.0, 62.0  # what the margins of our pages take
DPI = 300
PAINT = "black"
ROOM = 1.5  # points painted around a letter
THOUSAND = 1000
QUALITY = 85

FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
MARKS = {"MP", "DP"}


class NotCopied(Exception):
    """The file cannot be read as pages: it is damaged or locked."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page, in thousandths of what is seen of it, from its upper left corner."""

    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page of ours, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def around(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def wider(self, room: float) -> "Box":
        return Box(self.left - room, self.bottom - room, self.right + room, self.top + room)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it stands on a page."""

    sign: str
    box: Box


@dataclass(slots=True)
class Sheet:
    """One page on its way: where what is seen lies on ours, its letters, and what of it is withheld."""

    size: tuple[float, float]
    seen: Box
    letters: list[Letter] = field(default_factory=list)
    painted: list[Box] = field(default_factory=list)
    picture: bytes = b""

    @property
    def text(self) -> str:
        return "".join(letter.sign for letter in self.letters)


Find = Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Copied:
    """The pages as a part, and which of the words to be withheld stood on them."""

    part: Part
    found: frozenset[int]


def copy_pages(
    content: bytes, *, key: str, called: str, areas: Sequence[Area] = (), words: Sequence[Find] = ()
) -> Copied:
    """The pages of the PDF `content`, without `areas` and without what each of `words` finds in a text.

    `called` names the document where a picture has to be described. Raises NotCopied.
    """
    try:
        clean, sheets = _clean(content)
        found = _read(clean, sheets, areas, words)
        return Copied(_part(clean, sheets, key=key, called=called), found)
    except (
        pikepdf.PdfError,
        RuntimeError,
        ValueError,
        OSError,
        TypeError,
        AttributeError,
    ) as error:
        raise NotCopied from error


def picture_pages(
    pictures: Sequence[bytes], *, key: str, called: str, areas: Sequence[Area] = ()
) -> Copied:
    """Pictures as pages, a picture each, painted over where `areas` say."""
    sheets = []
    for number, content in enumerate(pictures, 1):
        with Image.open(io.BytesIO(content)) as opened:
            image = opened.convert("RGB")
        sheet = _sheet(*image.size)
        sheet.painted = [_on_sheet(area, sheet) for area in areas if area.page == number]
        sheet.picture = _painted(image, sheet)
        sheets.append(sheet)
    return Copied(_part(b"", sheets, key=key, called=called), frozenset())


def words_of_pages(content: bytes) -> list[str]:
    """The words of each page, as they are looked through when something is withheld."""
    try:
        clean, sheets = _clean(content)
        _read(clean, sheets, (), ())
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise NotCopied from error
    return [sheet.text for sheet in sheets]


# --- Only what is seen --------------------------------------------------------------------------


def _clean(content: bytes) -> tuple[bytes, list[Sheet]]:
    """The pages on A4 with nothing but what is seen on them, and where on it that is."""
    sheets = []
    with Pdf.open(io.BytesIO(content)) as source, Pdf.new() as ours:
        hidden = _layers_that_are_off(source)
        for page in source.pages:
            _keep_fields_only(page)
        if "/AcroForm" in source.Root:
            source.generate_appearance_streams()
            source.flatten_annotations("screen")
        for page in source.pages:
            _drop_hidden(source, page, hidden)
            sheet = _sheet(*_seen_size(page))
            sheets.append(sheet)
            placed = ours.add_blank_page(page_size=sheet.size)
            placed.add_overlay(
                page,
                Rectangle(sheet.seen.left, sheet.seen.bottom, sheet.seen.right, sheet.seen.top),
            )
        out = io.BytesIO()
        ours.save(out)
    return out.getvalue(), sheets


def _keep_fields_only(page: Page) -> None:
    """Take away every comment, link and file that hangs on a page; what was filled in stays to be drawn."""
    kept = [
        annotation
        for annotation in page.obj.get("/Annots", Array())
        if annotation.get("/Subtype") == Name.Widget
    ]
    page.obj.Annots = Array(kept)
    for key in ("/AA", "/Thumb", "/PieceInfo", "/Metadata", "/B", "/StructParents"):
        if key in page.obj:
            del page.obj[key]


def _layers_that_are_off(pdf: Pdf) -> set[tuple[int, int]]:
    """The layers that a reader does not see."""
    properties = pdf.Root.get("/OCProperties", Dictionary())
    default = properties.get("/D", Dictionary())
    if default.get("/BaseState") == Name.OFF:
        on = {layer.objgen for layer in default.get("/ON", Array())}
        return {layer.objgen for layer in properties.get("/OCGs", Array())} - on
    return {layer.objgen for layer in default.get("/OFF", Array())}


# What a drawing carries besides its lines.
BESIDES = (
    "/OC",
    "/Metadata",
    "/PieceInfo",
    "/OPI",
    "/Alternates",
    "/StructParent",
    "/StructParents",
)


def _drop_hidden(pdf: Pdf, page: Page, hidden: set[tuple[int, int]]) -> None:
    """Leave out of what a page draws the layers that are off, and every mark: ours are our own."""
    resources = page.obj.get("/Resources", Dictionary())
    seen: set[tuple[int, int]] = set()
    data = pikepdf.unparse_content_stream(list(_kept(page, resources, hidden)))
    _clean_drawings(resources, hidden, seen)
    page.obj.Contents = pdf.make_stream(data)


def _clean_drawings(
    resources: Object, hidden: set[tuple[int, int]], seen: set[tuple[int, int]]
) -> None:
    for drawing in resources.get("/XObject", Dictionary()).values():
        if drawing.objgen in seen:
            continue
        seen.add(drawing.objgen)
        if drawing.get("/Subtype") == Name.Form:
            own = drawing.get("/Resources", Dictionary())
            data = pikepdf.unparse_content_stream(list(_kept(drawing, own, hidden)))
            _clean_drawings(own, hidden, seen)
            drawing.write(data)
        for key in BESIDES:
            if key in drawing:
                del drawing[key]


def _kept(
    thing: Page | Object, resources: Object, hidden: set[tuple[int, int]]
) -> Iterator[pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage]:
    """What is drawn outside the layers that are off."""
    names = resources.get("/Properties", Dictionary())
    drawings = resources.get("/XObject", Dictionary())
    inside: list[bool] = []
    for instruction in pikepdf.parse_content_stream(thing):
        operator = str(instruction.operator)
        if operator in {"BDC", "BMC"}:
            inside.append(_is_off(list(instruction.operands), names, hidden))
        elif operator == "EMC":
            inside[-1:] = []
        elif operator in MARKS or any(inside):
            continue
        elif operator != "Do" or not _is_hidden(drawings.get(str(instruction.operands[0])), hidden):
            yield instruction


def _is_hidden(drawing: Object | None, hidden: set[tuple[int, int]]) -> bool:
    layer = drawing.get("/OC") if drawing is not None else None
    return layer is not None and layer.objgen in hidden


def _is_off(operands: list[Object], names: Object, hidden: set[tuple[int, int]]) -> bool:
    if len(operands) < 2 or operands[0] != Name.OC or not isinstance(operands[1], Name):
        return False
    layer = names.get(str(operands[1]))
    if layer is None:
        return False
    members = layer.get("/OCGs", layer)
    listed = list(members) if isinstance(members, Array) else [members]
    return bool(listed) and all(one.objgen in hidden for one in listed)


def _seen_size(page: Page) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    wide, high = abs(x1 - x0), abs(y1 - y0)
    return (high, wide) if int(page.obj.get("/Rotate", 0)) % 180 else (wide, high)


def _sheet(wide: float, high: float) -> Sheet:
    """An A4 page, lying if what is seen is wider than high, and where on it that goes."""
    size = (LONG, SHORT) if wide > high else (SHORT, LONG)
    room = size[0] - 2 * SIDE, size[1] - TOP - BOTTOM
    scale = min(room[0] / wide, room[1] / high)
    left = SIDE + (room[0] - wide * scale) / 2
    bottom = BOTTOM + (room[1] - high * scale) / 2
    return Sheet(size, Box(left, bottom, left + wide * scale, bottom + high * scale))


# --- What is withheld ---------------------------------------------------------------------------


def _on_sheet(area: Area, sheet: Sheet) -> Box:
    wide, high = sheet.seen.right - sheet.seen.left, sheet.seen.top - sheet.seen.bottom
    return Box(
        sheet.seen.left + wide * area.left / THOUSAND,
        sheet.seen.top - high * area.bottom / THOUSAND,
        sheet.seen.left + wide * area.right / THOUSAND,
        sheet.seen.top - high * area.top / THOUSAND,
    )


def _read(
    clean: bytes, sheets: list[Sheet], areas: Sequence[Area], words: Sequence[Find]
) -> frozenset[int]:
    """Read the letters of each page, mark what is withheld, and draw the pages that have any of it."""
    found = set()
    whole = _whole_pages(clean)
    with ALONE:
        document = PdfDocument(clean)
        try:
            for number, sheet in enumerate(sheets, 1):
                page = document[number - 1]
                sheet.letters = list(_letters(page.get_textpage()))
                sheet.painted = [_on_sheet(area, sheet) for area in areas if area.page == number]
                for place, find in enumerate(words):
                    for start, end in find(sheet.text):
                        found.add(place)
                        sheet.painted += _lines(sheet.letters[start:end])
                if sheet.painted or number not in whole:
                    image = page.render(scale=DPI / POINTS_AN_INCH).to_pil().convert("RGB")
                    sheet.picture = _painted(_cut(image, sheet), sheet)
        finally:
            document.close()
    return frozenset(found)


def _letters(page: PdfTextPage) -> Iterator[Letter]:
    for place in range(page.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(page.raw, place))
        yield Letter(sign if sign != "\x02" else "-", Box(*page.get_charbox(place, loose=True)))


def _lines(letters: Sequence[Letter]) -> Iterator[Box]:
    """A rectangle for each line that a stretch of letters stands on."""
    line: Box | None = None
    for letter in letters:
        if letter.sign.isspace() and letter.box.right <= letter.box.left:
            continue
        box = letter.box.wider(ROOM)
        if line is not None and line.bottom < (box.top + box.bottom) / 2 < line.top:
            line = line.around(box)
            continue
        if line is not None:
            yield line
        line = box
    if line is not None:
        yield line


def _whole_pages(clean: bytes) -> set[int]:
    """The pages that bring all their letters along and say what they mean; others are drawn as pictures."""
    with Pdf.open(io.BytesIO(clean)) as pdf:
        return {
            number
            for number, page in enumerate(pdf.pages, 1)
            if all(_is_whole(font) for font in _fonts(page.obj, set()))
        }


def _fonts(thing: Object, seen: set[tuple[int, int]]) -> Iterator[Object]:
    resources = thing.get("/Resources", Dictionary())
    yield from resources.get("/Font", Dictionary()).values()
    for drawing in resources.get("/XObject", Dictionary()).values():
        if drawing.objgen not in seen:
            seen.add(drawing.objgen)
            yield from _fonts(drawing, seen)


def _is_whole(font: Object) -> bool:
    holder = font.DescendantFonts[0] if font.get("/Subtype") == Name.Type0 else font
    descriptor = holder.get("/FontDescriptor", Dictionary())
    return "/ToUnicode" in font and any(file in descriptor for file in FONT_FILES)


def _cut(image: Image.Image, sheet: Sheet) -> Image.Image:
    """What is seen, cut out of the picture of the whole page."""
    scale = DPI / POINTS_AN_INCH
    high = sheet.size[1]
    seen = sheet.seen
    edges = (seen.left, high - seen.top, seen.right, high - seen.bottom)
    left, top, right, bottom = (round(edge * scale) for edge in edges)
    return image.crop((left, top, right, bottom))


def _painted(image: Image.Image, sheet: Sheet) -> bytes:
    """The picture of what is seen, with what is withheld painted over, as a new JPEG of its points alone."""
    pen = ImageDraw.Draw(image)
    wide = image.width / (sheet.seen.right - sheet.seen.left)
    high = image.height / (sheet.seen.top - sheet.seen.bottom)
    for box in sheet.painted:
        pen.rectangle(
            (
                (box.left - sheet.seen.left) * wide,
                (sheet.seen.top - box.top) * high,
                (box.right - sheet.seen.left) * wide,
                (sheet.seen.top - box.bottom) * high,
            ),
            fill=PAINT,
        )
    out = io.BytesIO()
    image.save(out, format="JPEG", quality=QUALITY, dpi=(DPI, DPI))
    return out.getvalue()


# --- A part of ours -----------------------------------------------------------------------------


def _part(clean: bytes, sheets: list[Sheet], *, key: str, called: str) -> Part:
    """The pages as a tagged part: each is one stretch of text, or one picture with a description."""
    with Pdf.new() as pdf:
        if clean:
            with Pdf.open(io.BytesIO(clean)) as source:
                pdf.pages.extend(source.pages)
        else:
            for sheet in sheets:
                pdf.add_blank_page(page_size=sheet.size)
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root))
        elements = []
        for number, (page, sheet) in enumerate(zip(pdf.pages, sheets, strict=True), 1):
            words = _words(sheet)
            element = _element(
                page,
                document,
                f"Page {number} of {len(sheets)} of {called}",
                sheet,
                is_text=bool(words),
            )
            elements.append(pdf.make_indirect(element))
            page.obj.StructParents = number - 1
            if sheet.picture:
                _as_picture(pdf, page, sheet, words)
            else:
                _as_it_is(pdf, page, is_text=bool(words))
        document.K = Array(elements)
        root.K = Array([document])
        numbers = [
            item for n, one in enumerate(elements) for item in (n, pdf.make_indirect(Array([one])))
        ]
        root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        root.ParentTreeNextKey = len(elements)
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.remove_unreferenced_resources()
        out = io.BytesIO()
        pdf.save(out)
    return Part(key=key, pdf=out.getvalue(), pages=len(sheets))


def _element(
    page: Page, document: Object, called: str, sheet: Sheet, *, is_text: bool
) -> Dictionary:
    if is_text:
        return Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page.obj, K=0)
    seen = sheet.seen
    box = Array([round(edge, 2) for edge in (seen.left, seen.bottom, seen.right, seen.top)])
    return Dictionary(
        Type=Name.StructElem,
        S=Name.Figure,
        P=document,
        Pg=page.obj,
        K=0,
        Alt=String(f"{called}, as a picture. We hold no words of it: ask us to read it with you."),
        A=Dictionary(O=Name.Layout, BBox=box),
    )


def _as_it_is(pdf: Pdf, page: Page, *, is_text: bool) -> None:
    page.contents_coalesce()
    drawn = page.obj.Contents.read_bytes()
    kind = b"P" if is_text else b"Figure"
    page.obj.Contents = pdf.make_stream(b"/%s <</MCID 0>> BDC\n%s\nEMC\n" % (kind, drawn))


def _as_picture(pdf: Pdf, page: Page, sheet: Sheet, words: list[Letter]) -> None:
    """Only the picture, and under it the words that stay, unseen, for readers and searches."""
    with Image.open(io.BytesIO(sheet.picture)) as image:
        wide, high = image.size
    picture = Stream(
        pdf,
        sheet.picture,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=wide,
        Height=high,
        ColorSpace=Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    page.obj.Resources = Dictionary(XObject=Dictionary(Seen=pdf.make_indirect(picture)))
    seen = sheet.seen
    matrix = f"{seen.right - seen.left:.3f} 0 0 {seen.top - seen.bottom:.3f} {seen.left:.3f} {seen.bottom:.3f}"
    shown = f"q {matrix} cm /Seen Do Q\n"
    if not words:
        content = f"/Figure <</MCID 0>> BDC {shown}EMC\n"
    else:
        content = f"/Artifact BMC {shown}EMC\n/P <</MCID 0>> BDC q 3 Tr\n"
        content += "\n".join(_unseen(pdf, page, sheet, words)) + "\nQ EMC\n"
    page.obj.Contents = pdf.make_stream(content.encode("ascii"))


def _unseen(pdf: Pdf, page: Page, sheet: Sheet, words: list[Letter]) -> Iterator[str]:
    """The words that stay, each where it stands and as wide as it is there."""
    lines = [letters_of(word.sign) for word in words]
    fonts, _ = embed(pdf, lines, upright())
    drawing = Drawing(fonts, add_fonts(pdf, page, fonts, {}), sheet.size[0])
    for word, letters in zip(words, lines, strict=True):
        size = max(word.box.top - word.box.bottom, 1.0) * 0.8
        glyphs = fonts.line(letters)
        natural = length(glyphs, size)
        if natural > 0:
            wide = 100 * (word.box.right - word.box.left) / natural
            text = drawing.text(glyphs, size, word.box.left, word.box.bottom + size * 0.2)
            yield f"{max(wide, 1.0):.2f} Tz {text}"


def _words(sheet: Sheet) -> list[Letter]:
    """The words of a page that stay: none of their letters is touched by what is painted."""
    words: list[Letter] = []
    sign, box = "", None
    for letter in [*sheet.letters, Letter(" ", Box(0, 0, 0, 0))]:
        if not letter.sign.isspace() and letter.sign != "\x00":
            sign += letter.sign
            box = letter.box if box is None else box.around(letter.box)
            continue
        if box is not None and not any(box.touches(painted) for painted in sheet.painted):
            words.append(Letter(sign, box))
        sign, box = "", None
    return words


def finder(quote: str) -> Find:
    """What finds the whole words of `quote` in a text, whatever the breaks between them."""
    parts = [re.escape(part) for part in quote.split()]
    pattern = re.compile(rf"(?<!\w){r'[\s\x00]+'.join(parts)}(?!\w)" if parts else r"(?!)")

    def find(text: str) -> Iterator[tuple[int, int]]:
        yield from (match.span() for match in pattern.finditer(text))

    return find
