"""The copy of what somebody agreed to goes to them, where that is safe."""

import smtplib
from datetime import date

from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Means
from cases.queries.safe_contact import reach
from consent.models import Consent
from core.errors import Refused
from core.organisation import ORGANISATION


@transaction.atomic
def send_copy(*, consent: Consent, on: date, by: User) -> str:
    """E-mail a copy to whoever answered; the address to which it went.

    To no address but one at which a message is safe (features.md N1); refused, with what is in the way,
    where there is none, and where the mail server does not take it.
    """
    to = consent.parent or consent.person
    way = reach(to, on=on).by(Means.EMAIL)
    if not way.allowed:
        raise Refused(f"{way.why} Print the copy instead.")
    record(
        Verb.CONSENT_COPY_SENT,
        by=by,
        action=Action.UPDATE,
        record=consent,
        people={consent.person_id, to.pk},
    )
    address = way.points[0].value
    email = EmailMessage(
        subject=f"What you told {ORGANISATION.name}",
        body=render_to_string(
            "consent/copy.txt", {"consent": consent, "to": to, "organisation": ORGANISATION}
        ),
        to=[address],
        reply_to=[ORGANISATION.email],
    )
    try:
        email.send()
    except (OSError, smtplib.SMTPException):
        raise Refused("The mail server did not take it. Try again, or print the copy.") from None
    return address
