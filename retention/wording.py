"""A row of the schedule in words that a lawyer may read; adopted or only suggested."""

from core.dates import plural
from retention.due import ordinal
from retention.models import About, Category, ScheduleRow
from retention.suggestions import Suggestion


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
    if not parts:
        return "Nothing is suggested: the Data Protection Officer decides"
    if len(parts) == 1:
        return parts[0]
    later = "later" if len(parts) == 2 else "latest"  # of two, or of more
    return f"the {later} of {', '.join(parts[:-1])} and {parts[-1]}"


def _months(count: int) -> str:
    years, months = divmod(count, 12)
    return plural(count, "month") if months or not years else plural(years, "year")


def category_words(row: ScheduleRow | Suggestion) -> str:
    """The kind of record, and of whom where that differs."""
    words = str(Category(row.category).label)
    return words if row.about_whom == About.ANYBODY else f"{words}: {About(row.about_whom).label}"
