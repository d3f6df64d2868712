"""The schedule, as it is adopted and as it is suggested."""

from dataclasses import dataclass

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from retention.models import ScheduleRow
from retention.permissions import may_see_schedule
from retention.suggestions import SUGGESTIONS, Suggestion


@dataclass(frozen=True, slots=True)
class Schedule:
    """What holds, what held before, and what the product suggests where nothing holds yet."""

    rows: list[ScheduleRow]
    ended: list[ScheduleRow]
    suggested: list[Suggestion]


def open_schedule(*, look: Look) -> Schedule:
    """The whole schedule; NotNow (403, logged) for a role that has nothing to do with it."""
    look = look.for_purpose(Purpose.MANAGEMENT)
    if not may_see_schedule(look.by):
        raise NotNow("The retention schedule is not for your role.", look=look, record=ScheduleRow)
    rows = list(ScheduleRow.objects.select_related("service", "recorded_by", "ended_by"))
    show(look, [Shown(Verb.RETENTION_READ, ScheduleRow)])
    now = [row for row in rows if row.ended_at is None]
    taken = {(row.category, row.about_whom, row.title) for row in now}
    return Schedule(
        rows=now,
        ended=[row for row in rows if row.ended_at is not None],
        suggested=[
            one for one in SUGGESTIONS if (one.category, one.about_whom, one.title) not in taken
        ],
    )


def open_row(number: int, *, look: Look) -> ScheduleRow | None:
    """One adopted row that holds; None if it does not any more."""
    open_schedule(look=look)
    return ScheduleRow.objects.filter(pk=number, ended_at=None).first()
