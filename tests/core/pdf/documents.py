"""Documents for these tests: chunks of every kind of element, and ways to look into a PDF."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from core.pdf.parts import Chunk

AT = datetime(2026, 9, 3, 14, 30, tzinfo=UTC)

CSS = """
@page { size: A4; margin: 24mm 18mm 22mm }
body { margin: 0; font: 11pt/1.4 "DejaVu Sans" }
.contents { list-style: none; padding: 0 }
"""


def page(body: str, *, title: str = "Test", head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en-GB"><head><title>{title}</title>{head}</head>'
        f"<body>{body}</body></html>"
    )


def notes(key: str, *, count: int = 3, rows: int = 2, chapter: str = "Case notes") -> Chunk:
    """A chunk with headings, paragraphs, a table with both kinds of header, lists and links."""
    heading = f"<h1>{chapter}</h1>" if chapter else ""
    body = "".join(
        f'<section><h2 id="note-{number}">Note {number} of {key}</h2>'
        f"<p>Siân O’Connor-Łukasiewicz said {'the same again, ' * 40} and left.</p>"
        "<table><thead><tr><th>When</th><th>Who</th></tr></thead><tbody>"
        + "".join(f'<tr><th scope="row">{row} May</th><td>{key}</td></tr>' for row in range(rows))
        + "</tbody></table><ul><li>one<ul><li>inner</li></ul></li><li>two</li></ul>"
        '<p>See <a href="#note-0">the <em>first</em> note</a> or '
        '<a href="https://ico.org.uk/">the regulator</a>.</p></section>'
        for number in range(count)
    )
    return Chunk(key, page(heading + body))


def elements(pdf: Pdf) -> Iterator[Object]:
    """Every element of the structure, in reading order."""
    waiting = [pdf.Root.StructTreeRoot.K[0]]
    while waiting:
        element = waiting.pop()
        yield element
        kids = element.get("/K", Array())
        kids = list(kids) if isinstance(kids, Array) else [kids]
        waiting += [kid for kid in reversed(kids) if isinstance(kid, Dictionary) and Name.S in kid]


def kinds(pdf: Pdf) -> list[str]:
    return [str(element.S)[1:] for element in elements(pdf)]


def everything_in(content: bytes) -> bytes:
    """All strings and all streams of a PDF, unpacked, one behind the other."""
    found = [content]
    with Pdf.open(io.BytesIO(content)) as pdf:
        for thing in pdf.objects:
            # What was left out stands there as “null”, which is nothing here.
            if thing is not None:
                found.append(thing.unparse())
            if isinstance(thing, Stream):
                found.append(thing.read_bytes())
    return b"\n".join(found)
