"""A picture in words: the sentence that tells it, and the rows of the table behind it."""

from collections.abc import Sequence
from datetime import date

from core.charts.parts import Chart, Figure, Key, Label, Series
from core.dates import MONTHS, plain

FEW_POINTS = 8  # up to here each point of a single line says its value
LONGEST_LABEL = 38  # characters that a telephone has room for; the table has all of them


def told_line(labels: Sequence[Label], one: Series, unit: str) -> str:
    """A line as a sentence: every value where they are few, else the ends and the extremes."""
    known = [
        (long(label), value)
        for label, value in zip(labels, one.values, strict=True)
        if value is not None
    ]
    name = f"{one.name}: " if one.name else ""
    if not known:
        return f"{name}nothing recorded."
    if len(known) <= FEW_POINTS:
        said = [f"{with_unit(value, unit)} ({label})" for label, value in known]
        return f"{name}{', then '.join(said)}."
    lowest = min(known, key=lambda each: each[1])
    highest = max(known, key=lambda each: each[1])
    told = (("from", known[0]), ("to", known[-1]), ("lowest", lowest), ("highest", highest))
    return name + ", ".join(f"{w} {with_unit(v, unit)} ({at})" for w, (at, v) in told) + "."


def told_bars(labels: Sequence[Label], sums: Sequence[Figure], unit: str) -> str:
    return (
        ", ".join(
            f"{long(label)}: {with_unit(total, unit)}"
            for label, total in zip(labels, sums, strict=True)
        )
        + "."
    )


def rows(
    labels: Sequence[Label], series: Sequence[Series], unit: str
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (long(label), *(with_unit(one.values[place], unit) for one in series))
        for place, label in enumerate(labels)
    )


def legend(series: Sequence[Series]) -> tuple[Key, ...]:
    """What is what; a single series needs no legend, the title names it."""
    if len(series) == 1:
        return ()
    return tuple(Key(one.name, number) for number, one in enumerate(series, 1))


def nothing(key: str, title: str) -> Chart:
    return Chart(key, title, "Nothing recorded yet.", 0, (), ())


def long(label: Label) -> str:
    return plain(label) if isinstance(label, date) else label


def short(label: Label) -> str:
    if not isinstance(label, date):
        return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    return f"{label.day} {MONTHS[label.month - 1][:3]} {label.year % 100:02d}"


def number(value: Figure) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def with_unit(value: Figure | None, unit: str) -> str:
    if value is None:
        return "Not recorded"
    return f"{number(value)}{'' if unit in {'', '%'} else ' '}{unit}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
