"""The schedule, as it is adopted and as it is suggested."""

from dataclasses import dataclass

from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from retention.due import ordinal
from retention.models import About, Category, ScheduleRow
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


def words_of(row: ScheduleRow | Suggestion) -> str:
    """From what the time counts, as a sentence a lawyer may read."""
    parts = []
    if row.birthday is not None:
        parts.append(f"the {ordinal(row.birthday)} birthday of the youngest")
    if row.months_after_end is not None:
        parts.append(f"{_months(row.months_after_end)} after the end")
    if row.months_after_activity is not None:
        parts.append(f"{_months(row.months_after_activity)} after the last contact or entry")
    if row.months_after_death is not None:
        parts.append(f"{_months(row.months_after_death)} after the death of the last of them")
    if row.months_after_consent is not None:
        parts.append(f"{_months(row.months_after_consent)} after the last of their consents ended")
    if len(parts) == 1:
        return parts[0]
    later = "later" if len(parts) == 2 else "latest"  # of two, or of more
    return f"the {later} of {', '.join(parts[:-1])} and {parts[-1]}"


def _months(count: int) -> str:
    years, months = divmod(count, 12)
    if months or not years:
        return f"{count} months"
    return "1 year" if years == 1 else f"{years} years"


def category_words(row: ScheduleRow | Suggestion) -> str:
    """The kind of record, and of whom where that differs."""
    words = str(Category(row.category).label)
    return words if row.about_whom == About.ANYBODY else f"{words}: {About(row.about_whom).label}"
