"""Sheets as an Office Open XML workbook."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from core.spreadsheets.sheets import Sheet, named

FIRST_WIDTH, WIDTH = 36, 18  # characters
BOLD = Font(bold=True)


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    for name, sheet in named(sheets):
        page = book.create_sheet(name)
        page.sheet_format.defaultColWidth = WIDTH
        page.column_dimensions["A"].width = FIRST_WIDTH
        for number, row in enumerate(sheet.rows, 1):
            for across, value in enumerate(row.printed, 1):
                cell = page.cell(number, across)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"
                if row.is_heading:
                    cell.font = BOLD
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
