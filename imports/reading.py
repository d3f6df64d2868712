"""A spreadsheet as rows of text, whatever program saved it. Nothing in the file is run or believed.

CSV in UTF-8 (with or without a mark at the beginning), UTF-16 with one, or cp1252 as Excel writes it; XLSX
read row by row. What cannot be read is refused with a sentence.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_UNPACKED = 150 * 1024 * 1024  # bytes of everything inside an XLSX
MOST_PARTS = 2_000
LONGEST_CELL = 50_000
ZIP, OLD_EXCEL, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
# What stands where a cell cannot be taken as it is; the row says so.
FORMULA = "\x01formula"
FAULT = "\x01fault"

# What the library raises for files that are not what they say.
BREAKS_A_READER = (
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    OSError,
    AttributeError,
    IndexError,
    SyntaxError,
)


class Unreadable(Exception):
    """The file cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file with the number that the spreadsheet shows beside it."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings and the rows below them; rows that are empty are left out."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]
    encoding: str


def read_sheet(content: bytes) -> Sheet:
    """Read the first sheet of a file. Raises Unreadable."""
    if not content.strip(b"\x00\r\n\t "):
        raise Unreadable("The file is empty.")
    if len(content) > MOST_BYTES:
        raise Unreadable(
            f"The file is larger than {MOST_BYTES // 1024 // 1024} megabytes. Split it into several."
        )
    if content.startswith(OLD_EXCEL):
        raise Unreadable(
            "This is an old or an encrypted Excel file. Open it, take off the password, and save it as "
            ".xlsx or as CSV."
        )
    if content.startswith(PDF):
        raise Unreadable("This is a PDF. Save the table as .xlsx or as CSV.")
    if content.startswith(ZIP):
        rows, encoding = _xlsx(content), "xlsx"
    else:
        text, encoding = _decoded(content)
        rows = _csv(text)
    return _sheet(rows, encoding)


def _sheet(rows: Iterator[tuple[int, tuple[str, ...]]], encoding: str) -> Sheet:
    headings: tuple[str, ...] = ()
    lines: list[Line] = []
    for number, cells in rows:
        if not any(cells):
            continue
        if not headings:
            headings = _trimmed(cells)
            if len(headings) > MOST_COLUMNS:
                raise Unreadable(f"The file has more than {MOST_COLUMNS} columns.")
            continue
        if len(lines) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it into several.")
        whole = (*cells, *("" for _ in headings))[: max(len(headings), len(_trimmed(cells)))]
        if any(len(cell) > LONGEST_CELL for cell in whole):
            raise Unreadable(f"Row {number} has a cell of more than {LONGEST_CELL:,} characters.")
        lines.append(Line(number, whole))
    if not lines:
        raise Unreadable("There are no rows below the headings.")
    return Sheet(headings, tuple(lines), encoding)


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise Unreadable(
        "This is not a table: save it from your spreadsheet program as .xlsx or as CSV."
    )


def _csv(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1
        ):
            yield number, tuple(_typed(cell) for cell in row)
    except csv.Error as error:
        raise Unreadable(
            f"The file is no proper CSV ({error}). Save it again, or as .xlsx."
        ) from None


def _typed(cell: str) -> str:
    words = cell.strip()
    if words.startswith("="):
        return FORMULA
    # What our own exports put before a cell that looks like a formula.
    return words[1:] if words.startswith("'") and words[1:2] in "=+-@" else words


def _xlsx(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    _check_zip(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield from _first_sheet(content)
    except BREAKS_A_READER as error:
        raise Unreadable(
            "The file cannot be read as a spreadsheet. Open it in your spreadsheet program and save it "
            "again as .xlsx or as CSV."
        ) from error


def _first_sheet(content: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
    if sheet is None:
        raise Unreadable("The file has no sheet that can be seen.")
    # What the file says of its own size need not be true.
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(), 1):
        if number > MOST_ROWS * 5:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it into several.")
        if len(row) > MOST_COLUMNS * 10:
            raise Unreadable(f"The file has more than {MOST_COLUMNS} columns.")
        yield number, tuple(_cell(cell) for cell in row)


def _check_zip(content: bytes) -> None:
    """Refuse a file that is small outside and huge inside, before any of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except zipfile.BadZipFile:
        raise Unreadable(
            "The file is damaged. Save it again from your spreadsheet program."
        ) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable(
            "This is a packed file, but no Excel workbook. Save the table as .xlsx or as CSV."
        )
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(
            "The file unpacks to far more than it seems to hold, so it was not opened. Save only the "
            "sheet you need, as CSV."
        )


def _cell(cell: Any) -> str:
    """One cell as text: a date with its year first, a whole number without a point."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    if kind == "f" or (isinstance(value, str) and value.startswith("=")):
        return FORMULA
    if kind == "e":
        return FAULT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return (
            value.strftime("%Y-%m-%d")
            if value.time() == time()
            else value.strftime("%Y-%m-%d %H:%M")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value).strip()
