"""Days and periods as PostgreSQL reckons them."""

from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import DateRangeField
from django.db.models import BooleanField, DateField, F, Func, Value
from django.db.models.functions import Least, TruncDate

# Fixed by the law's own clock, not by a setting: constraints are made with it once.
LONDON = ZoneInfo("Europe/London")


class DayAfter(Func):
    """The day after a date; nothing after nothing."""

    template = "(%(expressions)s + 1)"
    output_field = DateField()


class Period(Func):
    """The days from the first given date up to, without, the second; without end if that is nothing."""

    function = "daterange"
    output_field = DateRangeField()


def day_of(moment: str) -> TruncDate:
    """The day in London of the moment in the column `moment`."""
    return TruncDate(moment, tzinfo=LONDON)


def in_force() -> Period:
    """The days on which a consent was, is or will be in force, unless it is withdrawn."""
    return Period(F("given_on"), Least(DayAfter(F("until")), F("withdrawn_on")), Value("[)"))


class Contradicted(Func):
    """Whether a no that came after the consent of that number counts on the day: see migration 0011."""

    function = "public.consent_contradicted"
    output_field = BooleanField()
