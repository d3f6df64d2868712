"""The door to files that are brought in: the list, one file, its rows as they are looked at."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Person, Service
from cases.permissions import people_of, services_of
from cases.restricted import HELD_BACK, barred_people
from imports.closed import rows_closed
from imports.kinds import columns_of
from imports.models import Import, ImportRow
from imports.permissions import imports_of, may_import
from imports.workflow import AT_WORK, Status

PAGE_LENGTH = 30  # files
ROWS = 20  # of a file, on one page
# Which rows are looked at, in the words of the page's tabs.
SHOWN = {
    "waiting": "Waiting for an answer",
    "errors": "With errors",
    "new": "New",
    "existing": "Known already",
    "skip": "Left out",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows stand how."""

    waiting: int
    errors: int
    new: int
    existing: int
    skip: int

    @property
    def is_ready(self) -> bool:
        return not self.waiting and not self.errors and bool(self.new + self.existing)


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody whom a row may be about, and why."""

    person: Person
    why: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row as it is looked at; `cells` with the words of their column, what they say, what is wrong.

    Of a row that is closed to its reader nothing is looked at: it can only be left out.
    """

    row: ImportRow
    cells: list[tuple[str, str, str]]
    offered: list[Offered]
    is_closed: bool = False


def list_imports(*, look: Look, page: int | str = 1) -> Page:
    """One page of the files of one's services, the latest first. NotNow (403, logged) for other roles."""
    user: User = look.by
    if not may_import(user):
        raise NotNow("Your role does not bring in spreadsheets.", look=look, record=Import)
    found = imports_of(user).select_related("service", "recorded_by")
    rows = Paginator(found, PAGE_LENGTH).get_page(page)
    show(
        look.for_purpose(Purpose.MANAGEMENT),
        [Shown(Verb.IMPORT_LISTED, batch) for batch in rows],
    )
    return rows


def begin_import(*, look: Look) -> QuerySet[Service]:
    """The services into which somebody may bring a file. NotNow (403, logged) for other roles."""
    user: User = look.by
    if not may_import(user):
        raise NotNow("Your role does not bring in spreadsheets.", look=look, record=Import)
    show(look, [])
    return services_of(user)


def open_import(reference: str, *, look: Look) -> Import:
    """Open one file. NotYours (404, logged) if it does not exist for `look.by`."""
    batch = _find(reference, look)
    show(look.for_purpose(Purpose.MANAGEMENT), [Shown(Verb.IMPORT_READ, batch)])
    return batch


def open_rows(
    reference: str, *, look: Look, page: int | str = 1, which: str = ""
) -> tuple[Import, Page]:
    """One page of the rows of a file; everybody whom they may be is written as offered.

    Those offered exist for the reader, and a row about somebody who is closed to them says nothing.
    Errors as `open_import`.
    """
    user: User = look.by
    batch = _find(reference, look)
    rows: Page = Paginator(_rows(batch, which), ROWS).get_page(page)
    closed = rows_closed(batch, rows, user)
    readable = [row for row in rows if row.number not in closed]
    numbers = {match["person"] for row in readable for match in row.matches}
    people = people_of(user, among=Person.objects.filter(pk__in=numbers)).in_bulk()
    # Of whom the row may be: what it says is about them, and kept and not used (UK GDPR Art 18).
    barred = set(barred_people(user).filter(pk__in=numbers).values_list("pk", flat=True))
    labels = {column.name: column.label for column in columns_of(batch.kind)}
    rows.object_list = [
        RowShown(row=row, cells=[], offered=[], is_closed=True)
        if row.number in closed
        else _shown(row, people, labels, barred)
        for row in rows
    ]
    show(
        look.for_purpose(Purpose.MANAGEMENT),
        [
            Shown(Verb.IMPORT_READ, batch),
            *(Shown(Verb.PERSON_OFFERED, person, [person]) for person in people.values()),
        ],
    )
    return batch, rows


def counts_of(batch: Import) -> Counts:
    """How many rows stand how."""
    found = {which: _rows(batch, which).count() for which in SHOWN}
    return Counts(**found)


def state_of(batch: Import) -> str:
    """What the progress box shows: running, done or failed."""
    if batch.status in AT_WORK:
        return "running"
    return "failed" if batch.failure else "done"


def person_offered(batch: Import, number: int, reference: str, user: User) -> Person | None:
    """The person of that reference, if they were offered to `user` for the row."""
    row = batch.rows.filter(number=number).first()
    offered = [match["person"] for match in row.matches] if row else []
    among = Person.objects.filter(pk__in=offered, reference=reference)
    return people_of(user, among=among).first()


def _find(reference: str, look: Look) -> Import:
    user: User = look.by
    if not may_import(user):
        raise NotNow("Your role does not bring in spreadsheets.", look=look, record=Import)
    found = imports_of(user).select_related("service", "recorded_by", "asked_by", "progress")
    batch = found.filter(reference=reference).first()
    if batch is None:
        raise NotYours(
            "No file with this reference.",
            look=look,
            record=Import,
            values={"reference": reference},
        )
    return batch


def _rows(batch: Import, which: str) -> QuerySet[ImportRow]:
    rows = batch.rows.order_by("number")
    left_out = Q(answer=ImportRow.Answer.SKIP)
    match which:
        case "waiting":
            return rows.filter(answer="", errors={})
        case "errors":
            return rows.exclude(errors={}).exclude(left_out)
        case "new" | "existing" | "skip":
            rows = rows.filter(answer=which)
            return rows if which == "skip" else rows.filter(errors={})
    return rows


def _shown(
    row: ImportRow, people: dict[int, Person], labels: dict[str, str], barred: set[int]
) -> RowShown:
    names = [*row.cells, *(name for name in row.errors if name not in row.cells)]
    is_kept = any(match["person"] in barred for match in row.matches)
    return RowShown(
        row=row,
        cells=[
            (
                labels.get(name, name),
                HELD_BACK if is_kept else row.cells.get(name, ""),
                row.errors.get(name, ""),
            )
            for name in names
        ],
        offered=[
            Offered(
                person=people[match["person"]],
                why=match["why"],
                is_chosen=row.existing_id == match["person"],
            )
            for match in row.matches
            if match["person"] in people
        ],
    )


def is_written(batch: Import) -> bool:
    return batch.status == Status.WRITTEN


def what_was_made(batch: Import) -> dict[str, Any]:
    """How many records of each kind the file brought in."""
    found: dict[str, int] = {}
    for table in batch.made.filter(was_made=True).values_list("table", flat=True):
        found[table] = found.get(table, 0) + 1
    return found
