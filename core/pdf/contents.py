"""Contents pages: which heading stands on which page of the finished document.

Chunks are printed apart, so page numbers are known only afterwards. The contents stand before the
body and push it back by as many pages as they take themselves: they are printed, counted, and
printed again until both agree.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

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
) -> list[Part]:
    """Return `before`, the contents that `write` makes for `after`, and `after`.

    `before` (a cover, a letter) is not listed, only counted. Raises ChunkFailed.
    """
    start = 1 + sum(part.pages for part in before)
    length = 1
    for _ in range(TRIES):
        entries = list(entries_of(after, first_page=start + length, levels=levels))
        chunk = write(entries)
        (part,) = press.render([chunk])
        if part.pages == length:
            return [*before, part, *after]
        length = part.pages
    raise ChunkFailed(chunk.key, "its length does not settle")


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
