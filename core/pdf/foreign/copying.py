"""The program that copies pages: `python -m core.pdf.foreign.copying`, started for one file.

Whoever made the file may have meant harm. It is opened here alone, with little memory and time, without
our secrets and without the network, and brings down nothing else.
"""

import io
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any

import pikepdf
from PIL import Image

from core.pdf import wire
from core.pdf.foreign.seen import clean_pages
from core.pdf.foreign.sheets import Area, Copied, on_sheet, sheet_of
from core.pdf.foreign.tagged import part_of_sheets
from core.pdf.foreign.withheld import finder, painted, read_pages

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
    found = read_pages(clean, sheets, areas, [finder(quote) for quote in words])
    return Copied(part_of_sheets(clean, sheets, key=key, called=called), found)


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
    return Copied(part_of_sheets(b"", sheets, key=key, called=called), frozenset())


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
        done = copied(asked, contents)
    except DAMAGED as error:
        wire.send(out, {"failed": error.__class__.__name__})
        return
    wire.send(out, {"pages": done.part.pages, "found": sorted(done.found)}, done.part.pdf)


if __name__ == "__main__":
    main()
