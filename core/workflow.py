"""How a record moves from one status to another: a declared table, and compare-and-set.

An app's own `workflow.py` holds the data: which verb may start from which statuses and where it
ends. `make` is the only way a status changes, so two people pressing at once cannot both win.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models

from core.errors import Refused


class MoveRefused(Refused):
    """The record was not in a status this move starts from."""


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of status: from any of `sources` to `target`."""

    sources: frozenset[str]
    target: str


def make(record: Any, move: Move, **changes: Any) -> None:
    """Make `move` on `record`, together with `changes`, or raise MoveRefused and change nothing."""
    model: type[models.Model] = type(record)
    rows = model._base_manager.filter(pk=record.pk, status__in=move.sources)
    if rows.update(status=move.target, **changes) != 1:
        now = model._base_manager.values_list("status", flat=True).get(pk=record.pk)
        words = dict(model._meta.get_field("status").flatchoices)  # type: ignore[union-attr]
        raise MoveRefused(
            f"{record} is “{words.get(now, now)}” and cannot become "
            f"“{words.get(move.target, move.target)}”. Somebody may have changed it: look again."
        )
    record.refresh_from_db()
