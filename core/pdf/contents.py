"""Contents pages: which heading stands on which page of the finished document.

Chunks are printed apart, so page numbers are known only afterwards. The contents stand before the
body and push it back by as many pages as they take themselves: they are printed, counted, and
printed again until both agree.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from core.pdf.kept import Nowhere, Shelf, mark_of, render_kept
from core.pdf.parts import Chunk, ChunkFailed, Part
from core.pdf.press import Press

# The number of lines does not depend on the numbers in them, so twice is the rule.
TRIES = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the contents: `page` counts in the finished document, `link` is its href."""

    title: str
    level: int
    page: int
    link: str


Write = Callable[[Sequence[Entry]], Chunk]


def entries_of(parts: Sequence[Part], *, first_page: int = 1, levels: int = 2) -> Iterator[Entry]:
    """Yield the lines for `parts`, the first of which starts on `first_page`."""
    page = first_page
    for part in parts:
        for count, heading in enumerate(part.headings):
            if heading.level <= levels:
                yield Entry(
                    title=heading.title,
                    level=heading.level,
                    page=page + heading.page - 1,
                    link=f"chunk:{part.key}#~{count}",
                )
        page += part.pages


def with_contents(
    press: Press,
    *,
    before: Sequence[Part],
    after: Sequence[Part],
    write: Write,
    levels: int = 2,
    shelf: Shelf | None = None,
) -> list[Part]:
    """Return `before`, the contents that `write` makes for `after`, and `after`.

    Contents that lie on `shelf` are not printed again: often no page has moved.

    `before` (a cover, a letter) is not listed, only counted. Raises ChunkFailed.
    """
    shelf = shelf or Nowhere()
    start = 1 + sum(part.pages for part in before)
    length = _length_before(press, after, levels, shelf)
    for _ in range(TRIES):
        entries = list(entries_of(after, first_page=start + length, levels=levels))
        chunk = write(entries)
        (part,) = render_kept(press, [chunk], shelf)
        if part.pages == length:
            shelf.put(_mark_of_length(press, after, levels), str(length).encode())
            return [*before, part, *after]
        length = part.pages
    raise ChunkFailed(chunk.key, "its length does not settle")


def _mark_of_length(press: Press, after: Sequence[Part], levels: int) -> str:
    """What decides how long the contents are: what is printed in them, but for the numbers."""
    return mark_of(
        "length of the contents",
        press.css,
        *(entry.title for entry in entries_of(after, levels=levels)),
    )


def _length_before(press: Press, after: Sequence[Part], levels: int, shelf: Shelf) -> int:
    """How long they were when they were printed last, which spares printing them twice."""
    kept = shelf.get(_mark_of_length(press, after, levels))
    return 1 if kept is None else int(kept)


def contents_chunk(
    entries: Sequence[Entry], *, key: str = "contents", title: str = "Contents"
) -> Chunk:
    """Return a plain contents page: a list of links, each with its page number.

    For the stylesheet: `.contents` the list, `.contents-1` a line of level 1, `.contents-page` its
    number. Lines as flex boxes put the numbers at the edge; leaders of dots would be read aloud.
    """
    lines = "\n".join(
        f'<li class="contents-{entry.level}"><a href="{escape(entry.link)}">'
        f'{escape(entry.title)}</a> <span class="contents-page">{entry.page}</span></li>'
        for entry in entries
    )
    return Chunk(
        key=key,
        html=(
            f'<!doctype html><html lang="en-GB"><head><title>{escape(title)}</title></head><body>'
            f'<h1>{escape(title)}</h1><ul class="contents">\n{lines}\n</ul></body></html>'
        ),
    )
