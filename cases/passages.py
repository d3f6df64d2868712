"""Marks in a text: the words that were marked, where they stand, and the text with its marks.

Somebody marks words, and they are marked wherever they stand in the text. Kept are the places, so that
the text and its marks cannot drift apart; a correction begins with the words and finds their new places.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from cases.models import PassageKind
from core.errors import Refused

# What an empty line divides.
PARAGRAPHS = re.compile(r"\n\s*\n")

# What stands in the place of a passage that the reader's role does not need.
HIDDEN = "(hidden: not needed for your role)"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words, and what they are (a PassageKind)."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a text, in characters, and what it is."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as it is shown, with everything it is marked as; most are marked as nothing."""

    text: str
    kinds: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it is marked as, in words."""
        return ", ".join(str(PassageKind(kind).label).lower() for kind in self.kinds)


class MarkMissing(Refused):
    """Words that are marked do not stand in the text."""

    def __init__(self, mark: Mark) -> None:
        self.mark = mark
        super().__init__(
            f"The words “{mark.words}” are marked and do not stand in the note. Write them as they stand "
            "there, or empty their box."
        )


def places_of(words: str, text: str) -> Iterator[tuple[int, int]]:
    """Where `words` stand in `text` as whole words, whatever the white space between them."""
    parts = words.split()
    if not parts:
        return
    pattern = r"\s+".join(re.escape(part) for part in parts)
    before = r"(?<!\w)" if parts[0][0].isalnum() else ""
    after = r"(?!\w)" if parts[-1][-1].isalnum() else ""
    yield from (found.span() for found in re.finditer(f"{before}{pattern}{after}", text))


def spans_of(marks: Iterable[Mark], text: str) -> frozenset[Span]:
    """The places of all `marks` in `text`; MarkMissing for the first that stands nowhere."""
    spans: set[Span] = set()
    for mark in marks:
        places = [Span(start, end, mark.kind) for start, end in places_of(mark.words, text)]
        if not places:
            raise MarkMissing(mark)
        spans.update(places)
    return frozenset(spans)


def without(
    text: str, spans: Iterable[Span], kinds: frozenset[str], says: str = HIDDEN
) -> tuple[str, frozenset[Span]]:
    """`text` and its marks for a reader who does not need passages of `kinds`: each `says` that it is hidden.

    What is hidden leaves the text here, so that no page, print, search or program gets it by accident.
    """
    every = sorted(spans)
    kept, pieces, length, marks = 0, [], 0, []
    for start, end in _stretches(one for one in every if one.kind in kinds):
        pieces.append(text[kept:start])
        length += start - kept
        marks += [
            Span(length, length + len(says), one.kind)
            for one in every
            if one.kind in kinds and one.start < end and one.end > start
        ]
        pieces.append(says)
        length += len(says)
        kept = end
    pieces.append(text[kept:])
    hidden = list(_stretches(one for one in every if one.kind in kinds))
    for one in every:
        if one.kind not in kinds:
            marks += _moved_marks(one, hidden, len(says))
    return "".join(pieces), frozenset(marks)


def _stretches(spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """Where any of `spans` stands, in order, those that touch as one."""
    begun: tuple[int, int] | None = None
    for one in sorted(spans):
        if begun and one.start <= begun[1]:
            begun = (begun[0], max(begun[1], one.end))
        else:
            if begun:
                yield begun
            begun = (one.start, one.end)
    if begun:
        yield begun


def _moved_marks(span: Span, hidden: list[tuple[int, int]], length: int) -> Iterator[Span]:
    """What is left of a mark, in the places of the text in which `hidden` is replaced by `length`."""
    shift, start = 0, span.start
    for begins, ends in hidden:
        if begins >= span.end:
            break
        if begins > start:
            yield Span(start + shift, begins + shift, span.kind)
        start = max(start, ends)
        shift += length - (ends - begins)
    if start < span.end:
        yield Span(start + shift, span.end + shift, span.kind)


def marks_in(text: str, spans: Iterable[Span]) -> list[Mark]:
    """The words that `spans` of `text` mark, each once, in the order in which they stand there."""
    found = (
        Mark(span.kind, " ".join(text[span.start : span.end].split())) for span in sorted(spans)
    )
    return list(dict.fromkeys(found))


def now_perhaps(mark: Mark, before: str, after: str) -> str:
    """What the words of `mark`, which stood in `before`, may have become in `after`; "" if unknown."""
    place = next(places_of(mark.words, before), None)
    if place is None:
        return ""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    start, end = _moved(place[0], blocks, left=True), _moved(place[1], blocks, left=False)
    found = after[start:end] if end > start else ""
    # Not the half of a word, and not half the note.
    if len(found) > 3 * len(mark.words) + 20:
        return ""
    return " ".join(found.split())


def marked(text: str, spans: Iterable[Span]) -> list[list[Piece]]:
    """`text` in paragraphs, each in pieces that are marked alike."""
    every = sorted(spans)
    paragraphs, begins = [], 0
    for gap in [*PARAGRAPHS.finditer(text), None]:
        ends = gap.start() if gap else len(text)
        pieces = list(_pieces(text, begins, ends, every))
        if any(piece.text.strip() for piece in pieces):
            paragraphs.append(pieces)
        begins = gap.end() if gap else ends
    return paragraphs


def _pieces(text: str, begins: int, ends: int, spans: list[Span]) -> Iterator[Piece]:
    inside = [span for span in spans if span.start < ends and span.end > begins]
    cuts = {begins, ends}
    for span in inside:
        cuts |= {max(span.start, begins), min(span.end, ends)}
    places = sorted(cuts)
    for start, end in pairwise(places):
        kinds = {span.kind for span in inside if span.start <= start and span.end >= end}
        yield Piece(text[start:end], tuple(sorted(kinds)))


def _moved(place: int, blocks: Iterable[tuple[int, int, int]], *, left: bool) -> int:
    """Where a place of the old text lies in the new one: at the edge of what stayed."""
    moved = 0
    for old, new, size in blocks:
        if old <= place <= old + size:
            inside = place < old + size if left else place > old
            if inside or size == 0:
                return new + place - old
        if old + size <= place:
            moved = new + size
        elif not left:
            return new
    return moved
