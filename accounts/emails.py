"""E-mails to staff. They name nobody from the records: what they are about is behind the sign-in."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from accounts.models import Notice
from core.organisation import ORGANISATION


def notice_email(notice: Notice) -> EmailMessage:
    """The e-mail that tells `notice.to` what their desk tells them too, not sent yet."""
    link = f"{settings.SITE_URL}{notice.link}" if notice.link else settings.SITE_URL
    words = {"notice": notice, "link": link, "organisation": ORGANISATION}
    return EmailMessage(
        subject=f"{ORGANISATION.name}: {notice.sentence}",
        body=render_to_string("accounts/email/notice.txt", words),
        to=[notice.to.email],
    )
