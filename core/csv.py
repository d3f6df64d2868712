"""Tables that leave the software as CSV: a spreadsheet that opens one must not run what somebody typed.

A cell that begins with =, +, -, @, a tab or a carriage return is read by spreadsheet programs as a formula.
Such a cell gets an apostrophe in front, which they show as text; a plain number stays a number.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

BOM = "﻿"  # so that spreadsheet programs read the file as UTF-8
RISKY = re.compile(r"^\s*[=+\-@\t\r＝＋－＠]")
NUMBER = re.compile(r"^-?\d+(\.\d+)?$")


def guarded(value: Any) -> str:
    """The cell as text that no spreadsheet program takes for a formula."""
    text = "" if value is None else str(value)
    text = text.replace("\x00", "")
    return f"'{text}" if RISKY.match(text) and not NUMBER.match(text) else text


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A whole CSV file: the headings, then each of `rows`, every cell guarded."""
    return "".join(csv_lines(headings, rows))


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A CSV file line by line, for one that is sent while it is read."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    yield BOM
    for row in chain((headings,), rows):
        writer.writerow([guarded(cell) for cell in row])
        yield written.getvalue()
        written.seek(0)
        written.truncate()
