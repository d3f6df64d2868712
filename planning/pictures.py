"""Released figures as pictures, the same on the page and on paper."""

from collections.abc import Sequence

from core.charts import Chart, Series, bar_chart, line_chart
from planning.figures import Figures, Measure
from planning.funder import Report
from planning.tables import Table


def with_pictures(figures: Figures) -> list[tuple[Measure, list[tuple[Table, Chart]]]]:
    """Each measure, and each of its tables with its picture."""
    return [
        (measure, [(table, _totals(measure, table)) for table in measure.tables])
        for measure in figures.measures
    ]


def _totals(measure: Measure, table: Table) -> Chart:
    """The totals by column, which are always shown; the table beside it has the rest."""
    shown = table.shown
    return bar_chart(
        key=f"{measure.key}-{table.key}",
        title=f"{measure.title} {table.title[:1].lower()}{table.title[1:]}",
        labels=shown.columns,
        values=shown.column_totals,
    )


def quarter_by_quarter(found: Sequence[Report]) -> Chart | None:
    """What a funder is shown of the quarters, in the order of time; nothing where all is counted with others."""
    if not any(line.number is not None for one in found for line in one.lines):
        return None
    in_time = found[::-1]
    return line_chart(
        key="reported",
        title="What was counted in each quarter, as far as it is shown",
        labels=[one.release.quarter.short for one in in_time],
        series=[
            Series(title, [one.lines[place].number for one in in_time])
            for place, title in enumerate(line.title for line in in_time[0].lines)
        ],
    )


def beside_what_is_agreed(report: Report) -> Chart | None:
    """What was counted in one quarter, each with what was agreed; nothing where nothing is shown."""
    bars = [
        bar
        for line in report.lines
        if line.number is not None
        for bar in (
            (f"{line.title}{' (or more)' if line.is_least else ''}", line.number),
            (f"{line.title}, agreed", line.agreed),
        )
        if bar[1] is not None
    ]
    if not bars:
        return None
    labels, values = zip(*bars, strict=True)
    return bar_chart(key="reported", title="Counted and agreed", labels=labels, values=values)
