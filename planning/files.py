"""A release as a file: CSV, spreadsheets (XLSX and ODS), and a PDF for trustees and funders."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from core.csv import csv_text
from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp
from core.spreadsheets import Row, Sheet, as_ods, as_xlsx
from planning.figures import Figures, Measure
from planning.models import Release
from planning.pictures import with_pictures
from planning.tables import HIDDEN, ROUNDED_TO, Table

ROUNDED = f"Each figure is rounded to the nearest {ROUNDED_TO}, so they need not add up."
HIDDEN_MEANS = "{}: fewer than {}, or hidden so that none of those can be worked out."
STANDS = "As released before: fewer than {} would show as the difference, or a figure would become small."


def as_csv(release: Release, *, rounded: bool = False) -> str:
    """One line for each figure: which measure, by what, of whom, how many."""
    return csv_text(
        ("Quarter", "Version", "Measure", "Breakdown", "Line", "Column", "Figure"),
        (
            (str(release.quarter), release.version, measure, breakdown, line, column, figure)
            for one in _figures(release, rounded=rounded).measures
            for measure, breakdown, line, column, figure in _flat(one)
        ),
    )


def as_spreadsheet(release: Release, *, rounded: bool = False) -> bytes:
    """The release as XLSX."""
    return as_xlsx(_sheets(release, rounded=rounded))


def as_open_document(release: Release, *, rounded: bool = False) -> bytes:
    """The release as ODS: the same cells."""
    return as_ods(_sheets(release, rounded=rounded))


def as_pdf(release: Release, *, rounded: bool = False) -> bytes:
    """The release as a tagged PDF, the same whenever it is printed."""
    figures = _figures(release, rounded=rounded)
    return printed(
        "pdf/figures.html",
        {"release": release, "figures": figures, "measures": with_pictures(figures)},
        title=f"Figures of {release.quarter}",
        foot=f"Figures of {release}",
        at=release.made,
    )


def printed(
    template: str, context: Mapping[str, Any], *, title: str, foot: str, at: datetime
) -> bytes:
    """A page of figures on paper."""
    context = {**context, "organisation": ORGANISATION}
    css = render_to_string("pdf/pack.css", context)
    html = render_to_string(template, context)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="figures", html=html)])
    pdf = merge(parts, title=title, at=at, author=ORGANISATION.name)
    stamp(pdf, head=Margin(left=ORGANISATION.name), foot=Margin(left=foot, right=page_x_of_n))
    return to_bytes(pdf)


def _figures(release: Release, *, rounded: bool) -> Figures:
    return release.figures.rounded() if rounded else release.figures


def _flat(measure: Measure) -> Iterator[tuple[str, str, str, str, int | str]]:
    for table in measure.tables:
        shown = table.shown
        if shown.is_withheld:
            yield measure.title, table.title, "Together", "Together", HIDDEN
            continue
        for line, cells, total in zip(shown.lines, shown.cells, shown.line_totals, strict=True):
            for column, value in zip(shown.columns, cells, strict=True):
                yield measure.title, table.title, line, column, HIDDEN if value is None else value
            yield measure.title, table.title, line, "Together", total
        for column, total in zip(shown.columns, shown.column_totals, strict=True):
            yield measure.title, table.title, "Together", column, total
        yield measure.title, table.title, "Together", "Together", shown.total or 0


def _sheets(release: Release, *, rounded: bool) -> list[Sheet]:
    """A sheet for each measure, with its definition above its tables."""
    figures = _figures(release, rounded=rounded)
    return [
        Sheet(measure.title, list(_rows(measure, figures, f"{measure.title}, {release}")))
        for measure in figures.measures
    ]


def _rows(measure: Measure, figures: Figures, title: str) -> Iterator[Row]:
    yield Row((title,), is_heading=True)
    yield Row((measure.says,))
    if measure.stands:
        yield Row((STANDS.format(figures.threshold),))
    if figures.is_rounded:
        yield Row((ROUNDED,))
    yield Row((HIDDEN_MEANS.format(HIDDEN, figures.threshold),))
    for table in measure.tables:
        yield Row()
        yield Row((table.title,), is_heading=True)
        yield from table_rows(table, figures.threshold)


def table_rows(table: Table, threshold: int) -> Iterator[Row]:
    """The lines of one table, numbers as numbers."""
    shown = table.shown
    if shown.is_withheld:
        yield Row((f"Fewer than {threshold} in all.",))
        return
    yield Row(table.headings, is_heading=True)
    for line, cells, total in zip(shown.lines, shown.cells, shown.line_totals, strict=True):
        yield Row((line, *(HIDDEN if value is None else value for value in cells), total))
    yield Row(("Together", *shown.column_totals, shown.total or 0))
