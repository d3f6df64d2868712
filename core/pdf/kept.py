"""Printed parts are kept by what they were made from, so that nothing is printed twice.

A mark is a hash over everything that decides what a page looks like: the words, the stylesheet, the
pictures, and this program with its fonts and libraries. The same mark means the same pages.
"""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from core.pdf import wire
from core.pdf.fonts import assets
from core.pdf.parts import Chunk, Heading, Part
from core.pdf.press import Press, Progress, each_once
from core.pdf.reading import Reading, read

LIBRARIES = ("weasyprint", "pydyf", "pikepdf", "pypdfium2", "pillow")


class Shelf(Protocol):
    """Where parts are kept. What is put there must not be lost when the process is killed."""

    def get(self, mark: str) -> bytes | None:
        """What was kept under `mark`, or None."""

    def put(self, mark: str, content: bytes) -> None:
        """Keep `content`."""


class Nowhere:
    """A shelf that keeps nothing."""

    def get(self, mark: str) -> bytes | None:
        return None

    def put(self, mark: str, content: bytes) -> None:
        return None


@cache
def _program() -> bytes:
    """A hash of what prints: a page that another version printed is printed again."""
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name} {version(name)}\n".encode())
    # What opens the files of others decides as well what is shown of them.
    folder = Path(__file__).parent
    for path in sorted([*folder.rglob("*.py"), *(folder.parent / "files").rglob("*.py")]):
        digest.update(path.read_bytes())
    for name, path in sorted(assets().items()):
        digest.update(f"{name} {path.stat().st_size}\n".encode())
    return digest.digest()


def mark_of(*made_from: str | bytes) -> str:
    """The mark of what is made from these, in their order, by this program."""
    digest = hashlib.sha256(_program())
    for one in made_from:
        content = one.encode("utf-8", "surrogatepass") if isinstance(one, str) else one
        # With its length, so that what ends one does not begin the next.
        digest.update(len(content).to_bytes(8))
        digest.update(content)
    return digest.hexdigest()


def packed(parts: Iterable[Part], **said: list[Any]) -> bytes:
    """Parts as bytes to be kept, with what else was found out while they were made."""
    listed = list(parts)
    heads = [
        [
            part.key,
            part.pages,
            [[h.title, h.level, h.page, h.top] for h in part.headings],
            None if part.reading is None else part.reading.said(),
            list(part.legible),
            part.has_boxes,
        ]
        for part in listed
    ]
    out = io.BytesIO()
    wire.send(out, {"parts": heads, "said": said}, *(part.pdf for part in listed))
    return out.getvalue()


def unpacked(content: bytes) -> tuple[list[Part], dict[str, list[Any]]]:
    """The parts that `packed` made bytes of, and what was said beside them. Raises EOFError or ValueError."""
    message, blobs = wire.receive(io.BytesIO(content))
    parts = [
        Part(
            key,
            pdf,
            pages,
            tuple(Heading(*heading) for heading in headings),
            reading=None if said is None else Reading.from_said(said),
            legible=tuple(legible),
            has_boxes=has_boxes,
        )
        for (key, pages, headings, said, legible, has_boxes), pdf in zip(
            message["parts"], blobs, strict=True
        )
    ]
    return parts, message["said"]


def render_kept(
    press: Press,
    chunks: Iterable[Chunk],
    shelf: Shelf,
    *,
    progress: Progress | None = None,
    ready: Callable[[Part], object] | None = None,
) -> list[Part]:
    """The parts of `chunks` in their order; only those that are not on the shelf are printed.

    Each is kept as soon as it is printed, so that a build which is killed begins where it was. While one is
    printed, the next are written and fetched, and `ready(part)` is called for each that is there. Raises as
    `Press.render`.
    """
    marks: dict[str, str] = {}
    done: dict[str, Part] = {}

    def missing() -> Iterator[Chunk]:
        for chunk in each_once(chunks):
            marks[chunk.key] = _mark(press.css, chunk)
            kept = shelf.get(marks[chunk.key])
            if kept is None:
                yield chunk
            else:
                ((done[chunk.key],), _) = unpacked(kept)
        # Whatever is to be printed is with the printers by now.
        if ready is not None:
            for part in list(done.values()):
                ready(part)

    def show(count: int, of: int) -> None:
        if progress is not None:
            progress(len(marks) - of + count, len(marks))

    def keep(part: Part) -> None:
        # Read while the printers are at work on the next.
        done[part.key] = replace(part, reading=read(part.pdf))
        shelf.put(marks[part.key], packed([done[part.key]]))
        if ready is not None:
            ready(done[part.key])

    press.render(missing(), progress=show, printed=keep)
    return [done[key] for key in marks]


def _mark(css: str, chunk: Chunk) -> str:
    pictures = (
        item for name, content in sorted(chunk.pictures.items()) for item in (name, content)
    )
    return mark_of(css, chunk.key, chunk.html, *pictures)
