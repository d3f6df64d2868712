"""One table of figures as everybody may read it, and as it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from planning.protection import Shown

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

    def rounded(self) -> "Table":
        """The same table, each figure to the nearest five by itself."""
        return replace(self, shown=_rounded(self.shown))

    def value(self, line: str, column: str | None = None) -> int | None:
        """What stands at `line` and `column`, or the total of `line`; None where that is not shown by itself."""
        shown = self.shown
        if line not in shown.lines:
            return None
        at = shown.lines.index(line)
        if column is None:
            return shown.line_totals[at]
        return shown.cells[at][shown.columns.index(column)] if column in shown.columns else None


def read_table(kept: Mapping[str, Any]) -> Table:
    """A table that was kept as JSON."""
    return Table(**{**kept, "shown": _shown(kept["shown"])})


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
