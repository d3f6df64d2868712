"""The program that prints chunk after chunk, started by a Press (`core.pdf.printer_start`).

It is a process of its own, started afresh and not forked: it has no database connection, no
settings and no secret of ours, the memory of a long pack goes back to the machine when it ends, and
a document that brings it down takes nothing else with it. When the press goes away, its input ends
and so does it.
"""

import gc
import os
import re
import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import IO, Any

import pydyf
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from core.pdf import fonts, wire
from core.pdf.fetch import Assets
from core.pdf.parts import Chunk, Heading

POINTS = 0.75  # a CSS pixel in points

# What a relative address is relative to. Without one, WeasyPrint 70 stops at a relative @import;
# with this one the address becomes absolute and is refused like any other. It has to be a scheme
# that urljoin knows.
NOWHERE = "gopher://nowhere.invalid/"

# Kept in a part's catalogue so that a stored part can be merged without printing it again; its
# bookmarks alone lose the level of a heading whose section began in an earlier chunk.
HEADINGS = "PackHeadings"

# The space before the end of a paragraph, as templates write it. Nobody sees it, but WeasyPrint 70 breaks a line that
# is full without it after its first word. And the one before the words of an answer, where line breaks are kept, and
# between what is called how and what it is, which may stand in one line.
LAST_SPACE = re.compile(
    r"(?<=<dd>)[ \t\r\n\f]++|(?<=</dt>)[ \t\r\n\f]++(?=<dd>)|(?<![ \t\r\n\f])[ \t\r\n\f]++(?=</(?:p|li|dd|dt|td|th|caption|div|h[1-6])>|<(?:br|ul|ol|dl|p|div|table)\b)"
)

# Elements that text may stand in directly (ISO 32000-1, 14.8.4.3 and 14.8.4.4).
HOLDING_TEXT = {"/P", "/TD", "/TH", "/LBody", "/Lbl", "/Caption", "/Span"}
HOLDING_TEXT |= {f"/H{level}" for level in range(1, 7)}

NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}


class Nothing(pydyf.Object):
    """What stands where something was that nothing leads to any more: the numbers of the rest stay as they are."""

    @property
    def data(self) -> bytes:
        return b"null"


class Desk:
    """What stays laid out from chunk to chunk: the stylesheet, the fonts, the list of assets."""

    def __init__(self, css: str) -> None:
        self.assets = Assets(fonts.assets())
        self.fonts = FontConfiguration()
        # Whether some letter of the last chunk is in no font on this machine, and drawn as a box.
        self.has_boxes = False
        self.sheet = CSS(
            string=f"{fonts.faces()}\n{css}",
            base_url=NOWHERE,
            url_fetcher=self.assets,
            font_config=self.fonts,
        )

    def print(self, chunk: Chunk) -> tuple[bytes, list[Heading], int, list[str]]:
        """Return the PDF of `chunk`, its headings, how many pages it has, what was refused it."""
        self.assets.hand_over(chunk.pictures)
        html = LAST_SPACE.sub("", chunk.html)
        document = HTML(string=html, base_url=NOWHERE, url_fetcher=self.assets).render(
            font_config=self.fonts,
            stylesheets=[self.sheet],
            pdf_variant="pdf/ua-1",
            optimize_images=False,
        )
        leave_out_files(document)
        headings = list(headings_of(document))

        def finish(_document: Document, pdf: pydyf.PDF) -> None:
            pair_lines(pdf)
            join_lines(pdf)
            join_letters(pdf)
            say_what_heads_what(pdf)
            keep_apart(pdf, chunk.key)
            write_headings(pdf, headings)

        content = document.write_pdf(finisher=finish, pdf_variant="pdf/ua-1")
        self.has_boxes = any(font.missing for font in document.fonts.values())
        return content, headings, len(document.pages), self.assets.refused


def leave_out_files(document: Document) -> None:
    """Forget the files a document asks to carry with it: a pack carries none."""
    document.metadata.attachments = []
    for page in document.pages:
        page.links = [link for link in page.links if link[0] != "attachment"]


def headings_of(document: Document) -> Iterator[Heading]:
    """Yield the headings of `document` in reading order, with the level its author gave them."""
    for number, page in enumerate(document.pages, start=1):
        for level, label, (_left, top), _state in page.bookmarks:
            title = " ".join(label.split())
            if title:
                yield Heading(title, level, number, round((page.height - top) * POINTS, 2))


def write_headings(pdf: pydyf.PDF, headings: list[Heading]) -> None:
    """Note the headings in the catalogue of the part."""
    pdf.catalog[HEADINGS] = pydyf.Array(
        [
            pydyf.Array([entry.level, pydyf.String(entry.title), entry.page, entry.top])
            for entry in headings
        ]
    )


def say_what_heads_what(pdf: pydyf.PDF) -> None:
    """Mark each table header as heading its row or its column (PDF/UA-1, 7.5).

    WeasyPrint lets cells name their headers; some readers look at the header's own scope only.
    """
    things = {thing.reference: thing for thing in pdf.objects}
    for row in pdf.objects:
        if not isinstance(row, pydyf.Dictionary) or row.get("S") != "/TR":
            continue
        cells = [things[kid] for kid in row["K"]]
        named = {
            header.string
            for cell in cells
            if cell.get("S") == "/TD"
            for header in cell["A"].get("Headers", ())
        }
        for cell in cells:
            if cell.get("S") == "/TH":
                heads_row = "ID" in cell and cell["ID"].string in named
                cell["A"]["Scope"] = "/Row" if heads_row else "/Column"


def pair_lines(pdf: pydyf.PDF) -> None:
    """Let each line of a list of what is recorded be one item: what it is called, and what it is (PDF/UA-1, 7.6).

    WeasyPrint makes an item of each of the two, and leaves the element around them in the list, where only items may
    be: whoever listens would be told of twice as many, each without the other.
    """
    things = {thing.reference: thing for thing in pdf.objects}
    for line in pdf.objects:
        if not isinstance(line, pydyf.Dictionary) or line.get("S") != "/Div":
            continue
        halves = [things[kid] for kid in line["K"]]
        if things[line["P"]].get("S") != "/L" or any(half.get("S") != "/LI" for half in halves):
            continue
        line["S"] = "/LI"
        line["K"] = pydyf.Array([kid for half in halves for kid in half["K"]])
        for kid in line["K"]:
            things[kid]["P"] = line.reference
        # Where it goes on on the next page, that has the rest of the second alone.
        if len(line["K"]) > 1:
            things[line["K"][0]]["S"] = "/Lbl"
        for half in halves:
            let_go(pdf, half)


def join_lines(pdf: pydyf.PDF) -> None:
    """Let paragraphs, headings and cells hold their lines themselves.

    WeasyPrint puts each line into an element of its own, two thirds of all there are: a pack of a
    thousand pages would take twice the memory to merge, and says nothing more by it.
    """
    things = {thing.reference: thing for thing in pdf.objects}
    moved = {}
    for element in pdf.objects:
        if not isinstance(element, pydyf.Dictionary) or element.get("S") not in HOLDING_TEXT:
            continue
        for place, kid in enumerate(element["K"]):
            line = things.get(kid)
            if line is not None and is_plain_line(line) and line["Pg"] == element["Pg"]:
                element["K"][place] = line["K"][0]
                moved[kid] = element.reference
                let_go(pdf, line)
    root = next(thing for thing in things.values() if is_root(thing))
    for entry in things[root["ParentTree"]]["Nums"][1::2]:
        if isinstance(entry, pydyf.Array):
            entry[:] = [moved.get(reference, reference) for reference in entry]


def let_go(pdf: pydyf.PDF, thing: pydyf.Object) -> None:
    """Leave out what nothing leads to any more; whoever opens the file would read it all the same."""
    nothing = Nothing()
    nothing.number = thing.number
    pdf.objects[thing.number] = nothing


def join_letters(pdf: pydyf.PDF) -> None:
    """Write letters that follow each other without a gap as one string.

    WeasyPrint closes and opens the string after each letter, to move by nothing: a fifth of what draws a page,
    read again by everybody who looks through the finished file.
    """
    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream):
            thing.stream = [
                line.replace(b">0<", b"") if is_text(line) else line for line in thing.stream
            ]


def is_text(line: object) -> bool:
    """Whether this piece of a drawing shows letters."""
    return isinstance(line, bytes) and line.startswith(b"[<") and line.endswith(b"] TJ")


def is_plain_line(thing: pydyf.Object) -> bool:
    """Whether this is an element for nothing but one piece of the page's text."""
    return (
        isinstance(thing, pydyf.Dictionary)
        and thing.keys() == {"Type", "S", "K", "Pg", "P"}
        and thing["S"] == "/Span"
        and len(thing["K"]) == 1
        and isinstance(thing["K"][0], int)
    )


def is_root(thing: pydyf.Object) -> bool:
    """Whether this is the root of the structure."""
    return isinstance(thing, pydyf.Dictionary) and thing.get("Type") == "/StructTreeRoot"


def keep_apart(pdf: pydyf.PDF, key: str) -> None:
    """Give this chunk's table headers and fonts names that no other chunk of the pack can have.

    Table cells name their headers by id (PDF/UA-1, 7.5), and readers look a font up by its name:
    chunks printed apart would use the same ones for different things.
    """
    ids = pydyf.Array()
    for thing in pdf.objects:
        if not isinstance(thing, pydyf.Dictionary):
            continue
        if thing.get("Type") == "/StructElem" and "ID" in thing:
            # Cells hold the very same string object, so that it is renamed for them as well.
            thing["ID"].string = f"{key}/{thing['ID'].string}"
            ids.extend([thing["ID"], thing.reference])
        for entry in ("BaseFont", "FontName"):
            if entry in thing:
                thing[entry] = font_name(thing[entry], key)
    if ids:
        pairs = sorted(zip(ids[::2], ids[1::2], strict=True), key=lambda pair: pair[0].data)
        tree = pydyf.Dictionary({"Names": pydyf.Array([item for pair in pairs for item in pair])})
        pdf.add_object(tree)
        next(thing for thing in pdf.objects if is_root(thing))["IDTree"] = tree.reference


def font_name(name: bytes | str, key: str) -> bytes:
    """Return `name` with the six letters before its plus sign made this chunk's own."""
    old = name if isinstance(name, bytes) else name.encode()
    digest = sha256(key.encode() + old).digest()
    letters = bytes(ord("A") + byte % 26 for byte in digest[:6])
    return re.sub(rb"^/[A-Z]{6}\+", b"/" + letters + b"+", old)


def fault(error: BaseException) -> str:
    """Say where printing failed without repeating a word of what was being printed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return f"{type(error).__name__} at {place}"


def stay_offline(event: str, _arguments: tuple[object, ...]) -> None:
    """Refuse the network to the whole process: the second wall behind the closed list."""
    if event in NETWORK:
        raise PermissionError("A printer does not use the network.")


def answer(desk: Desk, request: Mapping[str, Any], blobs: list[bytes], out: IO[bytes]) -> None:
    """Print one chunk as asked and send the part, or the reason why there is none."""
    html, *pictures = blobs
    try:
        content, headings, pages, refused = desk.print(
            Chunk(
                key=request["key"],
                html=html.decode(),
                pictures=dict(zip(request["pictures"], pictures, strict=True)),
            )
        )
    except Exception as error:  # noqa: BLE001 whatever it is, the pack must not be made
        wire.send(out, {"failed": fault(error)})
        return
    wire.send(
        out,
        {
            "pages": pages,
            "headings": [[h.title, h.level, h.page, h.top] for h in headings],
            "refused": refused,
            "boxes": desk.has_boxes,
        },
        content,
    )


def main() -> None:
    """Read the stylesheet, then chunks, until the press hangs up."""
    # What a library prints must not fall between the answers.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = sys.stdin.buffer
    sys.addaudithook(stay_offline)
    try:
        _request, (css,) = wire.receive(source)
        desk = Desk(css.decode())
        wire.send(out, {"ready": True})
        # Collected once a chunk and not in the middle: faster, and its memory is free for the next.
        gc.disable()
        while True:
            request, blobs = wire.receive(source)
            answer(desk, request, blobs, out)
            gc.collect()
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
