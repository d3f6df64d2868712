"""The status page for whoever asked: a link by e-mail that opens once, and shows nothing about anybody."""

import secrets

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.verbs import Action, Verb
from core.errors import Refused
from core.organisation import ORGANISATION
from letters.models import Way
from sar.addresses import party_of, where
from sar.letter_kinds import LetterKind
from sar.models import RightsRequest, StatusLink
from sar.models.status import digest_of
from sar.rules import record, still_open


@transaction.atomic
def send_status_link(*, request: RightsRequest, by: User) -> StatusLink:
    """Send whoever asked a link to the status page, to an e-mail address that is safe.

    Refused without such an address. A newer link makes the older ones lead nowhere. An error of the mail
    server undoes everything.
    """
    now = still_open(request)
    found = where(party_of(now), LetterKind.ACKNOWLEDGE, Way.EMAIL, on=timezone.localdate())
    if found.why_not or not found.addresses:
        raise Refused(f"No link can be sent. {found.why_not}")
    record(Verb.STATUS_LINK_SENT, by=by, request=now, on=StatusLink, action=Action.CREATE)
    now.status_links.filter(opened=None).update(opened=timezone.now())
    secret = secrets.token_urlsafe(32)
    link = StatusLink.objects.create(request=now, digest=digest_of(secret), recorded_by=by)
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('sar:status', args=[secret])}"
    EmailMessage(
        subject="How far your request is",
        body=(
            "You asked us something. With this link you see how far it is. It opens once, within 14 "
            f"days, and shows nothing about you:\n\n{address}\n\n{ORGANISATION.name}, telephone "
            f"{ORGANISATION.phone}\nIf you did not ask us anything, delete this e-mail.\n"
        ),
        to=[found.addresses[0]],
        reply_to=[ORGANISATION.dpo_email],
    ).send()
    return link


@transaction.atomic
def open_status(*, secret: str, by: Actor = SYSTEM) -> RightsRequest:
    """Follow a link, once. Refused for one that is not good, in the same words whatever is wrong."""
    link = (
        StatusLink.objects.select_for_update(of=("self",))
        .select_related("request__extension")
        .filter(digest=digest_of(secret))
        .first()
    )
    if link is None or not link.is_good:
        raise Refused(
            "This link leads nowhere any more. Ask us for another one: telephone "
            f"{ORGANISATION.dpo_phone}."
        )
    record(Verb.STATUS_LINK_OPENED, by=by, request=link.request, on=link)
    StatusLink.objects.filter(pk=link.pk).update(opened=timezone.now())
    return link.request
