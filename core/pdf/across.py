"""Words that begin on one page of a file and end on another: they stand whole on neither.

What a reader takes out of a page has the margins in it, and the head of a table that goes on: lines that the page
before or after says as well are passed over. A page may lie between that has nothing to do with what goes on.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

# Where one page ends and another begins: a space like others to whoever looks for words.
BREAK = "\x1c"
# What a file writes more than its reader says: spaces between letters, hyphens at the end of a line.
LOOSE = 2
NUMBER = re.compile(r"\d+")


def across(texts: Sequence[str], longest: int) -> Iterator[tuple[int, str]]:
    """The number of each page but the last, and where it ends and what follows begins, for words of up to `longest` letters.

    Whole pages that are shorter than that are in it, and the page after the next instead of the next.
    """
    most = longest * LOOSE
    heads = list(_heads(texts, most))
    tail = ""
    for number, text in enumerate(texts[:-1], 1):
        tail = f"{tail} {text}"[-most:]
        yield number, f"{tail}{BREAK}{heads[number]}"
        if number + 1 < len(texts) and texts[number].strip():
            yield number, f"{text[-most:]}{BREAK}{texts[number + 1][:most]}"


def _heads(texts: Sequence[str], most: int) -> Iterator[str]:
    """How the file goes on from each page."""
    heads, head = [], ""
    for text in reversed(texts):
        head = f"{text} {head}"[:most]
        heads.append(head)
    yield from reversed(heads)


def without_repeated(texts: Sequence[str]) -> list[str]:
    """The `texts` of pages without the lines in which they begin or end as the page beside them does."""
    lines = [text.splitlines() for text in texts]
    first, last = [0] * len(lines), [len(one) for one in lines]
    said = [[NUMBER.sub("0", line.strip()) for line in one] for one in lines]
    for number, (before, after) in enumerate(pairwise(said)):
        in_before, in_after = {"", *before}, {"", *after}
        while last[number] and before[last[number] - 1] in in_after:
            last[number] -= 1
        while first[number + 1] < len(after) and after[first[number + 1]] in in_before:
            first[number + 1] += 1
    return ["\n".join(one[a:b]) for one, a, b in zip(lines, first, last, strict=True)]
