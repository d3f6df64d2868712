"""What goes into a press and what comes out of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A printer starts faster without what reads.
    from core.pdf.reading import Reading

KEY = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")


class ChunkFailed(Exception):
    """One chunk could not be printed, so nothing was: a pack with a hole in it must not exist.

    `reason` never repeats words of the chunk: it may be shown, logged and kept.
    """

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key = key
        self.reason = reason

    def __str__(self) -> str:
        return f"The part “{self.key}” could not be printed: {self.reason}."


class MergeFailed(Exception):
    """The parts do not make one document: a link leads nowhere, or two parts have one name."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One complete HTML document, with its own title and `lang`, printed by itself.

    `key` names it in errors, in links and inside the PDF, so it must not name a person. A link to
    another chunk is `href="chunk:KEY#ID"`; `chunk:KEY#~3` is the fourth heading of that chunk and
    `chunk:KEY#~` its first page. A picture given here is shown by `src="asset:NAME"`.
    """

    key: str
    html: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ValueError(f"{self.key!r} is not a key: small letters, digits, dots and hyphens")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as the bookmarks show it. `page` counts from 1 within its part.

    `top` is how far up the page it stands, in points from the bottom.
    """

    title: str
    level: int
    page: int
    top: float


@dataclass(frozen=True, slots=True)
class Part:
    """A printed chunk: a tagged PDF, which can be kept and merged again without printing.

    `refused` lists what its HTML tried to open from the network or the disk, and did not get; `reading` is what
    was read off its pages when they were printed, if that was kept. `legible` numbers the pages that are pictures
    and show nothing but letters, all of which stand on them as text as well. `has_boxes`: some letter is in no font on
    this machine; it is drawn as an empty box, and stands there as text all the same.
    """

    key: str
    pdf: bytes
    pages: int
    headings: tuple[Heading, ...] = ()
    refused: tuple[str, ...] = ()
    reading: "Reading | None" = None
    legible: tuple[int, ...] = ()
    has_boxes: bool = False
