"""What the worker does for files that are brought in; the work itself is in `checking` and `writing`."""

from procrastinate.contrib.django import app

from audit.actors import because
from audit.verbs import Verb
from imports import checking, writing
from imports.actions.files import CHECK_TASK, UNDO_TASK, WRITE_TASK


@app.task(name=CHECK_TASK)
@because(Verb.IMPORT_UPLOADED.value)
def check(*, batch_id: int) -> None:
    """Check the rows of one file."""
    checking.check_import(batch_id)


@app.task(name=WRITE_TASK)
@because(Verb.IMPORT_STARTED.value)
def write(*, batch_id: int) -> None:
    """Write one file into the record."""
    writing.write_import(batch_id)


@app.task(name=UNDO_TASK)
@because(Verb.IMPORT_UNDO_ASKED.value)
def undo(*, batch_id: int) -> None:
    """Take one file back out of the record."""
    writing.undo_import(batch_id)
