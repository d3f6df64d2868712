"""The last step before a record is handed over: the look is written, or nothing is shown.

Only the `queries.py` of the layers above call `show` and raise the refusals; views get records from
there and from nowhere else. A page calls its door once: after a look of a page that only reads, the
transaction is read only, so no page can change anything while showing it (features.md N5, P14).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.http import Http404

from audit.log import entry_for, insert_looks
from audit.looks import Look, Shown
from audit.models import Entry
from audit.verbs import Action, Verb

__all__ = ["NotNow", "NotYours", "RefusedLook", "Shown", "show"]


class RefusedLook(Exception):
    """A look that was not allowed; carries its own entry, since its transaction is rolled back."""

    def __init__(
        self,
        sentence: str,
        *,
        look: Look,
        record: models.Model | type[models.Model] | None = None,
        people: Iterable[Any] = (),
        values: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.entry: Entry = entry_for(
            Verb.LOOK_REFUSED,
            by=look.by,
            action=Action.ACCESS,
            record=record,
            people=people,
            look=look,
        )
        self.values = {"sentence": sentence, **(values or {})}


class NotYours(RefusedLook, Http404):
    """For this member of staff the record does not exist: 404, whatever address was typed."""


class NotNow(RefusedLook, PermissionDenied):
    """It is theirs to see, but this is not theirs to do, or not now: 403."""


def show(look: Look, shown: Iterable[Shown], *, values: Mapping[str, Any] | None = None) -> None:
    """Write one entry for each record shown; after that a page that only reads can change nothing.

    Raises LogUnavailable if the entries cannot be written: the caller then has nothing to hand over; and
    AskFirst where the look has no purpose yet.
    """
    shown = list(shown)
    if look.asks is not None:
        look = look.asks(look, shown)
    if shown:
        insert_looks(look, shown, values=values)
    if look.read_only:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
