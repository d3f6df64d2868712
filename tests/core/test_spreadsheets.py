"""Spreadsheets: the same cells as XLSX and as ODS, and never a formula."""

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.spreadsheets import Row, Sheet, as_ods, as_xlsx
from core.spreadsheets.ods import KIND, OFFICE, TABLE, TEXT

NASTY = ("=1+1", "+44 151", "-x", "@SUM(A1)", "\t=2", '=HYPERLINK("http://x.example")')


def read_ods(file):
    """Sheet by sheet, the cells as a spreadsheet program would show them; numbers as numbers."""
    parts = zipfile.ZipFile(io.BytesIO(file))
    root = ET.fromstring(parts.read("content.xml"))  # noqa: S314  # our own file
    found = {}
    for table in root.iter(f"{{{TABLE}}}table"):
        found[table.get(f"{{{TABLE}}}name")] = [
            [_value(cell) for cell in row.iter(f"{{{TABLE}}}table-cell")]
            for row in table.iter(f"{{{TABLE}}}table-row")
        ]
    return found


def _value(cell):
    assert not [name for name in cell.attrib if name.endswith("formula")]
    if cell.get(f"{{{OFFICE}}}value-type") == "float":
        return int(cell.get(f"{{{OFFICE}}}value"))
    return "".join(one.text or "" for one in cell.iter(f"{{{TEXT}}}p")) or None


def read_xlsx(file):
    book = load_workbook(io.BytesIO(file))
    for sheet in book:
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    return {sheet.title: [[cell.value for cell in row] for row in sheet] for sheet in book}


@pytest.mark.parametrize(("write", "read"), [(as_xlsx, read_xlsx), (as_ods, read_ods)])
def test_numbers_stay_numbers_and_nothing_runs(write, read):
    rows = [Row(("Service", "People"), is_heading=True), *(Row((one, 7)) for one in NASTY)]
    (cells,) = read(write([Sheet("People", rows)])).values()
    assert cells[0] == ["Service", "People"]
    assert [row[1] for row in cells[1:]] == [7] * len(NASTY)
    assert all(row[0].startswith("'") for row in cells[1:])


def test_an_open_document_says_what_it_is_at_its_beginning():
    file = as_ods([Sheet("People", [Row(("Ünïcode & <tags>", 1))])])
    first, *others = zipfile.ZipFile(io.BytesIO(file)).infolist()
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert file[30 : 38 + len(KIND)] == f"mimetype{KIND}".encode()
    assert {one.filename for one in others} == {
        "META-INF/manifest.xml",
        "styles.xml",
        "content.xml",
    }
    assert read_ods(file) == {"People": [["Ünïcode & <tags>", 1]]}
    assert file == as_ods([Sheet("People", [Row(("Ünïcode & <tags>", 1))])])


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.text(max_size=40))
def test_any_name_and_any_words_make_a_file_that_opens(names, words):
    sheets = [Sheet(name, [Row((words, 5)), Row()]) for name in names]
    for file in (read_xlsx(as_xlsx(sheets)), read_ods(as_ods(sheets))):
        assert len(file) == len(names)
        assert len({name.casefold() for name in file}) == len(names)
        assert all(0 < len(name) <= 31 for name in file)
