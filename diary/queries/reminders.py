"""Which reminders are to be sent: for the worker, which shows them to nobody."""

from datetime import datetime

from cases.restricted import usable
from diary.models import Reminder
from diary.workflow import ReminderStatus

AT_ONCE = 200  # reminders; the rest a minute later


def due_reminders(now: datetime) -> list[Reminder]:
    """What waits and is due, the longest due first."""
    due = Reminder.objects.filter(status=ReminderStatus.WAITING, due__lte=now)
    return list(usable(due, by=None).order_by("due", "pk")[:AT_ONCE])


def reminder_in_full(number: int) -> Reminder:
    """The reminder with everything its e-mail needs."""
    return Reminder.objects.select_related("appointment", "person", "sent_to").get(pk=number)
