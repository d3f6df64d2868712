"""What the worker does every few minutes: reminders that are due leave, each once."""

import logging
import smtplib

from django.utils import timezone

from diary.actions.reminders import begin_reminder, end_reminder
from diary.emails import reminder_email
from diary.queries.reminders import due_reminders, reminder_in_full

logger = logging.getLogger(__name__)


def send_due_reminders() -> int:
    """Send whatever is due; how many e-mails left."""
    sent = 0
    for reminder in due_reminders(timezone.now()):
        if not begin_reminder(reminder=reminder):
            continue
        marked = reminder_in_full(reminder.pk)
        try:
            reminder_email(marked).send()
        except (OSError, smtplib.SMTPException) as error:
            # The words of a mail server may hold the address.
            logger.warning("A reminder was not sent: %s", error.__class__.__name__)
            end_reminder(reminder=marked, because="The mail server did not take it.")
        else:
            end_reminder(reminder=marked)
            sent += 1
    return sent
