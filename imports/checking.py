"""Reading every row of a file before anything is written: what it says, what is wrong, whom it may be.

Run by the worker, in steps that each stand by themselves: a worker that is killed goes on where it was.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from audit.actors import SYSTEM
from cases.alike import Described
from cases.births import birth_problem
from cases.models import BirthCertainty, Case, Person
from cases.permissions import cases_of, people_beyond, people_of
from cases.queries.duplicates import Match, matches_among
from core.dates import plain
from imports.actions import files as verbs
from imports.kinds import Kind, columns_of
from imports.models import Import, Imported, ImportProgress, ImportRow
from imports.reading import FAULT, FORMULA, Line, Sheet, Unreadable, read_sheet
from imports.workflow import Status

STEP = 100  # rows checked and kept at a time
IN_A_CELL = {
    FORMULA: "It holds a formula. Copy the column and paste it as values, then upload the file again.",
    FAULT: "It holds an error of the spreadsheet, like #REF!. Mend it there.",
}


@dataclass(slots=True)
class Row:
    """One row as it was read: the values that could be read, and what is wrong with the others."""

    line: Line
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class Reach:
    """Whom whoever brings a file in may know of; asked for once, and not again for each row."""

    def __init__(self, batch: Import) -> None:
        user: User = batch.acts_for
        self.batch = batch
        self.people = people_of(user)
        self.beyond = people_beyond(user, among=Person.objects.all())
        self.cases = cases_of(user).filter(service=batch.service).prefetch_related("case_people")


def check_import(batch_id: int) -> None:
    """Check the file with this number. Run by the worker; may be run again at any time."""
    batch = Import.objects.select_related("service", "recorded_by", "asked_by").get(pk=batch_id)
    if batch.status != Status.CHECKING:
        return
    say = partial(say_progress, batch)
    say("Reading the file", 0)
    try:
        sheet = sheet_of(batch)
    except (Unreadable, OSError) as failure:
        sentence = str(failure) if isinstance(failure, Unreadable) else "The file is gone."
        verbs.stop_checking(batch=batch, sentence=sentence, by=SYSTEM)
        return
    done = set(batch.rows.values_list("number", flat=True))
    rows = list(read_rows(batch, sheet))
    earlier = same_rows(batch.kind, rows)
    reach = Reach(batch)
    waiting = [row for row in rows if row.line.number not in done]
    for begin in range(0, len(waiting), STEP):
        part = waiting[begin : begin + STEP]
        verbs.keep_rows(
            batch=batch,
            rows=[_kept(reach, row, earlier.get(row.line.number)) for row in part],
            by=SYSTEM,
        )
        say("Checking each row", 100 * (len(done) + begin + len(part)) // max(len(rows), 1))
    verbs.finish_checking(batch=batch, by=SYSTEM)
    say("Checked", 100)


def sheet_of(batch: Import) -> Sheet:
    """The file as it was uploaded."""
    with default_storage.open(batch.file) as file:
        return read_sheet(file.read())


def read_rows(batch: Import, sheet: Sheet) -> Iterator[Row]:
    """Each row of the file with its values, read as the columns were named."""
    columns = {column.name: column for column in columns_of(batch.kind)}
    places = {int(place): name for place, name in batch.columns.items()}
    for line in sheet.lines:
        row = Row(
            line, {name: line.cells[place] for place, name in places.items() if line.cells[place]}
        )
        for name, cell in row.cells.items():
            if cell in IN_A_CELL:
                row.errors[name] = IN_A_CELL[cell]
                continue
            try:
                row.values[name] = columns[name].read(cell)
            except ValueError as problem:
                row.errors[name] = str(problem)
        for name, column in columns.items():
            if column.required and name not in row.cells:
                row.errors[name] = f"Fill in “{column.label}”."
        RULES[Kind(batch.kind)](row, timezone.localdate())
        yield row


def same_rows(kind: str, rows: Iterable[Row]) -> dict[int, tuple[int, bool]]:
    """For each row that repeats an earlier one: which, and whether it says exactly the same."""
    seen: dict[tuple[Any, ...], Row] = {}
    found = {}
    for row in rows:
        key = _key(kind, row)
        if not any(key):
            continue
        first = seen.setdefault(key, row)
        if first is not row:
            found[row.line.number] = (first.line.number, first.cells == row.cells)
    return found


def say_progress(batch: Import, step: str, percent: int) -> None:
    ImportProgress.objects.filter(batch=batch).update(
        step=step, percent=min(percent, 100), last_heard=timezone.now()
    )


def described(values: dict[str, Any]) -> Described:
    """The person whom a row of people describes."""
    words = {
        name: values.get(name, "")
        for name in ("given_names", "family_name", "preferred_name", "phone", "postcode")
    }
    return Described(born=values.get("date_of_birth"), **words)


def _kept(reach: Reach, row: Row, same_as: tuple[int, bool] | None) -> ImportRow:
    """The row as it is kept, with what is known already of how it is answered."""
    kept = ImportRow(
        batch=reach.batch, number=row.line.number, cells=_shown(row.cells), errors=row.errors
    )
    if same_as is not None:
        kept.warnings.append(
            f"Says exactly what row {same_as[0]} says."
            if same_as[1]
            else f"Seems to be row {same_as[0]} again."
        )
    if not row.errors:
        ANSWERS[Kind(reach.batch.kind)](reach, row, kept)
    if same_as is not None:
        kept.answer = ImportRow.Answer.SKIP if same_as[1] else ""
        kept.existing = None
    return kept


def _answer_person(reach: Reach, row: Row, kept: ImportRow) -> None:
    whom = described(row.values)
    on = timezone.localdate()
    matches, beyond = matches_among(whom, reach.people, reach.beyond, on=on)
    kept.matches = [_match(match) for match in matches[:5]]
    if beyond:
        kept.warnings.append(
            "Somebody like this is known to a service you do not belong to. Ask its manager or the Data "
            "Protection Officer before you bring them in."
        )
    kept.answer = "" if matches else ImportRow.Answer.NEW


def _answer_case(reach: Reach, row: Row, kept: ImportRow) -> None:
    found, problem = find_people(reach, row.values["person"])
    if problem:
        kept.errors = {**kept.errors, "person": problem}
    kept.answer = ImportRow.Answer.NEW if found else ""


def _answer_entry(reach: Reach, row: Row, kept: ImportRow) -> None:
    case, problem = find_case(reach, row.values["case"])
    if case is None:
        kept.errors = {**kept.errors, "case": problem}
        return
    members = {one.person_id for one in case.case_people.all()}
    if row.values.get("people"):
        people, problem = find_people(reach, row.values["people"])
        strangers = [person for person in people if person.pk not in members]
        if strangers:
            problem = f"{strangers[0].reference} is not part of {case.reference}."
        if problem:
            kept.errors = {**kept.errors, "people": problem}
    kept.answer = ImportRow.Answer.NEW


def find_people(reach: Reach, numbers: list[str]) -> tuple[list[Person], str]:
    """The people meant, by our reference or by an old number, or a sentence about the first not found."""
    found: list[Person] = []
    for number in numbers:
        if _is_ours(number, "P"):
            theirs = reach.people.filter(reference=number.upper())
        else:
            known = number_of(reach.batch, number, Person)
            # Merged meanwhile: whoever it leads to.
            theirs = reach.people.filter(Q(pk=known) | Q(merged_from=known))
        person = theirs.first()
        if person is None:
            return [], f"No person “{number}” is known to you. Bring the people in first."
        found.append(person)
    return found, ""


def find_case(reach: Reach, number: str) -> tuple[Case | None, str]:
    """The case of the service that is meant, or a sentence."""
    if _is_ours(number, "C"):
        case = reach.cases.filter(reference=number.upper()).first()
    else:
        case = reach.cases.filter(pk=number_of(reach.batch, number, Case)).first()
    if case is None:
        return None, f"{reach.batch.service} has no case “{number}”. Bring the cases in first."
    return case, ""


def number_of(batch: Import, old_number: str, model: type[Any]) -> int:
    """The number here of what had `old_number` in an earlier file of the service; 0 if there is none."""
    made = Imported.objects.filter(
        batch__service=batch.service,
        batch__status=Status.WRITTEN,
        table=model._meta.label,
        old_number__iexact=old_number,
    )
    return made.order_by("-pk").values_list("record", flat=True).first() or 0


def _is_ours(number: str, letter: str) -> bool:
    head, dash, digits = number.upper().partition("-")
    return head == letter and bool(dash) and digits.isdecimal()


def _rule_person(row: Row, on: date) -> None:
    if not {"given_names", "family_name"} & {*row.values, *row.errors}:
        row.errors["given_names"] = "Write a name: the given names, the family name, or both."
    born = row.values.get("date_of_birth")
    if born and (problem := birth_problem(born, BirthCertainty.KNOWN, on=on)):
        row.errors["date_of_birth"] = problem
    if row.values.get("postcode") and not row.values.get("address") and "address" not in row.errors:
        row.errors["address"] = "There is a postcode and no address. Write both, or leave both out."


def _rule_case(row: Row, on: date) -> None:
    opened, closed = row.values.get("opened_on"), row.values.get("closed_on")
    _not_to_come(row, "opened_on", on)
    _not_to_come(row, "closed_on", on)
    if opened and closed and closed < opened:
        row.errors["closed_on"] = "It closed before it opened. Check the two days."
    if closed and not row.values.get("closing_summary"):
        row.errors.setdefault("closing_summary", "Say how it ended, since it is closed.")


def _rule_entry(row: Row, on: date) -> None:
    _not_to_come(row, "day", on)
    if row.values.get("minutes") and row.values.get("outcome", "attended") != "attended":
        row.errors["minutes"] = "It did not take place, so it took no time."


def _not_to_come(row: Row, name: str, on: date) -> None:
    day = row.values.get(name)
    if day and day > on:
        row.errors[name] = f"{plain(day)} has not come yet."


def _key(kind: str, row: Row) -> tuple[Any, ...]:
    """What makes two rows the same thing."""
    if kind == Kind.PEOPLE:
        names = (row.cells.get(name, "").lower() for name in ("given_names", "family_name"))
        return (*names, row.values.get("date_of_birth"))
    return tuple(sorted(row.cells.items()))


def _match(match: Match) -> dict[str, Any]:
    return {"person": match.person.pk, "why": match.why}


def _shown(cells: dict[str, str]) -> dict[str, str]:
    return {
        name: "(formula or error)" if cell in IN_A_CELL else cell for name, cell in cells.items()
    }


NOON = time(12)
RULES = {
    Kind.PEOPLE: _rule_person,
    Kind.CASES: _rule_case,
    Kind.CONTACTS: _rule_entry,
    Kind.NOTES: _rule_entry,
}
ANSWERS = {
    Kind.PEOPLE: _answer_person,
    Kind.CASES: _answer_case,
    Kind.CONTACTS: _answer_entry,
    Kind.NOTES: _answer_entry,
}
