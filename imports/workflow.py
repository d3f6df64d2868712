"""From which status to which a file that is brought in may move: data, made true by core.workflow."""

from datetime import timedelta
from enum import StrEnum

from django.db import models

from core.workflow import Move


class Status(models.TextChoices):
    UPLOADED = "uploaded", "Columns to be named"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "To be looked at"
    WRITING = "writing", "Being written"
    WRITTEN = "written", "Brought in"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"
    DISCARDED = "discarded", "Thrown away"


class ImportMove(StrEnum):
    CHECK = "check"
    LAY_OUT = "lay out"
    WRITE = "write"
    FINISH = "finish"
    GIVE_UP = "give up"
    UNDO = "undo"
    FINISH_UNDOING = "finish undoing"
    KEEP = "keep"
    DISCARD = "discard"


IMPORT_MOVES: dict[ImportMove, Move] = {
    ImportMove.CHECK: Move(
        frozenset({Status.UPLOADED, Status.CHECKED, Status.CHECKING}), Status.CHECKING
    ),
    ImportMove.LAY_OUT: Move(frozenset({Status.CHECKING}), Status.CHECKED),
    ImportMove.WRITE: Move(frozenset({Status.CHECKED}), Status.WRITING),
    ImportMove.FINISH: Move(frozenset({Status.WRITING}), Status.WRITTEN),
    ImportMove.GIVE_UP: Move(frozenset({Status.WRITING}), Status.CHECKED),
    ImportMove.UNDO: Move(frozenset({Status.WRITTEN}), Status.UNDOING),
    ImportMove.FINISH_UNDOING: Move(frozenset({Status.UNDOING}), Status.UNDONE),
    ImportMove.KEEP: Move(frozenset({Status.UNDOING}), Status.WRITTEN),
    ImportMove.DISCARD: Move(
        frozenset({Status.UPLOADED, Status.CHECKING, Status.CHECKED}), Status.DISCARDED
    ),
}

AT_WORK = frozenset({Status.CHECKING, Status.WRITING, Status.UNDOING})
# The file and what its rows say are kept for so long after they were brought in, or thrown away.
KEPT = timedelta(days=30)
