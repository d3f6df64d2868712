"""The e-mail that says that a message has come, and nothing of what it is about or who wrote it (N1)."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

logger = logging.getLogger(__name__)


def confirm(to: str, references: list[str]) -> None:
    """Send it; where the mail server does not answer, the page has said it already."""
    words = {"references": references}
    message = EmailMessage(
        subject="We have your message",
        body=render_to_string("sar/public/email.txt", words),
        from_email=settings.REMINDER_FROM_EMAIL,
        to=[to],
    )
    try:
        message.send()
    except OSError:
        logger.warning("A confirmation of the public site could not be sent.")
