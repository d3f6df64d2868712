"""The e-mail that reminds somebody of an appointment. It says when, and nothing else.

Whoever reads it over a shoulder learns neither which charity or service it is nor why (features.md N1):
no name, no place, no reason, no link. The address it comes from is a setting of its own, so that a charity
whose name says too much can use a neutral one.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone

from core.dates import plain
from diary.clock import clock
from diary.models import Reminder


def reminder_email(reminder: Reminder) -> EmailMessage:
    """The e-mail to the address that was found safe, not sent yet."""
    starts = reminder.appointment.starts
    words = {"day": plain(timezone.localdate(starts), weekday=True), "time": clock(starts)}
    if reminder.sent_to is None:
        raise ValueError("No address was found for this reminder.")
    return EmailMessage(
        subject="Reminder",
        body=render_to_string("diary/email/reminder.txt", words),
        from_email=settings.REMINDER_FROM_EMAIL,
        to=[reminder.sent_to.value],
    )
