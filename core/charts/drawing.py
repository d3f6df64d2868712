"""Drawing: lines, bars, stacked bars, and the same picture side by side."""

from collections.abc import Sequence
from itertools import pairwise

from core.charts import placing, telling
from core.charts.parts import (
    WHATEVER_FITS,
    Bar,
    Chart,
    Figure,
    Label,
    Line,
    Mark,
    Scale,
    Series,
    SmallMultiples,
    Words,
)

BAR_LONGEST = 80.0  # per cent; its value is written after it
BAR_HEIGHT, BAR_ROW = 20, 56


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
    placing.check(labels, series)
    values = [value for one in series for value in one.values if value is not None]
    if not values:
        return telling.nothing(key, title)
    steps = placing.steps(values, scale)
    across = placing.across(labels)
    up = placing.upwards(steps)
    lines = [Line("0%", up(step), "100%", up(step)) for step in steps]
    marks: list[Mark] = []
    words = [
        Words("0%", placing.pixels(float(up(step)) - 6), telling.number(step)) for step in steps
    ]
    for number, one in enumerate(series, 1):
        points = list(zip(across, one.values, strict=True))
        lines += [
            Line(placing.percent(x1), up(v1), placing.percent(x2), up(v2), number)
            for (x1, v1), (x2, v2) in pairwise(points)
            if v1 is not None and v2 is not None
        ]
        marks += [Mark(placing.percent(x), up(v), number) for x, v in points if v is not None]
    if len(series) == 1 and len(labels) <= telling.FEW_POINTS:
        words += placing.values(across, series[0], up)
    words += placing.below(across, [telling.short(label) for label in labels])
    return Chart(
        key=key,
        title=title,
        told=" ".join(telling.told_line(labels, one, unit) for one in series),
        height=placing.LABELS_AT + 8,
        columns=("", *(one.name for one in series)),
        rows=telling.rows(labels, series, unit),
        lines=tuple(lines),
        marks=tuple(marks),
        words=tuple(words),
        legend=telling.legend(series),
        high_words=f"{telling.number(steps[-1])}: {scale.high_words}" if scale.high_words else "",
        low_words=f"{telling.number(steps[0])}: {scale.low_words}" if scale.low_words else "",
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
    placing.check(labels, series)
    if any(value is not None and value < 0 for one in series for value in one.values):
        raise ValueError("A bar cannot be shorter than nothing: draw a line chart instead.")
    sums = [sum(one.values[place] or 0 for one in series) for place in range(len(labels))]
    if not any(sums):
        return telling.nothing(key, title)
    longest = max(sums)
    bars, words = [], []
    for place, label in enumerate(labels):
        top = place * BAR_ROW
        words.append(Words("0%", placing.pixels(top + 18), telling.short(label)))
        reached = 0.0
        for number, one in enumerate(series, 1):
            length = (one.values[place] or 0) / longest * BAR_LONGEST
            if length:
                x, width = placing.percent(reached), placing.percent(length)
                bars.append(Bar(x, placing.pixels(top + 26), width, BAR_HEIGHT, number))
            reached += length
        after = Words(
            placing.percent(reached + 1.5),
            placing.pixels(top + 41),
            telling.number(sums[place]),
            strong=True,
        )
        words.append(after)
    stacked = len(series) > 1
    return Chart(
        key=key,
        title=title,
        told=telling.told_bars(labels, sums, unit),
        height=len(labels) * BAR_ROW,
        columns=("", *(one.name or telling.capital(unit) or "How many" for one in series))
        + (("Together",) if stacked else ()),
        rows=tuple(
            (*row, telling.with_unit(total, unit)) if stacked else row
            for row, total in zip(telling.rows(labels, series, unit), sums, strict=True)
        ),
        bars=tuple(bars),
        words=tuple(words),
        legend=telling.legend(series),
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
        steps = placing.steps(values, scale)
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
