"""Sheets as a part of ours: tagged, readable aloud, pictures with the words that stay."""

import io
from collections.abc import Iterator, Sequence

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream, String
from PIL import Image

from core.pdf.fonts import upright
from core.pdf.foreign.sheets import Box, Letter, Sheet
from core.pdf.letters import letters_of
from core.pdf.parts import Part
from core.pdf.stamp import Drawing, add_fonts, embed

WITHHELD = "[withheld]"
LINE = 14.0  # points: how high what is said of paint is at most
BESIDE = 3.0  # points: what is painted reaches to the letters beside it, and this stays free


def part_of_sheets(clean: bytes, sheets: list[Sheet], *, key: str, called: str) -> Part:
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
    legible = tuple(number for number, sheet in enumerate(sheets, 1) if sheet.legible)
    return Part(key=key, pdf=out.getvalue(), pages=len(sheets), legible=legible)


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
        Alt=String(_described(called, sheet)),
        A=Dictionary(O=Name.Layout, BBox=box),
    )


def _described(called: str, sheet: Sheet) -> str:
    """What is said of a page without words to whoever does not see it, the paint on it as well."""
    black = " What is withheld of it is painted black." if sheet.painted else ""
    return f"{called}, as a picture.{black} We hold no words of it: ask us to read it with you."


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
        line = fonts.line(letters)
        natural = line.length(size)
        if natural > 0:
            wide = 100 * (word.box.right - word.box.left) / natural
            text = drawing.text(line.glyphs, size, word.box.left, word.box.bottom + size * 0.2)
            yield f"{max(wide, 1.0):.2f} Tz {text}"


def _words(sheet: Sheet) -> list[Letter]:
    """The words of a page that stay, and where it is painted black that something is withheld.

    Each of the letters that stay is seen, and none is touched by what is painted. Whoever listens hears of each
    stretch of paint once, at its place among the words; of a page without words the description tells it.
    """
    words: list[Letter] = []
    told: set[int] = set()
    for word in sheet.words:
        over = [n for n, box in enumerate(sheet.painted) if word.box.touches(box)]
        if not over and word.is_seen:
            words.append(Letter(word.sign, word.box))
        elif over and told.isdisjoint(over):
            words += _withheld_at(sheet.painted[over[0]], words)
        told.update(over)
    if words:
        words += [
            mark
            for n, box in enumerate(sheet.painted)
            if n not in told
            for mark in _withheld_at(box, ())
        ]
    return words


def _withheld_at(box: Box, before: Sequence[Letter]) -> list[Letter]:
    """“[withheld]” in the upper line of what is painted; not again where the last words say so: one passage, more lines."""
    if before and before[-1].sign == WITHHELD:
        return []
    room = min(BESIDE, (box.right - box.left) / 4)
    bottom = max(box.bottom, box.top - LINE)
    return [Letter(WITHHELD, Box(box.left + room, bottom, box.right - room, box.top))]
