"""Up to the moment of writing: a file comes, its columns are named, its rows are checked and answered."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from accounts.models import User
from audit.actors import Actor
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.models import Person, Service
from cases.permissions import people_of
from core import workflow
from core.errors import Refused
from core.files.keeping import keep, remove_after_commit, stand_or_fall
from imports.kinds import Kind, columns_of
from imports.models import Import, ImportProgress, ImportRow
from imports.reading import Sheet
from imports.workflow import AT_WORK, IMPORT_MOVES, ImportMove, Status

Answer = ImportRow.Answer
FOLDER = "imports"
# The names of the worker's tasks, which stand in imports/tasks.py above this module.
CHECK_TASK, WRITE_TASK, UNDO_TASK = "imports.check", "imports.write", "imports.undo"


@transaction.atomic
def upload(
    *, service: Service, kind: str, content: bytes, file_name: str, sheet: Sheet, by: User
) -> Import:
    """Keep a file that can be read, where nobody reaches it but through its page.

    Refused where the same file is being brought in already, or was, as the same thing.
    """
    digest = hashlib.sha256(content).hexdigest()
    same = Import.objects.filter(service=service, kind=kind, sha256=digest)
    if before := same.exclude(status__in=(Status.UNDONE, Status.DISCARDED)).first():
        raise Refused(
            f"This very file is here already, as {before.reference}. Open that one, or undo it first."
        )
    record(Verb.IMPORT_UPLOADED, by=by, action=Action.CREATE, record=Import, purpose=WHY)
    with stand_or_fall():
        batch = Import.objects.create(
            service=service,
            kind=kind,
            file=keep(ContentFile(content), folder=FOLDER),
            file_name=file_name[-200:],
            sha256=digest,
            encoding=sheet.encoding,
            headings=list(sheet.headings),
            lines=len(sheet.lines),
            recorded_by=by,
        )
    ImportProgress.objects.create(batch=batch)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def name_columns(*, batch: Import, columns: Mapping[int, str], by: User) -> Import:
    """Say what each column holds, and let the worker check every row. Answers given before are lost.

    Refused where a column that is needed is not there, or one is named twice.
    """
    names = list(columns.values())
    known = {column.name: column for column in columns_of(batch.kind)}
    if twice := {name for name in names if names.count(name) > 1}:
        raise Refused(f"Two columns hold “{known[min(twice)].label}”. Leave one of them out.")
    missing = [
        column.label for column in known.values() if column.required and column.name not in names
    ]
    if batch.kind == Kind.PEOPLE and not {"given_names", "family_name"} & set(names):
        missing.append("Given names or Family name")
    if missing:
        raise Refused(f"Say which column holds: {', '.join(missing)}.")
    record(Verb.IMPORT_COLUMNS_NAMED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(
        batch,
        IMPORT_MOVES[ImportMove.CHECK],
        columns={str(place): name for place, name in columns.items()},
        failure="",
        asked_by=by,
    )
    batch.rows.all().delete()
    _queue(batch, CHECK_TASK)
    return batch


@transaction.atomic
def keep_rows(*, batch: Import, rows: Iterable[ImportRow], by: Actor) -> None:
    """Rows that the worker has checked; the entry names everybody whom they may be."""
    rows = list(rows)
    people = {match["person"] for row in rows for match in row.matches}
    record(
        Verb.IMPORT_CHECKED, by=by, action=Action.UPDATE, record=batch, people=people, purpose=WHY
    )
    ImportRow.objects.bulk_create(rows)


@transaction.atomic
def finish_checking(*, batch: Import, by: Actor) -> None:
    """Every row is checked and waits to be looked at."""
    record(Verb.IMPORT_CHECKED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.LAY_OUT])


@transaction.atomic
def stop_checking(*, batch: Import, sentence: str, by: Actor) -> None:
    """The file could not be read after all, for the reason in `sentence`."""
    record(Verb.IMPORT_CHECKED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.LAY_OUT], failure=sentence)


@transaction.atomic
def answer_rows(
    *, batch: Import, answers: Mapping[int, tuple[str, Person | None]], by: User
) -> int:
    """Say of rows, by their number, whether each is somebody new, somebody we know, or left out.

    Gives how many were answered. A row with errors can only be left out.
    """
    _lock(batch, Status.CHECKED)
    rows = {row.number: row for row in batch.rows.filter(number__in=answers)}
    people = [person for _, person in answers.values() if person]
    record(
        Verb.IMPORT_ANSWERED, by=by, action=Action.UPDATE, record=batch, people=people, purpose=WHY
    )
    for number, row in rows.items():
        answer, person = answers[number]
        if row.errors and answer != Answer.SKIP:
            raise Refused(f"Row {number} has errors: mend the file, or leave the row out.")
        offered = {match["person"] for match in row.matches}
        if answer == Answer.EXISTING and (person is None or person.pk not in offered):
            raise Refused(f"Choose who row {number} is.")
        row.answer = answer
        row.existing = person if answer == Answer.EXISTING else None
    ImportRow.objects.bulk_update(rows.values(), ["answer", "existing"])
    return len(rows)


@transaction.atomic
def answer_rest(*, batch: Import, answer: str, by: User) -> int:
    """Answer every row that waits for one: all are new, all are whoever fits best, or all are left out.

    “Leave out” also answers rows with errors; the others do not. Gives how many were answered.
    """
    _lock(batch, Status.CHECKED)
    waiting = batch.rows.filter(answer="")
    waiting = waiting if answer == Answer.SKIP else waiting.filter(errors={})
    rows = list(waiting)
    if answer == Answer.EXISTING:
        likely = Person.objects.filter(
            pk__in=[row.matches[0]["person"] for row in rows if row.matches]
        )
        known = set(people_of(by, among=likely).values_list("pk", flat=True))
        rows = [row for row in rows if row.matches and row.matches[0]["person"] in known]
    if not rows:
        raise Refused("No row waits for this answer.")
    record(
        Verb.IMPORT_ANSWERED,
        by=by,
        action=Action.UPDATE,
        record=batch,
        people=[row.matches[0]["person"] for row in rows if row.matches],
        purpose=WHY,
    )
    for row in rows:
        row.answer = answer
        if answer == Answer.EXISTING:
            row.existing_id = row.matches[0]["person"]
    ImportRow.objects.bulk_update(rows, ["answer", "existing"], batch_size=1000)
    return len(rows)


@transaction.atomic
def start(*, batch: Import, by: User) -> Import:
    """Let the worker write it: all rows that are not left out, or none.

    Refused while a row has errors or waits for an answer.
    """
    _lock(batch, Status.CHECKED)
    wrong = batch.rows.exclude(errors={}).exclude(answer=Answer.SKIP).count()
    waiting = batch.rows.filter(answer="", errors={}).count()
    if wrong or waiting:
        raise Refused(
            f"{wrong} rows have errors and {waiting} wait for an answer. Mend the file and upload it again, or "
            "leave those rows out."
        )
    if not batch.rows.exclude(answer=Answer.SKIP).exists():
        raise Refused("Every row is left out, so there is nothing to bring in.")
    record(Verb.IMPORT_STARTED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.WRITE], failure="", asked_by=by)
    _queue(batch, WRITE_TASK)
    return batch


@transaction.atomic
def ask_undo(*, batch: Import, by: User) -> Import:
    """Let the worker take back everything that the file brought in, or nothing."""
    record(Verb.IMPORT_UNDO_ASKED, by=by, action=Action.UPDATE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.UNDO], failure="", asked_by=by)
    _queue(batch, UNDO_TASK)
    return batch


@transaction.atomic
def discard(*, batch: Import, by: User) -> Import:
    """Throw a file away that was not brought in; what its rows say goes at once."""
    record(Verb.IMPORT_DISCARDED, by=by, action=Action.DELETE, record=batch, purpose=WHY)
    workflow.make(batch, IMPORT_MOVES[ImportMove.DISCARD])
    _empty([batch])
    batch.refresh_from_db()
    return batch


@transaction.atomic
def forget_old_files(*, before: datetime, by: Actor) -> int:
    """Remove files that came before a moment, and what their rows say; what was brought in stays.

    A file that waits for somebody counts as well: it is thrown away.
    """
    old = list(
        Import.objects.select_for_update()
        .filter(recorded_at__lt=before)
        .exclude(file="")
        .exclude(status__in=AT_WORK)
    )
    if not old:
        return 0
    record(Verb.IMPORT_FILES_FORGOTTEN, by=by, action=Action.DELETE, record=Import, purpose=WHY)
    for batch in old:
        if batch.status in IMPORT_MOVES[ImportMove.DISCARD].sources:
            workflow.make(batch, IMPORT_MOVES[ImportMove.DISCARD])
    _empty(old)
    return len(old)


WHY = Purpose.MANAGEMENT


def _lock(batch: Import, status: str) -> None:
    now = Import.objects.select_for_update().get(pk=batch.pk)
    if now.status != status:
        raise Refused(f"{batch} is “{now.get_status_display()}” now. Look at it again.")


def _empty(batches: list[Import]) -> None:
    """The files go once this is committed; the rows of the table now."""
    remove_after_commit([batch.file for batch in batches])
    ImportRow.objects.filter(batch__in=batches).delete()
    Import.objects.filter(pk__in=[batch.pk for batch in batches]).update(file="", headings=[])


def _queue(batch: Import, task: str) -> None:
    ImportProgress.objects.filter(batch=batch).update(step="Waiting for its turn", percent=0)
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=f"import {batch.pk} {task}").defer(
                batch_id=batch.pk
            )
    except AlreadyEnqueued:
        pass  # it waits in the queue still, since no worker has been running
