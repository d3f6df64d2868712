"""The text that the operators of a page draw, whether anybody sees it or not.

Read from the operators themselves, in white, behind pictures or off the page too.
"""

import re
from collections.abc import Iterator
from struct import unpack

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Stream, String

# What the pages that we print ourselves are written with: strings in hexadecimal digits alone. Read so,
# a thousand pages take a second instead of twelve; a page with anything else is taken apart properly.
PLAIN = re.compile(
    rb"/(?P<font>[^\s/<>\[\]()]+)\s+[-+.\d]+\s+Tf\b"
    rb"|/(?P<form>[^\s/<>\[\]()]+)\s+Do\b"
    rb"|\[(?P<array>[^\[\]]*)\]\s*TJ\b"
    rb"|(?P<text><[0-9A-Fa-f\s]*>)"
    rb"|(?P<move>\b(?:Td|TD|Tm|ET)\b|\bT\*)"
)
WIDE_GAP = re.compile(rb">\s*-(?:1[89]\d|[2-9]\d\d|\d{4,})(?:\.\d*)?\s*<")
STRING = re.compile(rb"<([0-9A-Fa-f\s]*)>")
WHITE = b" \t\r\n\f\0"
NOT_PLAIN = re.compile(rb"\(|\bBI\b|/ActualText|/Alt\b|/E\b")


class Draughts:
    """What is drawn on the pages of one file; a font that many of them use is learnt once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Letters] = {}

    def on(self, page: Page) -> str:
        """What is drawn on a page, and by the looks of what lies on it."""
        pieces: list[str] = []
        _draw(page.obj, page.obj.get("/Resources"), pieces, set(), self._known)
        for annotation in page.obj.get("/Annots", Array()):
            for look in _appearances(annotation.get("/AP")):
                _draw(look, look.get("/Resources"), pieces, set(), self._known)
        return "".join(pieces)

    def by(self, stream: Object, page: Page) -> str:
        """What one of the streams of a page draws by itself."""
        pieces: list[str] = []
        _draw(stream, page.obj.get("/Resources"), pieces, set(), self._known)
        return "".join(pieces)


def _appearances(look: Object | None) -> Iterator[Object]:
    if isinstance(look, Stream):
        yield look
    elif isinstance(look, Dictionary):
        for one in look.values():
            yield from _appearances(one)


def _data(thing: Object) -> bytes:
    """The operators of a page or a drawing, as bytes."""
    contents = thing.get("/Contents") if not isinstance(thing, Stream) else thing
    if isinstance(contents, Array):
        return b"\n".join(one.read_bytes() for one in contents)
    return contents.read_bytes() if isinstance(contents, Stream) else b""


def _draw(
    thing: Object,
    resources: Object | None,
    pieces: list[str],
    seen: set[tuple[int, int]],
    known: dict[tuple[int, int], "Letters"],
) -> None:
    resources = resources if resources is not None else Dictionary()
    data = _data(thing)
    if NOT_PLAIN.search(data):
        _draw_carefully(thing, resources, pieces, seen, known)
        return
    fonts = resources.get("/Font", Dictionary())
    letters: Letters | None = None
    for found in PLAIN.finditer(data):
        kind, text = found.lastgroup, found[found.lastgroup or 0]
        if kind in {"array", "text"} and letters is not None:
            pieces.append(" ".join(letters.read(codes) for codes in _codes(text)))
        elif kind == "font":
            letters = _letters(fonts.get(f"/{text.decode('latin-1')}"), known)
        elif kind == "form":
            name = f"/{text.decode('latin-1')}"
            form = resources.get("/XObject", Dictionary()).get(name)
            _draw_form(form, resources, pieces, seen, known)
        elif kind == "move":
            pieces.append(" ")


def _codes(text: bytes) -> Iterator[bytes]:
    """The codes of strings in hexadecimal digits; apart where a gap between them is a space."""
    for stretch in WIDE_GAP.sub(b">|<", text).split(b"|"):
        digits = b"".join(STRING.findall(stretch)).translate(None, WHITE).decode()
        yield bytes.fromhex(digits if len(digits) % 2 == 0 else f"{digits}0")


def _draw_form(
    form: Object | None,
    resources: Object,
    pieces: list[str],
    seen: set[tuple[int, int]],
    known: dict[tuple[int, int], "Letters"],
) -> None:
    if isinstance(form, Stream) and form.get("/Subtype") == Name.Form and form.objgen not in seen:
        _draw(form, form.get("/Resources", resources), pieces, seen | {form.objgen}, known)


def _letters(font: Object | None, known: dict[tuple[int, int], "Letters"]) -> "Letters":
    """What the codes of a font mean; read once for all pages that use it."""
    if font is None or not font.is_indirect:
        return Letters(font)
    if font.objgen not in known:
        known[font.objgen] = Letters(font)
    return known[font.objgen]


def _draw_carefully(
    thing: Object,
    resources: Object,
    pieces: list[str],
    seen: set[tuple[int, int]],
    known: dict[tuple[int, int], "Letters"],
) -> None:
    fonts = resources.get("/Font", Dictionary())
    letters: Letters | None = None
    for instruction in pikepdf.parse_content_stream(thing):
        operator = str(instruction.operator)
        operands = list(instruction.operands)
        if operator == "Tf":
            letters = _letters(fonts.get(str(operands[0])), known)
        elif operator in {"Tj", "'", '"', "TJ"} and letters is not None:
            pieces.append(_written(operands[-1], letters))
        elif operator in {"Td", "TD", "Tm", "T*", "ET"}:
            pieces.append(" ")
        elif operator in {"BDC", "DP"}:
            # Words in the place of what is drawn, as a mark in the text may carry them.
            pieces += [f" {words} " for words in _strings_of(operands[-1])]
        elif operator == "Do":
            form = resources.get("/XObject", Dictionary()).get(str(operands[0]))
            _draw_form(form, resources, pieces, seen, known)


def _strings_of(properties: Object) -> Iterator[str]:
    if isinstance(properties, Dictionary):
        yield from (str(value) for value in properties.values() if isinstance(value, String))


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
        self._wide = Meanings(
            (int.from_bytes(code), means) for code, means in self._means.items() if len(code) == 2
        )

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
        if self._lengths == {2}:
            whole = codes[: len(codes) // 2 * 2]
            return "".join(map(self._wide.__getitem__, unpack(f">{len(whole) // 2}H", whole)))
        return "".join(
            self._means.get(code, code.decode("cp1252", "ignore"))
            for code in (codes[n : n + 1] for n in range(len(codes)))
        )


class Meanings(dict[int, str]):
    """Codes of two bytes; one that is not known means nothing."""

    def __missing__(self, code: int) -> str:
        return ""


def _unicode(digits: bytes) -> str:
    raw = bytes.fromhex(re.sub(rb"\s", b"", digits).decode())
    return raw.decode("utf-16-be", "ignore")
