"""What a picture is made of: lines, bars, marks and words, each where it stands. Plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST_SERIES = 6  # more lines in one picture cannot be told apart: use small_multiples

MARKS = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",  # circle
    "M-5 -5h10v10h-10z",  # square
    "M0 -6.5L6 5H-6z",  # triangle
    "M0 -7L7 0L0 7L-7 0z",  # diamond
    "M0 6.5L6 -5H-6z",  # triangle on its point
    "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",  # cross
)

# Eyes of every sort tell these apart, and each is at least 3 to 1 on white; marks, dashes and patterns say the same again.
COLOURS = ("#12436d", "#1d7a72", "#801650", "#c74d0e", "#3d3d3d", "#7a5cb0")
DASHES = ("none", "8 4", "2 4", "12 3 2 3", "6 6", "16 4")
SCALE_COLOUR = "#b1b4b6"

type Label = str | date
type Figure = int | float


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one kind of bar: its name and a value for each label; None where there is none."""

    name: str
    values: Sequence[Figure | None]


@dataclass(frozen=True, slots=True)
class Scale:
    """From where to where a picture counts, with what the two ends mean in words.

    What is left out is chosen from the values: from nought, to a round number above the highest.
    """

    lowest: Figure | None = None
    highest: Figure | None = None
    low_words: str = ""
    high_words: str = ""


WHATEVER_FITS = Scale()


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line from one place to another. `number` is the series, 0 for the scale."""

    x1: str
    y1: str
    x2: str
    y2: str
    number: int = 0

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1] if self.number else SCALE_COLOUR

    @property
    def dash(self) -> str:
        return DASHES[self.number - 1] if self.number else "none"


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one value: a shape of its series around a place."""

    x: str
    y: str
    number: int

    @property
    def shape(self) -> str:
        return MARKS[self.number - 1]

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, or a part of a stacked one."""

    x: str
    y: str
    width: str
    height: int
    number: int

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1]


@dataclass(frozen=True, slots=True)
class Words:
    """Words in the picture. `anchor` is where they hang: start, middle or end.

    `wide_only` words would run into others where the picture is narrow; the table has them.
    """

    x: str
    y: str
    text: str
    anchor: str = "start"
    wide_only: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Key:
    """What a shape or pattern stands for."""

    name: str
    number: int

    @property
    def shape(self) -> str:
        return MARKS[self.number - 1]

    @property
    def colour(self) -> str:
        return COLOURS[self.number - 1]

    @property
    def dash(self) -> str:
        return DASHES[self.number - 1]


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished picture: what to draw, the sentence that tells it, and the table behind it.

    `key` is a word that no other chart on the page has.
    """

    key: str
    title: str
    told: str
    height: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()
    words: tuple[Words, ...] = ()
    legend: tuple[Key, ...] = ()
    high_words: str = ""
    low_words: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def table_words(self) -> str:
        """What the table behind the picture is called: charts on one page are told apart."""
        return f"The figures as a table: {self.title}"

    @property
    def patterns(self) -> tuple[tuple[int, str], ...]:
        """The patterns that its bars are filled with, each with its colour; the first series is plain."""
        return tuple(sorted({(bar.number, bar.colour) for bar in self.bars if bar.number > 1}))


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """The same picture for each of several series, side by side and on one scale."""

    title: str
    charts: tuple[Chart, ...]
