"""A page of somebody else's file on its way to be one of ours: where what is seen lies, and what is withheld."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from core.pdf.parts import Part

SHORT, LONG = 595.28, 841.89  # A4 in points
SIDE, TOP, BOTTOM = 51.0, 62.0, 62.0  # what the margins of our pages take
THOUSAND = 1000


class NotCopied(Exception):
    """The file cannot be read as pages: it is damaged or locked."""


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page, in thousandths of what is seen of it, from its upper left corner."""

    page: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page of ours, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    def touches(self, other: "Box") -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def around(self, other: "Box") -> "Box":
        return Box(
            min(self.left, other.left),
            min(self.bottom, other.bottom),
            max(self.right, other.right),
            max(self.top, other.top),
        )

    def wider(self, room: float) -> "Box":
        return Box(self.left - room, self.bottom - room, self.right + room, self.top + room)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it stands on a page; not `is_seen` where nobody who looks at the page sees it."""

    sign: str
    box: Box
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands on a page; `line` counts the breaks before it."""

    sign: str
    box: Box
    line: int
    is_seen: bool = True


@dataclass(slots=True)
class Sheet:
    """One page on its way: where what is seen lies on ours, its letters, and what of it is withheld.

    `legible` where it was drawn as a picture although a program reads all that it shows.
    """

    size: tuple[float, float]
    seen: Box
    letters: list[Letter] = field(default_factory=list)
    painted: list[Box] = field(default_factory=list)
    picture: bytes = b""
    legible: bool = False

    @property
    def text(self) -> str:
        return "".join(letter.sign for letter in self.letters)

    @property
    def seen_text(self) -> str:
        return "".join(letter.sign for letter in self.letters if letter.is_seen)

    @property
    def words(self) -> Iterator[Word]:
        """All words of the page, withheld or not."""
        sign, box, line, is_seen = "", None, 0, True
        for letter in [*self.letters, Letter(" ", Box(0, 0, 0, 0))]:
            if not letter.sign.isspace() and letter.sign != "\x00":
                sign += letter.sign
                box = letter.box if box is None else box.around(letter.box)
                is_seen = is_seen and letter.is_seen
                continue
            if box is not None:
                yield Word(sign, box, line, is_seen)
            sign, box, is_seen = "", None, True
            line += letter.sign in "\r\n"


Find = Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where words to be withheld stood: the number of the words, the page, and from which letter of it to which."""

    words: int
    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copied:
    """The pages as a part, where on them the words to be withheld stood, and the lines under areas.

    `besides` counts what the file holds that stands on no page.
    """

    part: Part
    places: tuple[Place, ...] = ()
    under: tuple[str, ...] = ()
    besides: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """How many pages a file has, and one of them: a picture of what is seen of it, and its words."""

    pages: int
    picture: bytes = b""
    text: str = ""
    besides: tuple[tuple[int, str], ...] = ()


def sheet_of(wide: float, high: float) -> Sheet:
    """An A4 page, lying if what is seen is wider than high, and where on it that goes."""
    size = (LONG, SHORT) if wide > high else (SHORT, LONG)
    room = size[0] - 2 * SIDE, size[1] - TOP - BOTTOM
    scale = min(room[0] / wide, room[1] / high)
    left = SIDE + (room[0] - wide * scale) / 2
    bottom = BOTTOM + (room[1] - high * scale) / 2
    return Sheet(size, Box(left, bottom, left + wide * scale, bottom + high * scale))


def on_sheet(area: Area, sheet: Sheet) -> Box:
    wide, high = sheet.seen.right - sheet.seen.left, sheet.seen.top - sheet.seen.bottom
    return Box(
        sheet.seen.left + wide * area.left / THOUSAND,
        sheet.seen.top - high * area.bottom / THOUSAND,
        sheet.seen.left + wide * area.right / THOUSAND,
        sheet.seen.top - high * area.top / THOUSAND,
    )
