"""Pages of somebody else's file as a part of ours: clean, readable aloud, and without what is withheld.

Only what is seen on a page comes along. Comments, scripts, forms, files within it, layers that are
switched off, words that something covers and metadata stay behind; what somebody filled into a form, typed or drew
onto it becomes part of the page. That there are comments and files is said. A page
of which something is withheld is made anew: drawn as a picture, painted over, and given the words that
stay. What was under the paint is not in the file any more (features.md P27).

    copying     the program that does it, in a process of its own
    seen        only what is seen
    layers      the layers that are off
    looks       what was drawn on a page and has no look
    notes       what a camera wrote into a photograph
    covered     what lies under something else, or was cut off
    masked      what a mask leaves out of a picture
    besides     what stands on no page
    withheld    what is withheld
    tagged      a part of ours
    sheets      what they hand to each other
"""

import io
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any

from core.pdf import wire
from core.pdf.foreign.sheets import Area, Copied, NotCopied, Place, Seen
from core.pdf.parts import Part
from core.pdf.press import ROOT, surroundings

SECONDS = 900


def copy_pages(
    content: bytes, *, key: str, called: str, areas: Sequence[Area] = (), words: Sequence[str] = ()
) -> Copied:
    """The pages of the PDF `content`, without `areas` and without `words`, wherever they stand in it.

    `called` names the document where a picture has to be described. Raises NotCopied.
    """
    asked = {"task": "pages", "words": list(words)}
    return _run(asked, [content], key=key, called=called, areas=areas)


def picture_pages(
    pictures: Sequence[bytes], *, key: str, called: str, areas: Sequence[Area] = ()
) -> Copied:
    """Pictures as pages, a picture each, painted over where `areas` say. Raises NotCopied."""
    return _run({"task": "pictures"}, pictures, key=key, called=called, areas=areas)


def look_at(content: bytes, page: int) -> Seen:
    """The page of this number of the PDF `content`, cut to what a copy shows of it. Raises NotCopied."""
    said, picture = _ask({"task": "look", "page": page}, [content])
    besides = tuple((number, what) for number, what in said["besides"])
    return Seen(said["pages"], picture, said["text"] if picture else "", besides)


def _run(
    asked: dict[str, Any],
    contents: Sequence[bytes],
    *,
    key: str,
    called: str,
    areas: Sequence[Area],
) -> Copied:
    where = [list(astuple(area)) for area in areas]
    said, pdf = _ask({**asked, "key": key, "called": called, "areas": where}, contents)
    part = Part(key=key, pdf=pdf, pages=said["pages"], legible=tuple(said["legible"]))
    places = tuple(Place(*place) for place in said["places"])
    besides = tuple((number, what) for number, what in said["besides"])
    return Copied(part, places, tuple(said["under"]), besides)


def _ask(asked: dict[str, Any], contents: Sequence[bytes]) -> tuple[dict[str, Any], bytes]:
    """Have it done in a process of its own (`core.pdf.foreign.copying`)."""
    request = io.BytesIO()
    wire.send(request, asked, *contents)
    try:
        done = subprocess.run(  # ourselves
            [sys.executable, "-m", "core.pdf.foreign.copying"],
            cwd=ROOT,
            env=surroundings(),
            input=request.getvalue(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
        )
        said, blobs = wire.receive(io.BytesIO(done.stdout))
    except (subprocess.SubprocessError, OSError, ValueError, EOFError):
        raise NotCopied from None
    if "failed" in said:
        raise NotCopied
    return said, blobs[0]


__all__ = ["Area", "Copied", "NotCopied", "Place", "Seen", "copy_pages", "look_at", "picture_pages"]
