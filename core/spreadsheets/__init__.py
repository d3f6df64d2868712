"""Spreadsheets that leave the software, as XLSX and as OpenDocument (ODS), from the same sheets.

Words are guarded as in a CSV file (`core.csv`): no cell is ever a formula, whatever somebody typed.
"""

from core.spreadsheets.ods import as_ods
from core.spreadsheets.sheets import Cell, Row, Sheet
from core.spreadsheets.xlsx import as_xlsx

__all__ = ["Cell", "Row", "Sheet", "as_ods", "as_xlsx"]
