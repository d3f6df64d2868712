"""The pages as one tagged PDF, in two editions of the same pages: the draft, and what goes out."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.organisation import ORGANISATION
from core.pdf.contents import Entry, contents_chunk, entries_of, with_contents
from core.pdf.fonts import FontMissing
from core.pdf.kept import Nowhere, Shelf, render_kept
from core.pdf.merge import Binding, merge, to_bytes
from core.pdf.parts import ChunkFailed, MergeFailed, Part
from core.pdf.press import Press, PressFailed
from core.pdf.reading import NOTHING_READ, Reading
from core.pdf.stamp import LARGE, SIZE, Margin, page_x_of_n, stamp
from sar.pack.files import FileCopy, print_files
from sar.pack.pages import Front, body, cover, stylesheet
from sar.pack.redact import Disclosed
from sar.statement import Looked

# How far it has come: a step in words and a share of the whole in per cent.
Progress = Callable[[str, int], None]

NOT_RELEASED = "Not released"
GATHERED, PRINTED = 10, 90

PRINTING_FAILED = (ChunkFailed, MergeFailed, PressFailed, FontMissing)


@dataclass(frozen=True, slots=True)
class Editions:
    """The finished bytes. `final` may leave the house only when the request is released."""

    draft: bytes
    final: bytes
    pages: int

    @property
    def draft_sha256(self) -> str:
        return hashlib.sha256(self.draft).hexdigest()

    @property
    def final_sha256(self) -> str:
        return hashlib.sha256(self.final).hexdigest()


@dataclass(frozen=True, slots=True)
class Finished:
    """The edition that goes out, whose draft is made while it is looked through, and what is known of its pages."""

    final: bytes
    pages: int
    draw_draft: Callable[[], bytes]
    # The lines of text that were painted over in documents: they stand nowhere else either.
    under: frozenset[str] = frozenset()
    # What was read off its pages as they were printed.
    known: Reading = NOTHING_READ
    # Its headings with their pages, down to those of single entries.
    headings: tuple[Entry, ...] = ()
    # The numbers of pages that are pictures, of which all that is seen stands there as text too.
    legible: frozenset[int] = frozenset()

    def with_draft(self) -> Editions:
        """Both editions: the draft is the final one with marks on each page."""
        return Editions(draft=self.draw_draft(), final=self.final, pages=self.pages)


def print_pack(
    copy: Disclosed,
    front: Front,
    looks: list[Looked],
    *,
    files: Sequence[FileCopy] = (),
    at: datetime,
    progress: Progress,
    shelf: Shelf | None = None,
    printed: Callable[[int], object] | None = None,
) -> Finished:
    """Print the pack; what lies on `shelf` already is not printed again.

    `printed(pages)` is called when all that is left is to put so many pages together. Raises one of PRINTING_FAILED
    or PassageMissing, and then there is no pack at all.
    """

    def show(done: int, of: int) -> None:
        progress("Printing the pages", GATHERED + (PRINTED - GATHERED) * done // of)

    shelf = shelf or Nowhere()
    binding = Binding()
    with Press(css=stylesheet(is_large=front.is_large)) as press:
        press.get_ready()
        before = render_kept(press, [cover(front)], shelf)
        if files:
            progress("Copying the documents", GATHERED)
        # Before the rest, which counts what is withheld of them.
        documents = print_files(press, files, shelf)
        chunks = body(copy, front, looks, documents.withheld)
        after = render_kept(press, chunks, shelf, progress=show, ready=binding.lay)
        place = next(n for n, part in enumerate(after) if part.key == "searched")
        after[place:place] = documents.parts
        if any(part.has_boxes for part in (*before, *after)):
            before = render_kept(press, [cover(front, has_boxes=True)], shelf)
        parts = with_contents(press, before=before, after=after, write=contents_chunk, shelf=shelf)
    progress("Putting the pages together", PRINTED)
    if printed is not None:
        printed(sum(part.pages for part in parts))
    return _finished(parts, front, at=at, under=documents.under, binding=binding)


def _finished(
    parts: list[Part], front: Front, *, at: datetime, under: frozenset[str], binding: Binding
) -> Finished:
    """The parts put together, with the name and the number on each page."""
    pdf = merge(
        parts,
        title=f"The information we hold about you ({front.reference})",
        at=at,
        author=ORGANISATION.name,
        binding=binding,
    )
    size = LARGE if front.is_large else SIZE
    stamp(
        pdf,
        size=size,
        head=Margin(left=ORGANISATION.name),
        foot=Margin(
            left=front.name,
            # On the right, where it stays whole however long the name is.
            right=lambda page, pages: f"Request {front.reference} · {page_x_of_n(page, pages)}",
        ),
    )
    final = to_bytes(pdf)

    def draw_draft() -> bytes:
        stamp(
            pdf,
            size=size,
            head=Margin(right=f"{NOT_RELEASED}: a draft for checking"),
            foot=Margin(),
            across=NOT_RELEASED,
        )
        return to_bytes(pdf)

    return Finished(
        final=final,
        draw_draft=draw_draft,
        pages=sum(part.pages for part in parts),
        under=under,
        known=Reading.of_all(part.reading for part in parts),
        headings=tuple(entries_of(parts, levels=3)),
        legible=frozenset(_legible(parts)),
    )


def _legible(parts: Iterable[Part]) -> Iterator[int]:
    """As the whole counts its pages."""
    before = 0
    for part in parts:
        yield from (before + number for number in part.legible)
        before += part.pages
