"""How long a concern has waited, in words, and when it is late."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from core.dates import next_working_day, plain, plural
from safeguarding.models import Allegation, Concern

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clock:
    """What is awaited, in words; `late` says that it should have happened."""

    words: str
    late: bool = False


def hours_allowed(*, in_danger: bool) -> int:
    """Hours after which a concern that nobody has read is late."""
    name = "unread_hours_in_danger" if in_danger else "unread_hours"
    return int(settings.SAFEGUARDING[name])


def times_late(raised: Concern | Allegation, now: datetime) -> float:
    """How often the time allowed for reading has passed: 1 is late, 2 is said to others too."""
    return (now - raised.recorded_at) / (HOUR * hours_allowed(in_danger=raised.in_danger))


def answer_by(on: date) -> date:
    """The day on which the council is asked for its answer, told on the day `on`."""
    day = on
    for _ in range(settings.SAFEGUARDING["answer_days"]):
        day = next_working_day(day + DAY)
    return day


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says something."""
    passed = now - since
    if passed < HOUR:
        return plural(max(int(passed / timedelta(minutes=1)), 0), "minute")
    if passed < 2 * DAY:
        return plural(int(passed / HOUR), "hour")
    return plural(passed.days, "day")


def clock_of(raised: Concern | Allegation, *, now: datetime, today: date) -> Clock:
    """What it waits for."""
    if raised.is_unread:
        late = times_late(raised, now) >= 1
        return Clock(f"Unread for {age(raised.recorded_at, now)}", late)
    if raised.next_chase_on is not None:
        return Clock(
            f"Ask for the answer on {plain(raised.next_chase_on)}", raised.next_chase_on < today
        )
    review_on = getattr(raised, "review_on", None)
    if review_on is not None:
        return Clock(f"Look again on {plain(review_on)}", review_on < today)
    if raised.status == "ended":
        return Clock("")
    if raised.status == "to_report":
        return Clock("To be told outside", late=True)
    return Clock(f"With {raised.read_by}")
