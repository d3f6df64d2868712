"""What somebody drew on a page as a comment, where their program left it to each reader to draw it.

Left out, words that they covered or struck through would come to light (ISO 32000-1, 12.5.6).
"""

from collections.abc import Iterator, Sequence

from pikepdf import Array, Dictionary, Name, Object, Pdf

# Fills and lines by how many numbers make a colour.
PAINT = {1: ("g", "G"), 3: ("rg", "RG"), 4: ("k", "K")}
ROUND = 0.5523  # how far the handles of a quarter of a circle reach
BLACK = (0.0,)

Point = tuple[float, float]


def has_look(annotation: Object) -> bool:
    """Whether its program drew it."""
    return "/N" in annotation.get("/AP", Dictionary())


def give_look(pdf: Pdf, annotation: Object) -> None:
    """Draw one that has no look, if it is of a kind that every reader draws."""
    draw = DRAWN.get(str(annotation.get("/Subtype")))
    if draw is None or has_look(annotation):
        return
    operators = " ".join(draw(annotation))
    x0, y0, x1, y1 = _numbers(annotation.Rect)
    look = pdf.make_stream(f"/Look gs {operators}".encode())
    look.Type, look.Subtype = Name.XObject, Name.Form
    look.BBox = Array([min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)])
    blend = Name.Multiply if annotation.Subtype == Name.Highlight else Name.Normal
    faint = float(annotation.get("/CA", 1))
    look.Resources = Dictionary(ExtGState=Dictionary(Look=Dictionary(BM=blend, CA=faint, ca=faint)))
    annotation.AP = Dictionary(N=look)


def _square(one: Object) -> Iterator[str]:
    x0, y0, x1, y1 = _numbers(one.Rect)
    wide, high, half = abs(x1 - x0), abs(y1 - y0), _width(one) / 2
    left, bottom = min(x0, x1), min(y0, y1)
    if fill := _colour(one, "/IC", 0):
        yield f"{fill} {left:.2f} {bottom:.2f} {wide:.2f} {high:.2f} re f"
    if line := _colour(one, "/C", 1):
        inner = f"{left + half:.2f} {bottom + half:.2f} {wide - 2 * half:.2f} {high - 2 * half:.2f}"
        yield f"{line} {2 * half:.2f} w {inner} re S"


def _circle(one: Object) -> Iterator[str]:
    x0, y0, x1, y1 = _numbers(one.Rect)
    half = _width(one) / 2
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    rx, ry = abs(x1 - x0) / 2 - half, abs(y1 - y0) / 2 - half
    hx, hy = rx * ROUND, ry * ROUND
    quarters = (
        ((x + rx, y + hy), (x + hx, y + ry), (x, y + ry)),
        ((x - hx, y + ry), (x - rx, y + hy), (x - rx, y)),
        ((x - rx, y - hy), (x - hx, y - ry), (x, y - ry)),
        ((x + hx, y - ry), (x + rx, y - hy), (x + rx, y)),
    )
    curves = " ".join(" ".join(_at(point) for point in quarter) + " c" for quarter in quarters)
    yield from _shape(one, f"{_at((x + rx, y))} m {curves} h", is_closed=True)


def _polygon(one: Object) -> Iterator[str]:
    yield from _shape(one, f"{_path(_points(one.get('/Vertices')))} h", is_closed=True)


def _lines(one: Object) -> Iterator[str]:
    ways = [one.get("/L", one.get("/Vertices")), *one.get("/InkList", Array())]
    for way in ways:
        yield from _shape(one, _path(_points(way)), is_closed=False)


def _shape(one: Object, path: str, *, is_closed: bool) -> Iterator[str]:
    fill = _colour(one, "/IC", 0) if is_closed else ""
    line = _colour(one, "/C", 1) or ("" if fill else _paint(BLACK, 1))
    if fill:
        yield f"{fill} {path} f"
    if line:
        yield f"{line} {_width(one):.2f} w {path} S"


def _highlight(one: Object) -> Iterator[str]:
    for left, bottom, right, top in _stretches(one):
        fill = _colour(one, "/C", 0)
        if fill:
            yield f"{fill} {left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re f"


def _struck(one: Object) -> Iterator[str]:
    """A line through words, or under them."""
    share = 0.45 if one.Subtype == Name.StrikeOut else 0.06
    for left, bottom, right, top in _stretches(one):
        y = bottom + (top - bottom) * share
        line = _colour(one, "/C", 1) or _paint(BLACK, 1)
        yield f"{line} 1 w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S"


DRAWN = {
    "/Square": _square,
    "/Circle": _circle,
    "/Polygon": _polygon,
    "/PolyLine": _lines,
    "/Line": _lines,
    "/Ink": _lines,
    "/Highlight": _highlight,
    "/Underline": _struck,
    "/Squiggly": _struck,
    "/StrikeOut": _struck,
}


def _stretches(one: Object) -> Iterator[tuple[float, float, float, float]]:
    """The lines of text that it marks, each as its edges."""
    numbers = _numbers(one.get("/QuadPoints", Array()))
    for start in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[start : start + 8 : 2], numbers[start + 1 : start + 8 : 2]
        yield min(xs), min(ys), max(xs), max(ys)


def _width(one: Object) -> float:
    border = one.get("/Border", Array())
    plain = border[2] if isinstance(border, Array) and len(border) > 2 else 1
    return float(one.get("/BS", Dictionary()).get("/W", plain))


def _colour(one: Object, key: str, which: int) -> str:
    return _paint(_numbers(one.get(key, Array())), which)


def _paint(colour: Sequence[float], which: int) -> str:
    if len(colour) not in PAINT:
        return ""
    return f"{' '.join(f'{part:.3f}' for part in colour)} {PAINT[len(colour)][which]}"


def _path(points: Sequence[Point]) -> str:
    if len(points) < 2:
        return ""
    first, *others = points
    return " ".join([f"{_at(first)} m", *(f"{_at(point)} l" for point in others)])


def _points(numbers: Object | None) -> list[Point]:
    flat = _numbers(numbers) if isinstance(numbers, Array) else []
    return list(zip(flat[::2], flat[1::2], strict=False))


def _at(point: Point) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"


def _numbers(numbers: Object) -> list[float]:
    return [float(number) for number in numbers]
