"""Only what is seen on the pages of somebody else's PDF: on A4, without comments, layers that are off and marks."""

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Rectangle

from core.pdf.foreign.sheets import Sheet, sheet_of

MARKS = {"MP", "DP"}


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
        hidden = _layers_that_are_off(source)
        for page in source.pages:
            _keep_fields_only(page)
        if "/AcroForm" in source.Root:
            source.generate_appearance_streams()
            source.flatten_annotations("screen")
        for page in source.pages:
            _drop_hidden(source, page, hidden)
            sheet = sheet_of(*_seen_size(page))
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
