"""A file as rows of text: every encoding, every trick, and nothing run."""

import io
import zipfile
from datetime import date, datetime

import pytest

from core.csv import csv_text
from imports.kinds import COLUMNS, Kind, guess
from imports.reading import FAULT, FORMULA, MOST_ROWS, Unreadable, read_sheet
from tests.imports.messy import workbook

TABLE = "Name;Born\r\nZoë O’Neill;14/03/1990\r\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TABLE.encode("utf-8"), "utf-8-sig"),
        (TABLE.encode("utf-8-sig"), "utf-8-sig"),
        (TABLE.encode("cp1252"), "cp1252"),
        (TABLE.encode("utf-16"), "utf-16"),
    ],
)
def test_accents_are_read_in_every_encoding(content, encoding):
    sheet = read_sheet(content)
    assert sheet.headings == ("Name", "Born")
    assert sheet.lines[0].cells == ("Zoë O’Neill", "14/03/1990")
    assert sheet.encoding == encoding


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_mark_between_cells_is_found(mark):
    sheet = read_sheet(f"A{mark}B\n1{mark}2\n".encode())
    assert sheet.lines[0].cells == ("1", "2")


def test_rows_keep_the_numbers_that_the_spreadsheet_shows():
    sheet = read_sheet(b"\n\nA,B\n1,2\n,\n3,4,5\n")
    assert [(line.number, line.cells) for line in sheet.lines] == [
        (4, ("1", "2")),
        (6, ("3", "4", "5")),
    ]


def test_a_cell_with_line_breaks_is_one_cell():
    sheet = read_sheet(b'A,B\n"one\ntwo",2\n')
    assert sheet.lines[0].cells == ("one\ntwo", "2")


def test_cells_of_a_workbook_come_as_people_see_them():
    content = workbook(
        ["Day", "Moment", "Whole", "Yes", "Text", "Formula"],
        [[date(1990, 3, 14), datetime(2024, 5, 1, 14, 30), 7.0, True, " x ", "=1+1"]],
    )
    cells = read_sheet(content).lines[0].cells
    assert cells == ("1990-03-14", "2024-05-01 14:30", "7", "yes", "x", FORMULA)


def test_a_formula_in_csv_is_seen_too_and_a_telephone_number_is_none():
    cells = read_sheet(b"A,B,C\n=HYPERLINK(1),+44 7700 900123,'=quoted\n").lines[0].cells
    assert cells == (FORMULA, "+44 7700 900123", "=quoted")
    assert FAULT != FORMULA


def bomb():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 200 * 1024 * 1024)
    return kept.getvalue()


def packed(name):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr(name, "x")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\x00\x00\n", "empty"),
        (b"A,B\n", "no rows below"),
        (b"\xd0\xcf\x11\xe0rest", "old or an encrypted Excel"),
        (b"%PDF-1.7", "PDF"),
        (packed("evil.exe"), "no Excel workbook"),
        (packed("xl/workbook.xml"), "cannot be read as a spreadsheet"),
        (b"PK\x03\x04rubbish", "damaged"),
        (bomb(), "unpacks to far more"),
        (b"A\x00,B\n1,2\n", "not a table"),
        (b"A\n" + b"1\n" * (MOST_ROWS + 1), "more than 20,000 rows"),
        (b",".join([b"A"] * 101) + b"\n" + b",".join([b"1"] * 101), "more than 100 columns"),
        (b"A\n" + b"x" * 60_000, "more than 50,000 characters"),
        (b"A" * (10 * 1024 * 1024 + 1), "larger than 10 megabytes"),
        (b'A\n"' + b"x" * 140_000 + b'"', "no proper CSV"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read_sheet(content)


def test_columns_are_guessed_from_the_headings_people_use():
    headings = ["Client ID", "Forename", "SURNAME", "D.O.B.", "Mobile Number", "Post code", "??"]
    assert guess(Kind.PEOPLE, headings) == {
        0: "number",
        1: "given_names",
        2: "family_name",
        3: "date_of_birth",
        4: "phone",
        5: "postcode",
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_our_own_template_is_understood_wholly(kind):
    columns = COLUMNS[kind]
    text = csv_text([c.label for c in columns], [[c.example for c in columns]])
    sheet = read_sheet(text.encode())
    assert set(guess(kind, list(sheet.headings)).values()) == {c.name for c in columns}
    for column, cell in zip(columns, sheet.lines[0].cells, strict=True):
        if cell:
            column.read(cell)
