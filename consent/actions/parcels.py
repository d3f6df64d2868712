"""Sending a pack to an agency, its being fetched, and its file's end (features.md P21)."""

import hashlib
import secrets
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.actors import Stranger
from audit.log import SYSTEM, record
from audit.verbs import Action, Verb
from cases.models import Agency, Case, Person, Professional
from cases.queries.safe_contact import Recipient
from consent.actions.sharing import record_share
from consent.gateways import Outcome, SentHow
from consent.models import Parcel, Share
from consent.packing import Chosen, locked, passphrase, pdf_of
from consent.purposes import purpose_named
from consent.queries.sendable import Sendable, in_the_way, sendable
from core.dates import plain
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
class Choice:
    """What was chosen: items by key, those that go whole all the same, and why."""

    keys: tuple[str, ...]
    whole: tuple[str, ...] = ()
    why_whole: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What left, and the words with which it opens: said once, to whoever sends it."""

    parcel: Parcel
    words: str


@dataclass(frozen=True, slots=True)
class Packed:
    """What the agency would read, what stays here, and what must be known before it goes."""

    items: tuple[Sendable, ...]
    chosen: tuple[Chosen, ...]
    what: str
    kept_back: str
    warnings: tuple[str, ...]


def pack(
    *,
    case: Case,
    people: Iterable[Person],
    agency: Agency,
    professional: Professional | None,
    choice: Choice,
) -> Packed:
    """What would go: asked for the preview and once more when it goes. Refused where nothing may go."""
    people, today = list(people), timezone.localdate()
    told = in_the_way(Recipient(agency=agency, professional=professional), people, on=today)
    if not told.allowed:
        raise Refused(" ".join(told.because))
    offered = {one.key: one for one in sendable(case, people, on=today)}
    if missing := [key for key in choice.keys if key not in offered]:
        raise Refused(f"{missing[0]} cannot be sent any more. Choose again.")
    if not choice.keys:
        raise Refused("Choose what is to be sent.")
    if choice.whole and not choice.why_whole.strip():
        raise Refused("Say why what is usually left out goes to them.")
    items = [offered[key] for key in choice.keys]
    chosen = [_chosen(one, whole=one.key in choice.whole) for one in items]
    left_out = [
        sentence for one in items if one.key not in choice.whole for sentence in one.left_out
    ]
    empty = [one.title for one, made in zip(items, chosen, strict=True) if not made.text]
    if len(empty) == len(items):
        raise Refused("Nothing would be left in the pack. Choose something else.")
    what = "; ".join(one.title for one in items if one.title not in empty)
    if choice.whole:
        what += f". Whole, because: {choice.why_whole.strip()}"
    return Packed(
        items=tuple(items),
        chosen=tuple(made for made in chosen if made.text),
        what=what,
        kept_back=" ".join(left_out),
        warnings=told.warnings,
    )


@stand_or_fall()
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
    email: str = "",
    token: UUID | None = None,
    by: User,
) -> Sent:
    """Make the pack of what was chosen and let it leave: by a link to `email`, or to be printed.

    What may go is asked again now, whatever the preview said, and written in the sharing log as it
    leaves: a permission that was withdrawn meanwhile refuses it. The pages are made before any lock is
    taken. Refused where the mail server does not take the link; then nothing has left.
    """
    packed = pack(case=case, people=people, agency=agency, professional=professional, choice=choice)
    if email and email not in addresses_of(agency, professional):
        raise Refused("Choose an e-mail address that is recorded of them.")
    now, words = timezone.now(), passphrase()
    content = _printed(
        packed, to=str(professional or agency), people=people, purpose=purpose, at=now
    )
    return _leave(
        content=locked(content, words) if email else content,
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
            "happened_at": now,
            "token": token,
        },
        by=by,
    )


@transaction.atomic
def _leave(*, content: bytes, email: str, words: str, log: dict[str, Any], by: User) -> Sent:
    share = record_share(**log, by=by)
    if Parcel.objects.filter(share=share).exists():
        raise Refused(f"This was sent before, as {share.reference}.")
    people = [person.pk for person in log["people"]]
    record(Verb.PARCEL_SENT, by=by, action=Action.CREATE, record=Parcel, people=people)
    secret = secrets.token_urlsafe(32) if email else ""
    parcel = Parcel.objects.create(
        share=share,
        file=keep(ContentFile(content), folder=FOLDER),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        link_hash=hash_of(secret) if secret else "",
        sent_to=email,
        expires=share.happened_at + (LINK_LASTS if email else PRINTED_LASTS),
        recorded_by=by,
    )
    if email:
        _mail(parcel, share, secret, by)
    return Sent(parcel=parcel, words=words)


@transaction.atomic
def fetch_parcel(*, secret: str, now: datetime) -> tuple[Parcel, bytes] | None:
    """Whoever has the link fetches the pack, once; None where the link leads nowhere (any more)."""
    if not secret:
        return None
    found = (
        Parcel.objects.select_for_update(of=("self",))
        .select_related("share")
        .filter(link_hash=hash_of(secret), fetched=None, expires_at__gt=now)
        .exclude(file="")
        .first()
    )
    if found is None:
        return None
    content = _read(found)
    people = found.share.share_people.values_list("person_id", flat=True)
    record(
        Verb.PARCEL_FETCHED, by=Stranger(), action=Action.UPDATE, record=found, people=list(people)
    )
    remove_after_commit([found.file])
    Parcel.objects.filter(pk=found.pk).update(fetched=now, file="")
    return found, content


@transaction.atomic
def forget_parcels(*, now: datetime) -> int:
    """Remove the files of packs whose time is over; how many. Each night."""
    over = list(Parcel.objects.exclude(file="").filter(expires_at__lte=now))
    if over:
        record(Verb.PARCEL_FORGOTTEN, by=SYSTEM, action=Action.UPDATE, record=Parcel)
        remove_after_commit([parcel.file for parcel in over])
        Parcel.objects.filter(pk__in=[parcel.pk for parcel in over]).update(file="")
    return len(over)


def addresses_of(agency: Agency, professional: Professional | None) -> list[str]:
    """The e-mail addresses to which a pack may go."""
    known = [professional.email if professional else "", agency.email]
    return list(dict.fromkeys(one for one in known if one))


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _chosen(one: Sendable, *, whole: bool) -> Chosen:
    return Chosen(
        title=one.title,
        on=plain(one.on) if one.on else "",
        text=one.whole if whole else one.text,
    )


def _printed(packed: Packed, *, to: str, people: list[Person], purpose: str, at: datetime) -> bytes:
    try:
        return pdf_of(
            packed.chosen,
            to=to,
            about=", ".join(str(person) for person in people),
            purpose=purpose_named(purpose).label,
            at=at,
        )
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
    with open_file(parcel) as file:
        return bytes(file.read())


def open_file(parcel: Parcel) -> Any:
    """The file of `parcel`, to be read."""
    return default_storage.open(parcel.file)
