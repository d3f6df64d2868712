"""Only what is seen on the pages of somebody else's PDF: on A4, without comments, layers that are off and marks."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Rectangle, Stream

from core.pdf.foreign.layers import is_off, layers_that_are_off
from core.pdf.foreign.looks import give_look
from core.pdf.foreign.notes import without_notes
from core.pdf.foreign.sheets import Sheet, sheet_of
from core.pdf.pictured import drawings_of

MARKS = {"MP", "DP"}
# What people fill in, type, draw and paint on a page: whoever opens the file sees it. Left out, a form would be
# empty, and what somebody painted over would be laid bare.
ON_THE_PAGE = {
    Name.Widget,
    Name.FreeText,
    Name.Square,
    Name.Circle,
    Name.Line,
    Name.Polygon,
    Name.PolyLine,
    Name.Ink,
    Name.Stamp,
    Name.Highlight,
    Name.Underline,
    Name.Squiggly,
    Name.StrikeOut,
    Name.Caret,
    Name.Redact,
    Name.Watermark,
}
# Hidden, and not to be seen on a screen (ISO 32000-1, 12.5.3).
UNSEEN = 2 | 32


def pages_in(content: bytes) -> int:
    """How many pages it has."""
    with Pdf.open(io.BytesIO(content)) as source:
        return len(source.pages)


def clean_pages(content: bytes, *, only: int | None = None) -> tuple[bytes, list[Sheet]]:
    """The pages on A4 with nothing but what is seen on them, and where on it that is.

    `only` is the number of the page, where one is enough.
    """
    sheets = []
    with Pdf.open(io.BytesIO(content)) as source, Pdf.new() as ours:
        if only is not None:
            for number in range(len(source.pages), 0, -1):
                if number != only:
                    del source.pages[number - 1]
        hidden = layers_that_are_off(source)
        for page in source.pages:
            _keep_what_is_seen(source, page, hidden)
        if "/AcroForm" in source.Root:
            source.generate_appearance_streams()
        source.flatten_annotations("screen")
        for page in source.pages:
            _drop_hidden(source, page, hidden)
            _cut_to_what_is_seen(page)
            sheet = sheet_of(*_seen_size(page))
            sheets.append(sheet)
            placed = ours.add_blank_page(page_size=sheet.size)
            placed.add_overlay(
                page,
                Rectangle(sheet.seen.left, sheet.seen.bottom, sheet.seen.right, sheet.seen.top),
            )
        _drop_names(ours)
        out = io.BytesIO()
        ours.save(out)
    return out.getvalue(), sheets


def _drop_names(pdf: Pdf) -> None:
    """What layers and marks are called, and what programs write beside the points of a picture.

    Once nothing on any page asks for it: pages share what they draw with.
    """
    for one in pdf.objects:
        if not isinstance(one, (Dictionary, Stream)):
            continue
        for holder in (one, one.get("/Resources")):
            if isinstance(holder, Dictionary) and "/Properties" in holder:
                del holder["/Properties"]
        if one.get("/Subtype") == Name.Image:
            for key in set(one.keys()) - OF_A_PICTURE:
                del one[key]


def is_on_the_page(annotation: Object, hidden: set[tuple[int, int]]) -> bool:
    """Whether somebody filled in or drew it, and whoever opens the file sees it there."""
    return (
        annotation.get("/Subtype") in ON_THE_PAGE
        and not int(annotation.get("/F", 0)) & UNSEEN
        and not is_off(annotation.get("/OC"), hidden)
    )


def _keep_what_is_seen(pdf: Pdf, page: Page, hidden: set[tuple[int, int]]) -> None:
    """Take away every comment, link and file that hangs on a page; what was filled in or drawn on it stays."""
    kept = []
    for annotation in page.obj.get("/Annots", Array()):
        if is_on_the_page(annotation, hidden):
            give_look(pdf, annotation)
            kept.append(annotation)
    page.obj.Annots = Array(kept)
    for key in ("/AA", "/Thumb", "/PieceInfo", "/Metadata", "/B", "/StructParents"):
        if key in page.obj:
            del page.obj[key]


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


# What it takes to draw a picture (ISO 32000-1, table 89).
OF_A_PICTURE = {
    "/Type",
    "/Subtype",
    "/Width",
    "/Height",
    "/ColorSpace",
    "/BitsPerComponent",
    "/Intent",
    "/ImageMask",
    "/Mask",
    "/Decode",
    "/Interpolate",
    "/SMask",
    "/SMaskInData",
    "/Matte",
    "/Length",
    "/Filter",
    "/DecodeParms",
}


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
    for drawing in drawings_of(Dictionary(Resources=resources)):
        if drawing.objgen in seen or not isinstance(drawing, Stream):
            continue
        seen.add(drawing.objgen)
        if drawing.get("/Subtype") == Name.Form or "/PatternType" in drawing:
            own = drawing.get("/Resources", resources)
            data = pikepdf.unparse_content_stream(list(_kept(drawing, own, hidden)))
            _clean_drawings(own, hidden, seen)
            drawing.write(data)
        elif _is_photograph(drawing):
            bare = without_notes(drawing.read_raw_bytes())
            parms = drawing.get("/DecodeParms")
            kept = parms if isinstance(parms, Dictionary) else None
            drawing.write(bare, filter=Name.DCTDecode, decode_parms=kept)
        for key in BESIDES:
            if key in drawing:
                del drawing[key]


def _is_photograph(drawing: Object) -> bool:
    """Whether it is a JPEG, as a camera or a telephone made it."""
    filters = drawing.get("/Filter")
    names = list(filters) if isinstance(filters, Array) else [filters]
    return names == [Name.DCTDecode]


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
    return drawing is not None and is_off(drawing.get("/OC"), hidden)


def _is_off(operands: list[Object], names: Object, hidden: set[tuple[int, int]]) -> bool:
    if len(operands) < 2 or operands[0] != Name.OC or not isinstance(operands[1], Name):
        return False
    return is_off(names.get(str(operands[1])), hidden)


def _cut_to_what_is_seen(page: Page) -> None:
    """By its crop box, as readers show a page; where a printer cuts the paper (trim box) is another thing."""
    x0, y0, x1, y1 = _edges(page.cropbox)
    left, bottom, right, top = _edges(page.mediabox)
    seen = max(x0, left), max(y0, bottom), min(x1, right), min(y1, top)
    is_there = seen[0] < seen[2] and seen[1] < seen[3]
    box = Array(list(seen if is_there else (left, bottom, right, top)))
    page.obj.CropBox = page.obj.TrimBox = box


def _edges(box: Array) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(edge) for edge in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _seen_size(page: Page) -> tuple[float, float]:
    x0, y0, x1, y1 = (float(edge) for edge in page.cropbox)
    wide, high = abs(x1 - x0), abs(y1 - y0)
    return (high, wide) if int(page.obj.get("/Rotate", 0)) % 180 else (wide, high)
