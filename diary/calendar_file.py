"""A diary as an iCalendar file (RFC 5545), for the calendar of a telephone.

It lies on other people's servers, so it holds references instead of names, our own rooms and no other
place, and no reason. Times are in UTC: every calendar shows them by its own clock, also across the
change to summer time.
"""

from datetime import UTC, timedelta

from django.conf import settings
from icalendar import Calendar, Event

from core.organisation import ORGANISATION
from diary.models import Appointment
from diary.workflow import AppointmentStatus

CANCELLED = (AppointmentStatus.CANCELLED_BY_THEM, AppointmentStatus.CANCELLED_BY_US)
AGAIN_AFTER = timedelta(minutes=30)


def calendar_file(appointments: list[Appointment], *, host: str) -> bytes:
    """The file that holds `appointments`; `host` makes their identities unique in the world."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{ORGANISATION.name}//Diary//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Work diary")
    calendar.add("refresh-interval", AGAIN_AFTER, {"value": "DURATION"})
    for one in appointments:
        calendar.add_component(_event(one, host))
    return calendar.to_ical()


def _event(one: Appointment, host: str) -> Event:
    event = Event()
    event.add("uid", f"{one.reference}@{host}")
    event.add("dtstamp", (one.settled_at or one.recorded_at).astimezone(UTC))
    event.add("dtstart", one.starts.astimezone(UTC))
    event.add("dtend", one.ends.astimezone(UTC))
    event.add("summary", summary_of(one))
    event.add("url", f"{settings.SITE_URL}{one.get_absolute_url()}")
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if one.status in CANCELLED else "CONFIRMED")
    if one.room is not None:
        event.add("location", one.room.name)
    return event


def summary_of(one: Appointment) -> str:
    """What a telephone shows: the kind, and a reference that means something only to us."""
    reference = one.case.reference if one.case else one.reference
    return f"{one.get_kind_display()} {reference}"
