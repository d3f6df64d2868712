"""Tables that leave: what somebody typed is never run by a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv import BOM, csv_text, guarded

RUN = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",
        "=HYPERLINK(0)",
    ],
)
def test_a_formula_becomes_text(typed):
    assert guarded(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["Amelia", "O'Neill", "12", "-3", "-3.5", "", "a=b"])
def test_what_is_no_formula_stays_as_it_is(typed):
    assert guarded(typed) == typed


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_cell_that_leaves_is_a_formula_and_each_comes_back(row):
    text = csv_text(["A"], [row])
    assert text.startswith(BOM)
    back = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))[1:]
    cells = back[0] if back else [""]
    assert len(cells) == len(row)
    for cell, typed in zip(cells, row, strict=True):
        number = cell.removeprefix("-").replace(".", "", 1).isdecimal()
        assert number or not cell.lstrip(" ").startswith(RUN)
        assert cell.removeprefix("'") == typed.replace("\x00", "").removeprefix("'")
