"""What nobody who looks at a page sees, and what stands in its file all the same.

Somebody who paints a black box over words, or writes them in white, thinks that they are gone. They are not,
so the letters are compared with a picture of the page: where nothing is drawn, nothing is read aloud or copied.
"""

from collections.abc import Iterator
from ctypes import byref, c_float, c_int
from dataclasses import dataclass
from typing import cast

from PIL import Image
from pypdfium2 import PdfPage, raw

from core.pdf.foreign.sheets import Box, Letter, Sheet
from core.pdf.text import POINTS_AN_INCH

DPI = 110
# By so much of 255 points of one colour may differ and are one colour still: a photograph of black paper.
ONE_COLOUR = 8
BLANK = 0.3  # points: how high a letter is that has no shape
LEAST = 2.0  # points each way: a line as thin as this covers nothing

Matrix = tuple[float, float, float, float, float, float]
STRAIGHT: Matrix = (1, 0, 0, 1, 0, 0)


def letters_seen(page: PdfPage, sheet: Sheet) -> list[Letter]:
    """The letters of a page in their order, and of each whether it is seen."""
    text = page.get_textpage()
    signs: list[str] = []
    loose: list[Box] = []
    tight: list[Box | None] = []
    for place in range(text.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text.raw, place))
        signs.append(sign if sign != "\x02" else "-")
        loose.append(Box(*text.get_charbox(place, loose=True)))
        drawn_at = Box(*text.get_charbox(place))
        # A letter that this reader has no shape for is a blank here and drawn by others: nothing is said of it.
        has_no_shape = _is_blank(drawn_at) and not _is_blank(loose[-1])
        tight.append(None if has_no_shape else drawn_at)
    if not any(sign.isalnum() for sign in signs):
        return [Letter(sign, box) for sign, box in zip(signs, loose, strict=True)]
    drawn = Drawn(page, sheet)
    unseen: set[int] = set()
    for first, last in _words(signs):
        if drawn.hides("".join(signs[first:last]), tight[first:last]):
            unseen.update(range(first, last))
    return [
        Letter(sign, box, n not in unseen)
        for n, (sign, box) in enumerate(zip(signs, loose, strict=True))
    ]


def _words(signs: list[str]) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends."""
    first = 0
    for place, sign in enumerate([*signs, " "]):
        if sign.isspace() or sign == "\x00":
            if place > first:
                yield first, place
            first = place + 1


def _is_blank(box: Box) -> bool:
    return box.top - box.bottom < BLANK


class Drawn:
    """A page as it is drawn, to compare letters with."""

    def __init__(self, page: PdfPage, sheet: Sheet) -> None:
        self._scale = DPI / POINTS_AN_INCH
        self._seen = sheet.seen
        self._high = sheet.size[1]
        self._image = page.render(scale=self._scale).to_pil().convert("RGB")

    def hides(self, word: str, boxes: list[Box | None]) -> bool:
        """Whether a word is not seen, or not all of it; what is half covered was meant to be."""
        signs = zip(word, boxes, strict=True)
        letters = [box for sign, box in signs if sign.isalnum() and box is not None]
        if not letters:
            return False
        whole = letters[0]
        for box in letters[1:]:
            whole = whole.around(box)
        if not whole.touches(self._seen):
            return True
        # One letter by itself may be a stroke that fills its own box: I, l, 1.
        if len(letters) > 1 and self._is_one_colour(whole, 0):
            return True
        return any(self._is_one_colour(box, 1) for box in letters)

    def _is_one_colour(self, box: Box, room: int) -> bool:
        """Whether nothing is drawn in a box and `room` points of the picture to its left and right."""
        left = round(box.left * self._scale) - room
        right = max(round(box.right * self._scale) + room, left + 1)
        top = round((self._high - box.top) * self._scale)
        bottom = max(round((self._high - box.bottom) * self._scale), top + 1)
        edges = (
            max(left, 0),
            max(top, 0),
            min(right, self._image.width),
            min(bottom, self._image.height),
        )
        if edges[0] >= edges[2] or edges[1] >= edges[3]:
            return True
        return _is_flat(self._image.crop(edges))


def _is_flat(image: Image.Image) -> bool:
    # Of each of its three colours.
    extremes = cast("tuple[tuple[int, int], ...]", image.getextrema())
    return all(high - low <= ONE_COLOUR for low, high in extremes)


# --- Pictures -----------------------------------------------------------------------------------


def covers_picture(page: PdfPage, sheet: Sheet) -> bool:
    """Whether something lies over a picture on the page, or a picture goes beyond what is seen of it.

    The points under the paint, and those that were cut off, would stay in the file: such a page is made anew.
    """
    pictures: list[Box] = []
    for one in _things(page):
        if one.kind == raw.FPDF_PAGEOBJ_IMAGE:
            if not all(_is_within(one.box, seen) for seen in (sheet.seen, *one.cut)):
                return True
            inner = one.box.wider(-LEAST)
            if any(inner.touches(picture) for picture in pictures) and not _is_stencil(one, page):
                return True
            pictures.append(one.box)
        elif _is_broad(one.box) and any(one.box.touches(picture) for picture in pictures):
            return True
    return False


def _is_within(box: Box, seen: Box | None) -> bool:
    if seen is None:
        return False
    room = seen.wider(LEAST)
    return room.around(box) == room


def _is_broad(box: Box) -> bool:
    return box.right - box.left > LEAST and box.top - box.bottom > LEAST


def _is_stencil(one: "Thing", page: PdfPage) -> bool:
    """Whether it is the black of a scan alone, which lies over the paper's colour and hides nothing."""
    about = raw.FPDF_IMAGEOBJ_METADATA()
    raw.FPDFImageObj_GetImageMetadata(one.thing, page.raw, byref(about))
    return bool(about.bits_per_pixel == 1)


@dataclass(frozen=True, slots=True)
class Thing:
    """A picture or what is painted, where it lies, and what it is cut to: None where that is no rectangle."""

    kind: int
    box: Box
    cut: tuple[Box | None, ...]
    thing: "raw.FPDF_PAGEOBJECT"


def _things(page: PdfPage) -> Iterator[Thing]:
    """The pictures and what is painted, in the order in which they are drawn."""
    for place in range(raw.FPDFPage_CountObjects(page.raw)):
        yield from _thing(raw.FPDFPage_GetObject(page.raw, place), STRAIGHT, ())


def _thing(
    thing: "raw.FPDF_PAGEOBJECT", matrix: Matrix, cut: tuple[Box | None, ...]
) -> Iterator[Thing]:
    kind = raw.FPDFPageObj_GetType(thing)
    if kind == raw.FPDF_PAGEOBJ_FORM:
        cut = (*cut, *_cut_to(thing, matrix))
        own = _times(_matrix(thing), matrix)
        for place in range(raw.FPDFFormObj_CountObjects(thing)):
            yield from _thing(raw.FPDFFormObj_GetObject(thing, place), own, cut)
    elif kind == raw.FPDF_PAGEOBJ_IMAGE or (kind == raw.FPDF_PAGEOBJ_PATH and _is_painted(thing)):
        is_image = kind == raw.FPDF_PAGEOBJ_IMAGE
        around = (*cut, *_cut_to(thing, matrix)) if is_image else ()
        yield Thing(kind, _box(thing, matrix), around, thing)


def _cut_to(thing: "raw.FPDF_PAGEOBJECT", matrix: Matrix) -> Iterator[Box | None]:
    """The rectangles that something is cut to; None for each other shape."""
    clip = raw.FPDFPageObj_GetClipPath(thing)
    for number in range(raw.FPDFClipPath_CountPaths(clip)):
        corners, is_straight = set(), True
        for place in range(raw.FPDFClipPath_CountPathSegments(clip, number)):
            segment = raw.FPDFClipPath_GetPathSegment(clip, number, place)
            x, y = c_float(), c_float()
            raw.FPDFPathSegment_GetPoint(segment, byref(x), byref(y))
            is_straight &= raw.FPDFPathSegment_GetType(segment) != raw.FPDF_SEGMENT_BEZIERTO
            across, up = _point(x.value, y.value, matrix)
            corners.add((round(across, 1), round(up, 1)))
        xs, ys = {x for x, _ in corners}, {y for _, y in corners}
        is_rectangle = is_straight and len(xs) == len(ys) == 2 and len(corners) == 4
        yield Box(min(xs), min(ys), max(xs), max(ys)) if is_rectangle else None


def _is_painted(path: "raw.FPDF_PAGEOBJECT") -> bool:
    fill, stroke = c_int(), c_int()
    raw.FPDFPath_GetDrawMode(path, byref(fill), byref(stroke))
    return bool(fill.value or stroke.value)


def _matrix(thing: "raw.FPDF_PAGEOBJECT") -> Matrix:
    found = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(thing, byref(found))
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _point(x: float, y: float, matrix: Matrix) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return x * a + y * c + e, x * b + y * d + f


def _box(thing: "raw.FPDF_PAGEOBJECT", matrix: Matrix) -> Box:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    raw.FPDFPageObj_GetBounds(thing, byref(left), byref(bottom), byref(right), byref(top))
    corners = [
        _point(x, y, matrix) for x in (left.value, right.value) for y in (bottom.value, top.value)
    ]
    wide, high = [x for x, _ in corners], [y for _, y in corners]
    return Box(min(wide), min(high), max(wide), max(high))
