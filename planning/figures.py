"""The figures of a quarter as everybody may read them, and as they are kept: one object for every output."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from planning.measures import Measured
from planning.protection import Shown, protect, protect_again

HIDDEN = "*"
ROUNDED_TO = 5


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown of a measure, with nobody in it."""

    key: str
    title: str
    shown: Shown
    lines_are: str = "Service"

    @property
    def rows(self) -> list[list[str]]:
        """Its lines as words, with a line of totals; hidden figures are an asterisk."""
        shown = self.shown
        lines = zip(shown.lines, shown.cells, shown.line_totals, strict=True)
        rows = [[name, *map(_word, cells), f"{total:,}"] for name, cells, total in lines]
        totals = [f"{one:,}" for one in (*shown.column_totals, shown.total or 0)]
        return [*rows, ["Together", *totals]]

    @property
    def headings(self) -> list[str]:
        """What stands above its columns."""
        return [self.lines_are, *self.shown.columns, "Together"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with its definition and its tables. `stands`: as first released, see `correct`."""

    key: str
    title: str
    says: str
    tables: tuple[Table, ...]
    stands: bool = False

    @property
    def is_withheld(self) -> bool:
        return self.tables[0].shown.is_withheld

    @property
    def total(self) -> int | None:
        return self.tables[0].shown.total


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one quarter."""

    threshold: int
    measures: tuple[Measure, ...]
    is_rounded: bool = False

    def rounded(self) -> "Figures":
        """The same figures, each to the nearest five by itself, so that they need not add up."""
        return replace(
            self,
            is_rounded=True,
            measures=tuple(
                replace(
                    measure,
                    tables=tuple(
                        replace(table, shown=_rounded(table.shown)) for table in measure.tables
                    ),
                )
                for measure in self.measures
            ),
        )

    def kept(self) -> dict[str, Any]:
        """As JSON: what `read` reads. It is never rounded: that is for whoever takes them out."""
        return {"threshold": self.threshold, "measures": [asdict(one) for one in self.measures]}


def read(kept: dict[str, Any]) -> Figures:
    """The figures that were kept as JSON."""
    return Figures(
        kept["threshold"],
        tuple(
            Measure(
                **{
                    **measure,
                    "tables": tuple(
                        Table(**{**table, "shown": _shown(table["shown"])})
                        for table in measure["tables"]
                    ),
                }
            )
            for measure in kept["measures"]
        ),
    )


def publish(measured: Sequence[Measured], *, threshold: int) -> Figures:
    """The first figures of a quarter."""
    return Figures(
        threshold,
        tuple(
            _measure(
                one,
                [
                    protect(part.counts, lines=one.lines, columns=part.columns, threshold=threshold)
                    for part in one.breakdowns
                ],
            )
            for one in measured
        ),
    )


def correct(measured: Sequence[Measured], *, earlier: Sequence[Figures]) -> Figures:
    """Figures of the same quarter counted again; a measure that would give somebody away, or a
    question that is not asked any more, stands as it was.
    """
    threshold = earlier[0].threshold
    found = {one.definition.key: one for one in measured}
    return Figures(
        threshold,
        tuple(
            _again(found[newest.key], [_of(figures, newest.key) for figures in earlier], threshold)
            if newest.key in found
            else replace(newest, stands=True)
            for newest in earlier[-1].measures
        ),
    )


def _again(measured: Measured, earlier: list[Measure], threshold: int) -> Measure:
    tables = []
    # What is counted by since then is not added: a version shows the same places as the first.
    known = {table.key for table in earlier[0].tables}
    parts = tuple(part for part in measured.breakdowns if part.key in known)
    measured = replace(measured, breakdowns=parts)
    for place, part in enumerate(parts):
        before = [measure.tables[place].shown for measure in earlier]
        table = protect_again(part.counts, earlier=before, threshold=threshold)
        if table is None:
            return replace(earlier[-1], stands=True)
        tables.append(table)
    return replace(_measure(measured, tables), says=earlier[0].says)


def _of(figures: Figures, key: str) -> Measure:
    return next(one for one in figures.measures if one.key == key)


def _measure(measured: Measured, shown: Sequence[Shown]) -> Measure:
    definition = measured.definition
    return Measure(
        key=definition.key,
        title=definition.title,
        says=definition.says,
        tables=tuple(
            Table(part.key, part.title, one, definition.lines_are)
            for part, one in zip(measured.breakdowns, shown, strict=True)
        ),
    )


def _shown(kept: dict[str, Any]) -> Shown:
    return Shown(
        lines=tuple(kept["lines"]),
        columns=tuple(kept["columns"]),
        cells=tuple(tuple(cells) for cells in kept["cells"]),
        line_totals=tuple(kept["line_totals"]),
        column_totals=tuple(kept["column_totals"]),
        total=kept["total"],
    )


def _rounded(shown: Shown) -> Shown:
    return Shown(
        lines=shown.lines,
        columns=shown.columns,
        cells=tuple(tuple(map(_nearest, cells)) for cells in shown.cells),
        line_totals=tuple(_nearest(one) or 0 for one in shown.line_totals),
        column_totals=tuple(_nearest(one) or 0 for one in shown.column_totals),
        total=_nearest(shown.total),
    )


def _nearest(value: int | None) -> int | None:
    return None if value is None else (value + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def _word(value: int | None) -> str:
    return HIDDEN if value is None else f"{value:,}"
