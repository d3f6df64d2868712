"""The program that copies pages: `python -m core.pdf.foreign.copying`, started for one file.

Whoever made the file may have meant harm. It is opened here alone, with little memory and time, without
our secrets and without the network, and brings down nothing else.
"""

import io
import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import astuple
from typing import IO, Any

import pikepdf
from PIL import Image

from core.pdf import wire
from core.pdf.foreign.besides import besides_in
from core.pdf.foreign.seen import clean_pages, pages_in
from core.pdf.foreign.sheets import Area, Copied, Seen, on_sheet, sheet_of
from core.pdf.foreign.tagged import part_of_sheets
from core.pdf.foreign.withheld import finder, look, painted, read_pages, words_seen

MEMORY = 3 * 1024**3  # bytes
PROCESSOR = 600  # seconds: a long scan of which each page is drawn anew
WRITTEN = 1024**2  # bytes: nothing is written but the answer, which goes through a pipe

NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"}
DAMAGED = (
    pikepdf.PdfError,
    RuntimeError,
    ValueError,
    OSError,
    TypeError,
    AttributeError,
    MemoryError,
    RecursionError,
)


def pages(
    content: bytes, *, key: str, called: str, areas: Sequence[Area], words: Sequence[str]
) -> Copied:
    """The pages of a PDF."""
    clean, sheets = clean_pages(content)
    places, under = read_pages(clean, sheets, areas, [finder(quote) for quote in words])
    part = part_of_sheets(clean, sheets, key=key, called=called)
    besides = besides_in(content, lambda: " ".join(sheet.seen_text for sheet in sheets))
    return Copied(part, places, under, besides)


def one_page(content: bytes, number: int) -> Seen:
    """The page of a PDF that somebody looks at; no picture if it has none of this number."""
    pages = pages_in(content)
    besides = besides_in(content, lambda: words_seen(*clean_pages(content)))
    if not 1 <= number <= pages:
        return Seen(pages, besides=besides)
    clean, (sheet,) = clean_pages(content, only=number)
    return Seen(pages, *look(clean, sheet), besides)


def pictures(contents: Sequence[bytes], *, key: str, called: str, areas: Sequence[Area]) -> Copied:
    """Pictures as pages, a picture each."""
    sheets = []
    for number, content in enumerate(contents, 1):
        with Image.open(io.BytesIO(content)) as opened:
            image = opened.convert("RGB")
        sheet = sheet_of(*image.size)
        sheet.painted = [on_sheet(area, sheet) for area in areas if area.page == number]
        sheet.picture = painted(image, sheet)
        sheets.append(sheet)
    return Copied(part_of_sheets(b"", sheets, key=key, called=called))


def bound() -> None:
    """Take away what a harmful file would like to have."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def stay_offline(event: str, _arguments: tuple[object, ...]) -> None:
    """Refuse the network to the whole process."""
    if event in NETWORK:
        raise PermissionError("Copying does not use the network.")


def copied(asked: dict[str, Any], contents: list[bytes]) -> Copied:
    """What is asked for: the pages of one PDF, or pictures."""
    areas = [Area(*area) for area in asked["areas"]]
    if asked["task"] == "pictures":
        return pictures(contents, key=asked["key"], called=asked["called"], areas=areas)
    return pages(
        contents[0], key=asked["key"], called=asked["called"], areas=areas, words=asked["words"]
    )


def main() -> None:
    """Read one request, answer it, end."""
    # What a library prints must not fall into the answer.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    asked, contents = wire.receive(sys.stdin.buffer)
    bound()
    sys.addaudithook(stay_offline)
    try:
        answer(asked, contents, out)
    except DAMAGED as error:
        wire.send(out, {"failed": error.__class__.__name__})


def answer(asked: dict[str, Any], contents: list[bytes], out: IO[bytes]) -> None:
    """Do what is asked for, and send what comes of it."""
    if asked["task"] == "look":
        seen = one_page(contents[0], asked["page"])
        said = {"pages": seen.pages, "text": seen.text, "besides": seen.besides}
        wire.send(out, said, seen.picture)
        return
    done = copied(asked, contents)
    said = {
        "pages": done.part.pages,
        "legible": list(done.part.legible),
        "places": [list(astuple(place)) for place in done.places],
        "under": list(done.under),
        "besides": done.besides,
    }
    wire.send(out, said, done.part.pdf)


if __name__ == "__main__":
    main()
