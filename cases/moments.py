"""When an entry says that something happened: never in the future."""

from datetime import datetime

from django.utils import timezone

from core.dates import ONE_DAY, plain


def not_yet(noun: str, happened_at: datetime, *, now: datetime) -> str:
    """Why a `noun` cannot be dated `happened_at`, as a sentence; "" if it can."""
    if happened_at <= now:
        return ""
    day, today = timezone.localdate(happened_at), timezone.localdate(now)
    if day == today:
        return f"A {noun} cannot be dated later today. Choose a time that has passed."
    when = "tomorrow" if day == today + ONE_DAY else plain(day)
    return f"A {noun} cannot be dated {when}. Write down only what has happened already."
