"""The newest seal by e-mail: a second anchor, in the hands of two people."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from audit.actors import SYSTEM
from audit.log import record
from audit.models import Seal
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.organisation import ORGANISATION


@transaction.atomic
def mail_newest_seal() -> bool:
    """Send the number, count and hash of the newest seal to AUDIT_ANCHOR_EMAILS; False if there is
    nobody to send it to, or nothing sealed yet. An error of the mail server undoes the entry too.
    """
    seal = Seal.objects.order_by("-number").defer("leaves").first()
    if seal is None or not settings.AUDIT_ANCHOR_EMAILS:
        return False
    record(
        Verb.SEALS_MAILED,
        by=SYSTEM,
        action=Action.ACCESS,
        record=Seal,
        purpose=Purpose.ACCESS_CONTROL,
        values={"seal": seal.number, "to": settings.AUDIT_ANCHOR_EMAILS},
    )
    words = {"seal": seal, "hash": bytes(seal.hash).hex(), "organisation": ORGANISATION}
    EmailMessage(
        subject=f"{ORGANISATION.name}: seal {seal.number} of the log",
        body=render_to_string("audit/email/seal.txt", words),
        to=settings.AUDIT_ANCHOR_EMAILS,
    ).send()
    return True
