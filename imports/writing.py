"""Carrying out what was started: writing a file, or taking it back. Run by the worker, any number of times."""

from functools import partial

from django.db import IntegrityError

from audit.actors import SYSTEM
from core.errors import Refused
from imports.actions import undoing
from imports.actions import writing as verbs
from imports.actions.writing import ToWrite
from imports.checking import Reach, find_case, find_people, read_rows, say_progress, sheet_of
from imports.kinds import Kind
from imports.models import Import, ImportRow
from imports.reading import Unreadable
from imports.workflow import Status

SOMETHING_IN_THE_WAY = "Something was written meanwhile that stands in the way, so nothing was brought in. Check the file again."


def write_import(batch_id: int) -> None:
    """Write the file with this number, all of it or nothing; say on it what stopped it."""
    batch = Import.objects.select_related("service", "recorded_by", "asked_by").get(pk=batch_id)
    if batch.status != Status.WRITING:
        return
    say = partial(say_progress, batch)
    say("Reading the file again", 5)
    try:
        rows = rows_to_write(batch)
        say("Writing everything at once", 30)
        verbs.write(batch=batch, rows=rows, by=batch.acts_for)
    except (Refused, Unreadable) as refusal:
        verbs.give_up(batch=batch, sentence=str(refusal), by=SYSTEM)
    except (IntegrityError, OSError):
        verbs.give_up(batch=batch, sentence=SOMETHING_IN_THE_WAY, by=SYSTEM)
    else:
        say("Done", 100)


def undo_import(batch_id: int) -> None:
    """Take back the file with this number, all of it or nothing."""
    batch = Import.objects.select_related("service", "recorded_by", "asked_by").get(pk=batch_id)
    if batch.status != Status.UNDOING:
        return
    say = partial(say_progress, batch)
    say("Looking what was written since", 20)
    try:
        undoing.undo(batch=batch, by=batch.acts_for)
    except Refused as refusal:
        undoing.keep(batch=batch, sentence=str(refusal), by=SYSTEM)
    except IntegrityError:
        undoing.keep(batch=batch, sentence=SOMETHING_IN_THE_WAY, by=SYSTEM)
    else:
        say("Undone", 100)


def rows_to_write(batch: Import) -> list[ToWrite]:
    """The rows of the file that are not left out, with whom and which case they are about."""
    kept = {
        row.number: row
        for row in batch.rows.exclude(answer=ImportRow.Answer.SKIP).select_related("existing")
    }
    reach, found = Reach(batch), []
    for row in read_rows(batch, sheet_of(batch)):
        answered = kept.get(row.line.number)
        if answered is None:
            continue
        if row.errors:
            raise Refused(f"Row {row.line.number} has errors now. Check the file again.")
        found.append(_whole(reach, ToWrite(row.line.number, row.values, answered.existing)))
    return found


def _whole(reach: Reach, row: ToWrite) -> ToWrite:
    """The row with its people and its case; Refused where one is not there any more."""
    problem = ""
    if row.existing is not None and not reach.people.filter(pk=row.existing.pk).exists():
        problem = "Whoever it was said to be is not known to you any more."
    if reach.batch.kind == Kind.CASES:
        row.people, problem = find_people(reach, row.values["person"])
    elif reach.batch.kind in {Kind.CONTACTS, Kind.NOTES}:
        row.case, problem = find_case(reach, row.values["case"])
        if row.case is not None and row.values.get("people"):
            row.people, problem = find_people(reach, row.values["people"])
        elif row.case is not None:
            row.people = [one.person for one in row.case.case_people.select_related("person")]
    if problem:
        raise Refused(f"Row {row.number}: {problem} Nothing was brought in.")
    return row
