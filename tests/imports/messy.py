"""A spreadsheet as charities have them: a thousand rows, and every tenth with something wrong in it."""

import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from openpyxl import Workbook

HEADINGS = [
    "Client ID",
    "First Name",
    "Surname",
    "DOB",
    "Mobile",
    "E-mail Address",
    "Address 1",
    "Post Code",
    "Notes",
]
GIVEN = ["Zoë", "Amélie", "Siân", "José", "Łukasz", "Bróna", "Maeve", "Tariq", "Ngozi", "Ødger"]
FAMILY = [
    "O’Neill",
    "García",
    "Smith-Jones",
    "Müller",
    "Wójcik",
    "Nuñez",
    "Adebayo",
    "de la Cruz",
    "Đorđe",
    "Khan",
]


@dataclass
class Messy:
    """The file as two programs save it, and what is wrong in which row (as the spreadsheet counts)."""

    xlsx: bytes = b""
    rows: list[list] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    exact_doubles: set[int] = field(default_factory=set)


def messy(count=1000, seed=7):
    made = random.Random(seed)  # noqa: S311
    found = Messy()
    for index in range(count):
        number = index + 2  # below the headings
        row = [
            f"OLD-{index}",
            f"{made.choice(GIVEN)}{made.choice(['', ' Ann', '-Lee'])}",
            f"{made.choice(FAMILY)}{_letters(index)}",
            date(1950, 1, 1) + timedelta(days=index * 23),
            f"07700 9{index:05}",
            f"client{index}@example.org",
            f"{index} Sample Street",
            f"PR{index % 9 + 1} {index % 9}AB",
            "",
        ]
        if index % 50 == 10:
            row[3] = made.choice(["31/02/1990", "1990", "soon", "12/25/1988", "03.13.77"])
            found.bad.add(number)
        elif index % 50 == 20:  # swapped columns
            row[1], row[4] = row[4], row[1]
            found.bad.add(number)
        elif index % 50 == 30:
            row[2] = "=CONCATENATE(A1,B1)"
            found.bad.add(number)
        elif index % 50 == 40 and index > 100:
            row = list(found.rows[index - 2])
            found.exact_doubles.add(number)
            if number - 2 in found.bad:
                found.bad.add(number)
        elif index % 50 == 45:
            row[7] = "not a postcode"
            found.bad.add(number)
        found.rows.append(row)
    found.xlsx = workbook(HEADINGS, found.rows)
    return found


def workbook(headings, rows):
    book = Workbook()
    sheet = book.active
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _letters(index):
    """A tail of letters, another one for each number: names have no figures."""
    return "".join(chr(97 + int(figure)) for figure in f"{index:04}")
