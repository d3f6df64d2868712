"""The text that the operators of a page draw, whether anybody sees it or not.

Read from the operators themselves, in white, behind pictures or off the page too.
"""

import re
from collections.abc import Iterable, Iterator
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
        self._read: set[tuple[int, int]] = set()

    def on(self, page: Page) -> str:
        """What is drawn on a page, and by the looks of what lies on it."""
        pieces: list[str] = []
        self._draw(page.obj, page.obj.get("/Resources"), pieces)
        for annotation in page.obj.get("/Annots", Array()):
            for look in _appearances(annotation.get("/AP")):
                self._read.add(look.objgen)
                self._draw(look, look.get("/Resources"), pieces)
        return "".join(pieces)

    def by(self, streams: list[Object], page: Page) -> str:
        """What some of the streams of a page draw by themselves, one after the other."""
        pieces: list[str] = []
        alone = Dictionary(Type=Name.Page, Contents=Array(streams), Resources=Dictionary())
        self._draw(alone, page.obj.get("/Resources"), pieces)
        return "".join(pieces)

    def elsewhere(self, streams: Iterable[Object]) -> Iterator[str]:
        """What those of the `streams` of the file draw that were on none of the pages read: patterns, masks, leavings."""
        for thing in streams:
            is_drawing = thing.get("/Subtype") == Name.Form or "/PatternType" in thing
            if is_drawing and thing.objgen not in self._read:
                pieces: list[str] = []
                self._draw(thing, thing.get("/Resources"), pieces)
                yield "".join(pieces)

    def _draw(
        self,
        thing: Object,
        resources: Object | None,
        pieces: list[str],
        within: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        resources = resources if resources is not None else Dictionary()
        data = _data(thing)
        if NOT_PLAIN.search(data):
            self._draw_carefully(thing, resources, pieces, within)
            return
        fonts = resources.get("/Font", Dictionary())
        letters: Letters | None = None
        for found in PLAIN.finditer(data):
            kind, text = found.lastgroup, found[found.lastgroup or 0]
            if kind in {"array", "text"} and letters is not None:
                pieces.append(" ".join(letters.read(codes) for codes in _codes(text)))
            elif kind == "font":
                letters = self._letters(fonts.get(f"/{text.decode('latin-1')}"))
            elif kind == "form":
                name = f"/{text.decode('latin-1')}"
                self._draw_form(name, resources, pieces, within)
            elif kind == "move":
                pieces.append(" ")

    def _draw_carefully(
        self,
        thing: Object,
        resources: Object,
        pieces: list[str],
        within: frozenset[tuple[int, int]],
    ) -> None:
        fonts = resources.get("/Font", Dictionary())
        letters: Letters | None = None
        for instruction in pikepdf.parse_content_stream(thing):
            operator = str(instruction.operator)
            operands = list(instruction.operands)
            if operator == "Tf":
                letters = self._letters(fonts.get(str(operands[0])))
            elif operator in {"Tj", "'", '"', "TJ"} and letters is not None:
                pieces.append(_written(operands[-1], letters))
            elif operator in {"Td", "TD", "Tm", "T*", "ET"}:
                pieces.append(" ")
            elif operator in {"BDC", "DP"}:
                # Words in the place of what is drawn, as a mark in the text may carry them.
                pieces += [f" {words} " for words in _strings_of(operands[-1])]
            elif operator == "Do":
                self._draw_form(str(operands[0]), resources, pieces, within)

    def _draw_form(
        self,
        name: str,
        resources: Object,
        pieces: list[str],
        within: frozenset[tuple[int, int]],
    ) -> None:
        form = resources.get("/XObject", Dictionary()).get(name)
        if not isinstance(form, Stream) or form.get("/Subtype") != Name.Form:
            return
        self._read.add(form.objgen)
        if form.objgen not in within:
            self._draw(form, form.get("/Resources", resources), pieces, within | {form.objgen})

    def _letters(self, font: Object | None) -> "Letters":
        """What the codes of a font mean; read once for all pages that use it."""
        if font is None or not font.is_indirect:
            return Letters(font)
        if font.objgen not in self._known:
            self._known[font.objgen] = Letters(font)
        return self._known[font.objgen]


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


def _codes(text: bytes) -> Iterator[bytes]:
    """The codes of strings in hexadecimal digits; apart where a gap between them is a space."""
    for stretch in WIDE_GAP.sub(b">|<", text).split(b"|"):
        digits = b"".join(STRING.findall(stretch)).translate(None, WHITE).decode()
        yield bytes.fromhex(digits if len(digits) % 2 == 0 else f"{digits}0")


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
