"""Times of the day as people write them, and whose clocks the diary goes by."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def zone() -> ZoneInfo:
    """Whose clocks the diary goes by."""
    return ZoneInfo(settings.TIME_ZONE)


def clock(moment: datetime) -> str:
    """The time of the day: 9am, 2:30pm."""
    local = timezone.localtime(moment)
    hour = local.hour % 12 or 12
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{hour}{minutes}{'am' if local.hour < 12 else 'pm'}"


def from_to(starts: datetime, ends: datetime) -> str:
    """From when to when: 9am to 10:30am."""
    return f"{clock(starts)} to {clock(ends)}"
