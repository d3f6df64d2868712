"""What is withheld of pages: found among their letters, and painted over on a picture of the page."""

import io
import re
from collections.abc import Iterator, Sequence

from fontTools.agl import AGL2UV
from pikepdf import Array, Dictionary, Name, Object, Pdf
from PIL import Image, ImageDraw
from pypdfium2 import PdfDocument

from core.pdf.foreign.covered import covers_picture, letters_seen
from core.pdf.foreign.masked import hides_points
from core.pdf.foreign.sheets import Area, Box, Find, Letter, Place, Sheet, on_sheet
from core.pdf.pictured import drawings_of, has_picture
from core.pdf.text import ALONE, POINTS_AN_INCH

DPI = 300
DPI_TO_LOOK_AT = 130
PAINT = "black"
ROOM = 1.5  # points painted around a letter
QUALITY = 85
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
# Fonts that every reader has, so that many programs leave them out of their files (ISO 32000-1, 9.6.2.2). Not the
# two of signs: what these draw is no letters.
EVERYBODYS = {
    *(f"/Helvetica{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"/Courier{style}" for style in ("", "-Bold", "-Oblique", "-BoldOblique")),
    *(f"/Times-{style}" for style in ("Roman", "Bold", "Italic", "BoldItalic")),
}
ENCODINGS = {"/WinAnsiEncoding", "/MacRomanEncoding", "/StandardEncoding"}
# What stands for a letter of which nobody says what it is: none, one that is no sign, one that each font fills
# as it likes.
NO_LETTER = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd-\uffff\ue000-\uf8ff]")


def read_pages(
    clean: bytes, sheets: list[Sheet], areas: Sequence[Area], words: Sequence[Find]
) -> tuple[tuple[Place, ...], tuple[str, ...]]:
    """Read the letters of each page, mark what is withheld, and draw the pages that have any of it.

    Gives where `words` stood, and the lines of text that the areas hide.
    """
    places: list[Place] = []
    under: list[str] = []
    whole, known = _pages_by_fonts(clean)
    with ALONE:
        document = PdfDocument(clean)
        try:
            for number, sheet in enumerate(sheets, 1):
                page = document[number - 1]
                sheet.letters = letters_seen(page, sheet)
                sheet.painted = [on_sheet(area, sheet) for area in areas if area.page == number]
                under += _under(sheet)
                for which, find in enumerate(words):
                    for start, end in find(sheet.text):
                        places.append(Place(which, number, start, end))
                        sheet.painted += _lines(sheet.letters[start:end])
                unseen = not all(letter.is_seen for letter in sheet.letters)
                is_new = sheet.painted or unseen or number not in whole
                if is_new or covers_picture(page, sheet):
                    image = page.render(scale=DPI / POINTS_AN_INCH).to_pil().convert("RGB")
                    sheet.picture = painted(_cut(image, sheet, DPI), sheet)
                    # Whether the paint covers what it should, nobody has read: such a page is looked at.
                    is_bare = not sheet.painted and not unseen
                    sheet.legible = number in known and is_bare and _is_read(sheet)
        finally:
            document.close()
    return tuple(places), tuple(under)


def look(clean: bytes, sheet: Sheet) -> tuple[bytes, str]:
    """A picture of what is seen of the only page of `clean`, and its words."""
    with ALONE:
        document = PdfDocument(clean)
        try:
            page = document[0]
            image = page.render(scale=DPI_TO_LOOK_AT / POINTS_AN_INCH).to_pil().convert("RGB")
            text = page.get_textpage().get_text_bounded()
        finally:
            document.close()
    out = io.BytesIO()
    _cut(image, sheet, DPI_TO_LOOK_AT).save(out, format="JPEG", quality=QUALITY)
    return out.getvalue(), text


def words_seen(clean: bytes, sheets: Sequence[Sheet]) -> str:
    """All that is seen on the pages of `clean`."""
    with ALONE:
        document = PdfDocument(clean)
        try:
            for number, sheet in enumerate(sheets):
                sheet.letters = letters_seen(document[number], sheet)
        finally:
            document.close()
    return " ".join(sheet.seen_text for sheet in sheets)


def _under(sheet: Sheet) -> Iterator[str]:
    """The words that each area hides, line by line."""
    for area in sheet.painted:
        lines: dict[int, list[str]] = {}
        for word in sheet.words:
            if word.box.touches(area):
                lines.setdefault(word.line, []).append(word.sign)
        yield from (" ".join(line) for line in lines.values())


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


def _pages_by_fonts(clean: bytes) -> tuple[set[int], set[int]]:
    """The pages that bring all their letters along and say what they mean, and hide no part of a picture.

    Others are drawn as pictures.

    Beside them the pages that show letters alone, of which it is known what each of them is.
    """
    whole, known = set(), set()
    with Pdf.open(io.BytesIO(clean)) as pdf:
        # Many programs give every page the list of all fonts of the file: only those that it draws with count.
        pdf.remove_unreferenced_resources()
        for number, page in enumerate(pdf.pages, 1):
            fonts = list(_fonts(page.obj, set()))
            if all(_is_whole(font) for font in fonts) and not hides_points(page.obj):
                whole.add(number)
            is_known = all(_is_whole(font) or _is_everybodys(font) for font in fonts)
            if is_known and not has_picture(page.obj):
                known.add(number)
    return whole, known


def _is_read(sheet: Sheet) -> bool:
    """Whether there are letters on it, and each of them is a sign."""
    return bool(sheet.text.strip()) and NO_LETTER.search(sheet.text) is None


def _fonts(thing: Object, seen: set[tuple[int, int]]) -> Iterator[Object]:
    resources = thing.get("/Resources", Dictionary())
    yield from resources.get("/Font", Dictionary()).values()
    for drawing in drawings_of(thing):
        if drawing.objgen not in seen or not drawing.is_indirect:
            seen.add(drawing.objgen)
            yield from _fonts(drawing, seen)


def _is_whole(font: Object) -> bool:
    """Whether it does. Of letters that a font draws by itself (Type 3) nothing says what they look like."""
    if font.get("/Subtype") == Name.Type3:
        return False
    holder = font.DescendantFonts[0] if font.get("/Subtype") == Name.Type0 else font
    descriptor = holder.get("/FontDescriptor", Dictionary())
    return "/ToUnicode" in font and any(file in descriptor for file in FONT_FILES)


def _is_everybodys(font: Object) -> bool:
    """Whether its letters are drawn by what they are called, in a font that everybody has.

    Not where the file says besides what the letters mean (ToUnicode): that is read, and need not be what is drawn.
    """
    if font.get("/Subtype") != Name.Type1 or str(font.get("/BaseFont")) not in EVERYBODYS:
        return False
    descriptor = font.get("/FontDescriptor", Dictionary())
    if "/ToUnicode" in font or any(file in descriptor for file in FONT_FILES):
        return False
    encoding = font.get("/Encoding", Name.StandardEncoding)
    if isinstance(encoding, Dictionary):
        base = encoding.get("/BaseEncoding", Name.StandardEncoding)
        names = (one for one in encoding.get("/Differences", Array()) if isinstance(one, Name))
        return str(base) in ENCODINGS and all(str(name)[1:] in AGL2UV for name in names)
    return str(encoding) in ENCODINGS


def _cut(image: Image.Image, sheet: Sheet, dpi: int) -> Image.Image:
    """What is seen, cut out of the picture of the whole page."""
    scale = dpi / POINTS_AN_INCH
    high = sheet.size[1]
    seen = sheet.seen
    edges = (seen.left, high - seen.top, seen.right, high - seen.bottom)
    left, top, right, bottom = (round(edge * scale) for edge in edges)
    return image.crop((left, top, right, bottom))


def painted(image: Image.Image, sheet: Sheet) -> bytes:
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


def finder(quote: str) -> Find:
    """What finds the whole words of `quote` in a text, whatever the breaks between them."""
    parts = [re.escape(part) for part in quote.split()]
    pattern = re.compile(rf"(?<!\w){r'[\s\x00]+'.join(parts)}(?!\w)" if parts else r"(?!)")

    def find(text: str) -> Iterator[tuple[int, int]]:
        yield from (match.span() for match in pattern.finditer(text))

    return find
