"""Pictures of figures, drawn by the server as SVG: lines, bars, stacked bars, small multiples.

A chart here is only data: where its lines, marks, bars and words stand. `components/chart.html` writes it
down, so nothing is fetched from anybody and the page needs no script (features.md P39, P8).

Everybody can read it. The figures stand in a table behind the picture and in a sentence for whoever hears
the page; series differ by shape, dash or pattern as well as by colour; forced colours and paper keep
them apart. Places across are in per cent and heights in pixels, so that words keep their size from 320
pixels up and only the picture between them widens.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil, floor, log10

from core.dates import MONTHS, plain

MOST_SERIES = 6  # more lines in one picture cannot be told apart: use small_multiples
FEW_POINTS = 8  # up to here each point of a single line says its value
PLOT_LEFT, PLOT_RIGHT = 12.0, 94.0  # per cent; the scale's numbers stand left of it
PLOT_TOP, PLOT_HEIGHT, LABELS_AT = 30, 200, 254  # pixels from the top
BAR_LONGEST = 80.0  # per cent; its value is written after it
BAR_HEIGHT, BAR_ROW = 20, 56
LONGEST_LABEL = 38  # characters that a telephone has room for; the table has all of them
NEAR_ON_A_TELEPHONE, NEAR = 30.0, 12.0  # per cent between two labels below the picture

MARKS = (
    "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z",  # circle
    "M-5 -5h10v10h-10z",  # square
    "M0 -6.5L6 5H-6z",  # triangle
    "M0 -7L7 0L0 7L-7 0z",  # diamond
    "M0 6.5L6 -5H-6z",  # triangle on its point
    "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z",  # cross
)

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


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one value: a shape of its series around a place."""

    x: str
    y: str
    number: int

    @property
    def shape(self) -> str:
        return MARKS[self.number - 1]


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar, or a part of a stacked one."""

    x: str
    y: str
    width: str
    height: int
    number: int


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
    def patterns(self) -> tuple[int, ...]:
        """The patterns that its bars are filled with."""
        return tuple(sorted({bar.number for bar in self.bars}))


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """The same picture for each of several series, side by side and on one scale."""

    title: str
    charts: tuple[Chart, ...]


def line_chart(
    *,
    key: str,
    title: str,
    labels: Sequence[Label],
    series: Sequence[Series],
    unit: str = "",
    scale: Scale = WHATEVER_FITS,
) -> Chart:
    """How values went up and down. Labels that are days stand apart as the days do."""
    _check(labels, series)
    values = [value for one in series for value in one.values if value is not None]
    if not values:
        return _nothing(key, title)
    steps = _steps(values, scale)
    across = _across(labels)
    up = _upwards(steps)
    lines = [Line("0%", up(step), "100%", up(step)) for step in steps]
    marks: list[Mark] = []
    words = [Words("0%", _pixels(float(up(step)) - 6), _number(step)) for step in steps]
    for number, one in enumerate(series, 1):
        points = list(zip(across, one.values, strict=True))
        lines += [
            Line(_percent(x1), up(v1), _percent(x2), up(v2), number)
            for (x1, v1), (x2, v2) in pairwise(points)
            if v1 is not None and v2 is not None
        ]
        marks += [Mark(_percent(x), up(v), number) for x, v in points if v is not None]
    if len(series) == 1 and len(labels) <= FEW_POINTS:
        words += _values(across, series[0], up)
    words += _below(across, [_short(label) for label in labels])
    return Chart(
        key=key,
        title=title,
        told=" ".join(_told_line(labels, one, unit) for one in series),
        height=LABELS_AT + 8,
        columns=("", *(one.name for one in series)),
        rows=_rows(labels, series, unit),
        lines=tuple(lines),
        marks=tuple(marks),
        words=tuple(words),
        legend=_legend(series),
        high_words=f"{_number(steps[-1])}: {scale.high_words}" if scale.high_words else "",
        low_words=f"{_number(steps[0])}: {scale.low_words}" if scale.low_words else "",
    )


def bar_chart(
    *, key: str, title: str, labels: Sequence[Label], values: Sequence[Figure], unit: str = ""
) -> Chart:
    """How much there is of each: one bar below the other, the name above and the value after it."""
    return stacked_bar_chart(
        key=key, title=title, labels=labels, series=[Series("", values)], unit=unit
    )


def stacked_bar_chart(
    *, key: str, title: str, labels: Sequence[Label], series: Sequence[Series], unit: str = ""
) -> Chart:
    """How much there is of each, and of what it is made up; the sum stands after the bar."""
    _check(labels, series)
    if any(value is not None and value < 0 for one in series for value in one.values):
        raise ValueError("A bar cannot be shorter than nothing: draw a line chart instead.")
    sums = [sum(one.values[place] or 0 for one in series) for place in range(len(labels))]
    if not any(sums):
        return _nothing(key, title)
    longest = max(sums)
    bars, words = [], []
    for place, label in enumerate(labels):
        top = place * BAR_ROW
        words.append(Words("0%", _pixels(top + 18), _short(label)))
        reached = 0.0
        for number, one in enumerate(series, 1):
            length = (one.values[place] or 0) / longest * BAR_LONGEST
            if length:
                x, width = _percent(reached), _percent(length)
                bars.append(Bar(x, _pixels(top + 26), width, BAR_HEIGHT, number))
            reached += length
        after = Words(_percent(reached + 1.5), _pixels(top + 41), _number(sums[place]), strong=True)
        words.append(after)
    stacked = len(series) > 1
    return Chart(
        key=key,
        title=title,
        told=_told_bars(labels, sums, unit),
        height=len(labels) * BAR_ROW,
        columns=("", *(one.name or _capital(unit) or "How many" for one in series))
        + (("Together",) if stacked else ()),
        rows=tuple(
            (*row, _with_unit(total, unit)) if stacked else row
            for row, total in zip(_rows(labels, series, unit), sums, strict=True)
        ),
        bars=tuple(bars),
        words=tuple(words),
        legend=_legend(series),
    )


def small_multiples(
    *,
    key: str,
    title: str,
    labels: Sequence[Label],
    series: Sequence[Series],
    unit: str = "",
    scale: Scale = WHATEVER_FITS,
) -> SmallMultiples:
    """A line chart for each series, on one scale: as many as one likes."""
    values = [value for one in series for value in one.values if value is not None]
    if values:
        steps = _steps(values, scale)
        scale = Scale(steps[0], steps[-1], scale.low_words, scale.high_words)
    charts = (
        line_chart(
            key=f"{key}-{number}",
            title=one.name,
            labels=labels,
            series=[one],
            unit=unit,
            scale=scale,
        )
        for number, one in enumerate(series, 1)
    )
    return SmallMultiples(title=title, charts=tuple(charts))


# --- Where things stand -----------------------------------------------------------------------------


def _check(labels: Sequence[Label], series: Sequence[Series]) -> None:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"A picture holds 1 to {MOST_SERIES} series, not {len(series)}.")
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("Each series has one value for each label, or None.")


def _steps(values: Iterable[Figure], scale: Scale) -> list[float]:
    """The values at which a line is drawn across, from the lowest to the highest: some four or five."""
    values = list(values)
    low = min(0, *values) if scale.lowest is None else min(scale.lowest, *values)
    high = max(values) if scale.highest is None else max(scale.highest, *values)
    if high <= low:
        high = low + 1
    step = _round_step((high - low) / 4)
    first = floor(low / step) if scale.lowest is None or low < scale.lowest else low / step
    count = ceil((high - first * step) / step - 1e-9)
    steps = [round((first + each) * step, 10) for each in range(count + 1)]
    if scale.highest is not None and steps[-1] > high:
        # The end of a scale that was given stays its end: no line stands above the best answer.
        steps[-1] = high
    return steps


def _round_step(wanted: float) -> float:
    """The nearest of 1, 2, 5, 10, 20 … that is not smaller."""
    unit = 10.0 ** floor(log10(wanted))
    return next(unit * each for each in (1, 2, 5, 10) if unit * each >= wanted - 1e-9)


def _across(labels: Sequence[Label]) -> list[float]:
    """Where each label stands, in per cent: days in proportion to time, others evenly."""
    days = [label.toordinal() for label in labels if isinstance(label, date)]
    places = days if len(days) == len(labels) else list(range(len(labels)))
    first, last = min(places), max(places)
    if first == last:
        return [(PLOT_LEFT + PLOT_RIGHT) / 2] * len(places)
    width = PLOT_RIGHT - PLOT_LEFT
    return [PLOT_LEFT + width * (place - first) / (last - first) for place in places]


def _upwards(steps: Sequence[float]) -> Callable[[Figure], str]:
    """How far down a value stands, in pixels from the top."""
    low, high = steps[0], steps[-1]

    def place(value: Figure) -> str:
        return _pixels(PLOT_TOP + PLOT_HEIGHT * (high - value) / (high - low))

    return place


def _values(across: Sequence[float], one: Series, up: Callable[[Figure], str]) -> Iterable[Words]:
    """The value above each mark. A mark too near the one before keeps silent on a telephone."""
    before = -100.0
    for x, value in zip(across, one.values, strict=True):
        if value is None:
            continue
        near = x - before < NEAR
        y = _pixels(float(up(value)) - 11)
        yield Words(_percent(x), y, _number(value), "middle", wide_only=near, strong=True)
        before = before if near else x


def _below(across: Sequence[float], labels: Sequence[str]) -> Iterable[Words]:
    """The labels below the picture: first and last always, between them those that have room."""
    last, y = len(labels) - 1, LABELS_AT
    shown, shown_on_a_telephone = across[0], across[0]
    for place, (x, text) in enumerate(zip(across, labels, strict=True)):
        if place == last and last > 0:
            yield Words("100%", _pixels(y), text, "end")
        elif place == 0:
            yield Words(_percent(x), _pixels(y), text, "middle")
        elif x - shown >= NEAR and across[last] - x >= NEAR:
            shown = x
            room = x - shown_on_a_telephone >= NEAR_ON_A_TELEPHONE
            room = room and across[last] - x >= NEAR_ON_A_TELEPHONE
            shown_on_a_telephone = x if room else shown_on_a_telephone
            yield Words(_percent(x), _pixels(y), text, "middle", wide_only=not room)


# --- In words ---------------------------------------------------------------------------------------


def _told_line(labels: Sequence[Label], one: Series, unit: str) -> str:
    """A line as a sentence: every value where they are few, else the ends and the extremes."""
    known = [
        (_long(label), value)
        for label, value in zip(labels, one.values, strict=True)
        if value is not None
    ]
    name = f"{one.name}: " if one.name else ""
    if not known:
        return f"{name}nothing recorded."
    if len(known) <= FEW_POINTS:
        said = [f"{_with_unit(value, unit)} ({label})" for label, value in known]
        return f"{name}{', then '.join(said)}."
    lowest = min(known, key=lambda each: each[1])
    highest = max(known, key=lambda each: each[1])
    told = (("from", known[0]), ("to", known[-1]), ("lowest", lowest), ("highest", highest))
    return name + ", ".join(f"{w} {_with_unit(v, unit)} ({at})" for w, (at, v) in told) + "."


def _told_bars(labels: Sequence[Label], sums: Sequence[Figure], unit: str) -> str:
    return (
        ", ".join(
            f"{_long(label)}: {_with_unit(total, unit)}"
            for label, total in zip(labels, sums, strict=True)
        )
        + "."
    )


def _rows(
    labels: Sequence[Label], series: Sequence[Series], unit: str
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (_long(label), *(_with_unit(one.values[place], unit) for one in series))
        for place, label in enumerate(labels)
    )


def _legend(series: Sequence[Series]) -> tuple[Key, ...]:
    """What is what; a single series needs no legend, the title names it."""
    if len(series) == 1:
        return ()
    return tuple(Key(one.name, number) for number, one in enumerate(series, 1))


def _nothing(key: str, title: str) -> Chart:
    return Chart(key, title, "Nothing recorded yet.", 0, (), ())


def _long(label: Label) -> str:
    return plain(label) if isinstance(label, date) else label


def _short(label: Label) -> str:
    if not isinstance(label, date):
        return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    return f"{label.day} {MONTHS[label.month - 1][:3]} {label.year % 100:02d}"


def _number(value: Figure) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _with_unit(value: Figure | None, unit: str) -> str:
    if value is None:
        return "Not recorded"
    return f"{_number(value)}{'' if unit in {'', '%'} else ' '}{unit}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _percent(value: float) -> str:
    return f"{value:.2f}%"


def _pixels(value: float) -> str:
    return f"{value:.1f}"
