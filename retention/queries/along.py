"""What is kept apart and would go along with something else, for whoever may read it."""

from dataclasses import dataclass
from datetime import date

from audit.door import NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from retention.due import due_of
from retention.holding import touched_by
from retention.models import GoesAlong
from retention.permissions import along_of
from retention.proposing import row_of
from retention.queries.due import Kept, list_due, named


@dataclass(frozen=True, slots=True)
class Along:
    """A concern or an allegation, how long it would be kept by itself, and with what it would go."""

    one: GoesAlong
    kept: Kept


def list_due_and_along(*, look: Look, on: date) -> tuple[list[Kept], list[Along]]:
    """What is due, and what would go along with proposals of others and waits for the reader; nothing for most."""
    found = [known for one in along_of(look.by).select_related("proposal") if (known := _of(one))]
    return list_due(look=look, on=on, beside=[_shown(each) for each in found]), found


def open_along(number: int, *, look: Look) -> Along:
    """One of them; NotYours (404, logged) unless it waits for the reader."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    one = along_of(look.by).select_related("proposal").filter(pk=number).first()
    found = _of(one) if one is not None else None
    if found is None:
        raise NotYours("Nothing of this number waits for you.", look=look, record=GoesAlong)
    show(look, [_shown(found)])
    return found


def _of(one: GoesAlong) -> Along | None:
    """None once the record is not there any more."""
    due = due_of(one.table, one.record)
    rows = named([due]) if due is not None else []
    return Along(one, rows[0]) if rows else None


def _shown(found: Along) -> Shown:
    one = found.one
    about = row_of(one.table, one.record)
    return Shown(Verb.DUE_LISTED, about, touched_by([(one.table, one.record)]).people)
