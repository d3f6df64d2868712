"""Sending a pack to an agency, its being fetched, and its file's end (features.md P21)."""

import hashlib
import secrets
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from pikepdf import Pdf

from accounts.models import User
from audit.actors import SYSTEM, Actor
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Agency, Case, Person, Professional
from cases.queries.agencies import unchecked_sentence
from consent.actions.sharing import record_share
from consent.contents import Choice, Packed, addresses_of, pack, unchecked_of
from consent.gateways import Outcome, SentHow
from consent.models import Parcel, Share
from consent.packing import locked, numbered, pages_of, passphrase
from consent.purposes import purpose_named
from consent.queries.parcels import file_of
from core.errors import Refused
from core.files.keeping import keep, remove_after_commit, stand_or_fall
from core.organisation import ORGANISATION
from core.pdf.fonts import FontMissing
from core.pdf.parts import ChunkFailed, MergeFailed
from core.pdf.press import PressFailed

FOLDER = "agency-packs"
LINK_LASTS = timedelta(days=7)
PRINTED_LASTS = timedelta(days=1)
NOT_PRINTED = (ChunkFailed, MergeFailed, PressFailed, FontMissing)


@dataclass(frozen=True, slots=True)
class Sent:
    """What left, and the words with which it opens: said once, to whoever sends it."""

    parcel: Parcel
    words: str


@stand_or_fall()
@transaction.atomic
def send_parcel(
    *,
    case: Case,
    people: list[Person],
    agency: Agency,
    professional: Professional | None,
    purpose: str,
    gateway: str,
    gateway_detail: str,
    told: bool,
    why_not_told: str,
    choice: Choice,
    why_another: str = "",
    email: str = "",
    token: UUID | None = None,
    by: User,
) -> Sent:
    """Make the pack of what was chosen and let it leave: by a link to `email`, or to be printed.

    What may go is asked again now, whatever the preview said, and written in the sharing log as it
    leaves: a permission that was withdrawn meanwhile refuses it. The pages are made before any lock is
    taken. Refused to an address that nobody has checked, and where the mail server does not take the link;
    then nothing has left.
    """
    packed = pack(
        case=case,
        people=people,
        agency=agency,
        professional=professional,
        choice=choice,
        why_another=why_another,
        by=by,
    )
    if email in unchecked_of(agency, professional):
        raise Refused(unchecked_sentence([email]))
    if email and email not in addresses_of(agency, professional):
        raise Refused("Choose an e-mail address that is recorded of them.")
    now, words = timezone.now(), passphrase()
    pages = _printed(packed, to=str(professional or agency), people=people, purpose=purpose, at=now)
    return _leave(
        pages=pages,
        email=email,
        words=words if email else "",
        log={
            "case": case,
            "people": people,
            "outcome": Outcome.PARTLY if packed.kept_back else Outcome.SHARED,
            "what": packed.what,
            "kept_back": packed.kept_back,
            "agency": None if professional else agency,
            "professional": professional,
            "sent_how": SentHow.EMAIL if email else SentHow.POST,
            "purpose": purpose,
            "gateway": gateway,
            "gateway_detail": gateway_detail,
            "told": told,
            "why_not_told": why_not_told,
            "why_another": why_another,
            "happened_at": now,
            "token": token,
        },
        by=by,
    )


def _leave(*, pages: Pdf, email: str, words: str, log: dict[str, Any], by: User) -> Sent:
    share = record_share(**log, by=by)
    if Parcel.objects.filter(share=share).exists():
        raise Refused(f"This was sent before, as {share.reference}.")
    people = [person.pk for person in log["people"]]
    record(Verb.PARCEL_SENT, by=by, action=Action.CREATE, record=Parcel, people=people)
    content = _finished(pages, share, words)
    secret = secrets.token_urlsafe(32) if email else ""
    parcel = Parcel.objects.create(
        share=share,
        file=keep(ContentFile(content), folder=FOLDER),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        link_hash=_hash_of(secret) if secret else "",
        sent_to=email,
        expires=share.happened_at + (LINK_LASTS if email else PRINTED_LASTS),
        recorded_by=by,
    )
    if email:
        _mail(parcel, share, secret, by)
    return Sent(parcel=parcel, words=words)


@transaction.atomic
def fetch_parcel(*, secret: str, now: datetime, by: Actor) -> tuple[Parcel, bytes] | None:
    """Whoever has the link fetches the pack, once; None where the link leads nowhere (any more)."""
    if not secret:
        return None
    found = (
        Parcel.objects.select_for_update(of=("self",))
        .select_related("share")
        .filter(link_hash=_hash_of(secret), fetched=None, expires__gt=now)
        .exclude(file="")
        .first()
    )
    if found is None:
        return None
    content = _read(found)
    people = found.share.share_people.values_list("person_id", flat=True)
    record(Verb.PARCEL_FETCHED, by=by, action=Action.UPDATE, record=found, people=list(people))
    remove_after_commit([found.file])
    Parcel.objects.filter(pk=found.pk).update(fetched=now, file="")
    return found, content


@transaction.atomic
def forget_parcels(*, now: datetime, by: Actor = SYSTEM) -> int:
    """Remove the files of packs whose time is over; how many. Each night."""
    over = list(Parcel.objects.exclude(file="").filter(expires__lte=now))
    if over:
        record(Verb.PARCEL_FORGOTTEN, by=by, action=Action.UPDATE, record=Parcel)
        remove_after_commit([parcel.file for parcel in over])
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in over]).update(file="")
    return len(over)


def _hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _printed(packed: Packed, *, to: str, people: list[Person], purpose: str, at: datetime) -> Pdf:
    with _sayable():
        return pages_of(
            packed.chosen,
            to=to,
            about=", ".join(str(person) for person in people),
            purpose=purpose_named(purpose).label,
            at=at,
        )


def _finished(pages: Pdf, share: Share, words: str) -> bytes:
    with _sayable():
        content = numbered(pages, share.reference)
    return locked(content, words) if words else content


@contextmanager
def _sayable() -> Iterator[None]:
    try:
        yield
    except NOT_PRINTED:
        raise Refused(
            "The pages could not be made. Try again; if it fails again, tell whoever looks after the "
            "system. Nothing has left."
        ) from None


def _mail(parcel: Parcel, share: Share, secret: str, by: User) -> None:
    words = {
        "link": f"{settings.SITE_URL}{reverse('packs:fetch', args=[secret])}",
        "until": parcel.expires,
        "by": by,
        "organisation": ORGANISATION,
        "reference": share.reference,
    }
    mail = EmailMessage(
        subject=f"Information from {ORGANISATION.name}, {share.reference}",
        body=render_to_string("consent/parcel.txt", words),
        to=[parcel.sent_to],
        reply_to=[ORGANISATION.email],
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException):
        raise Refused(
            "The mail server did not take it. Nothing has left; try again, or print it."
        ) from None


def _read(parcel: Parcel) -> bytes:
    with file_of(parcel) as file:
        return bytes(file.read())
