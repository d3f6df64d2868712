"""A release as a file: CSV, a spreadsheet, and a PDF for trustees and funders."""

import io
from collections.abc import Iterator

from django.template.loader import render_to_string
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from core.csv import csv_text, guarded
from core.organisation import ORGANISATION
from core.pdf.merge import merge, to_bytes
from core.pdf.parts import Chunk
from core.pdf.press import Press
from core.pdf.stamp import Margin, page_x_of_n, stamp
from planning.figures import HIDDEN, ROUNDED_TO, Figures, Measure
from planning.models import Release

WIDTH = 18  # characters
ROUNDED = f"Each figure is rounded to the nearest {ROUNDED_TO}, so they need not add up."


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
    """A sheet for each measure, with its definition above its tables."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    figures = _figures(release, rounded=rounded)
    for measure in figures.measures:
        sheet = book.create_sheet(measure.title[:31])
        sheet.append([f"{measure.title}, {release}"])
        sheet["A1"].font = Font(bold=True, size=14)
        sheet.append([measure.says])
        sheet["A2"].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions["A"].width = 2 * WIDTH
        for row in _of_sheet(measure, figures):
            sheet.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def as_pdf(release: Release, *, rounded: bool = False) -> bytes:
    """The release as a tagged PDF, the same whenever it is printed."""
    at = release.made
    figures = _figures(release, rounded=rounded)
    context = {"organisation": ORGANISATION, "release": release, "figures": figures}
    css = render_to_string("pdf/pack.css", context)
    html = render_to_string("pdf/figures.html", context)
    with Press(css=css, processes=1) as press:
        parts = press.render([Chunk(key="figures", html=html)])
    pdf = merge(parts, title=f"Figures of {release.quarter}", at=at, author=ORGANISATION.name)
    stamp(
        pdf,
        head=Margin(left=ORGANISATION.name),
        foot=Margin(left=f"Figures of {release}", right=page_x_of_n),
    )
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


def _of_sheet(measure: Measure, figures: Figures) -> Iterator[list[str | int]]:
    threshold = figures.threshold
    if figures.is_rounded:
        yield [ROUNDED]
    yield [f"{HIDDEN}: fewer than {threshold}, or hidden so that none of those can be worked out."]
    for table in measure.tables:
        shown = table.shown
        yield []
        yield [table.title]
        if shown.is_withheld:
            yield [f"Fewer than {threshold} in all."]
            continue
        yield [guarded(heading) for heading in table.headings]
        for line, cells, total in zip(shown.lines, shown.cells, shown.line_totals, strict=True):
            printed = [HIDDEN if value is None else value for value in cells]
            yield [guarded(line), *printed, total]
        yield ["Together", *shown.column_totals, shown.total or 0]
