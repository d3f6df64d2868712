"""Handing a released pack over: by a link and a passphrase, by post or by hand; and taking a link back."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.actions.notices import tell
from accounts.models import Notice, User
from accounts.queries import people_with
from audit.actors import Actor
from audit.verbs import Action, Verb
from core.dates import plain
from core.errors import Refused
from core.files.keeping import keep, remove_after_commit, stand_or_fall
from core.organisation import ORGANISATION
from core.pdf.lock import encrypt
from letters.models import Way
from sar.addresses import party_of, where
from sar.letter_kinds import LetterKind
from sar.models import BuiltPack, Delivery
from sar.models.delivery import MOST_FETCHED, MOST_TRIES
from sar.models.status import digest_of
from sar.rules import not_in_future, record
from sar.stored import check_stored, stored, stored_copy

FOLDER = "handed-over"
LONGEST = 30  # days that a link may be open


@dataclass(frozen=True, slots=True)
class Handed:
    """What whoever can say the passphrase gets: the copy, or nothing where it is not what we put there."""

    delivery: Delivery
    content: bytes | None


@transaction.atomic
def send_link(*, pack: BuiltPack, passphrase: str, days: int, identity: str, by: User) -> Delivery:
    """Send whoever asked a link to the pack, to an e-mail address that is safe for it.

    The link gives out a copy that opens with the passphrase alone, and only to somebody who can say it; it
    is told another way, once it is sure again that it is them (`identity`). A newer link takes the place of
    an older one. Refused without a safe address; an error of the mail server undoes everything.
    """
    _may_leave(pack)
    if not 1 <= days <= LONGEST:
        raise Refused(f"A link is open for 1 to {LONGEST} days.")
    if not identity.strip():
        raise Refused("Say how you make sure again that it is them.")
    party = party_of(pack.request)
    found = where(party, LetterKind.ANSWER, Way.EMAIL, on=timezone.localdate())
    if found.why_not or not found.addresses:
        raise Refused(f"No link can be sent. {found.why_not} Hand the pack over on paper.")
    record(Verb.PACK_LINK_SENT, by=by, request=pack.request, on=Delivery, action=Action.CREATE)
    _shut(pack)
    secret = secrets.token_urlsafe(32)
    locked = encrypt(stored(pack, final=True), passphrase)
    expires = timezone.now() + timedelta(days=days)
    with stand_or_fall():
        delivery = Delivery.objects.create(
            pack=pack,
            way=Delivery.Way.LINK,
            to=party.name,
            remarks=identity.strip(),
            digest=digest_of(secret),
            passphrase=make_password(passphrase),
            file=keep(ContentFile(locked), folder=FOLDER),
            sha256=hashlib.sha256(locked).hexdigest(),
            expires=expires,
            recorded_by=by,
        )
        address = f"{settings.SITE_URL.rstrip('/')}{reverse('sar:collect', args=[secret])}"
        EmailMessage(
            subject="Something you asked us for",
            body=(
                "What you asked us for is ready. With this link you fetch it until "
                f"{plain(timezone.localdate(expires))}. You need the passphrase that we tell you by "
                f"telephone or face to face, and never by e-mail:\n\n{address}\n\nDo not open it where "
                "somebody else can look over your shoulder or use the same telephone or computer.\n\n"
                f"{ORGANISATION.name}, telephone {ORGANISATION.phone}\n"
                "If you did not ask us for anything, delete this e-mail.\n"
            ),
            to=[found.addresses[0]],
            reply_to=[ORGANISATION.dpo_email],
        ).send()
    return delivery


@transaction.atomic
def hand_over(
    *, pack: BuiltPack, way: str, to: str, handed_on: date, remarks: str = "", by: User
) -> Delivery:
    """Write down that the pack went on paper: to whom, on which day, and with what proof."""
    _may_leave(pack)
    not_in_future(handed_on)
    if way not in {Delivery.Way.POST, Delivery.Way.HAND}:
        raise Refused("Say whether it went by post or by hand.")
    if not to.strip():
        raise Refused("Say to whom it was handed over.")
    released = pack.released_on
    if released is not None and handed_on < released:
        raise Refused(f"It was released on {plain(released)}, and went out no earlier.")
    record(Verb.PACK_HANDED_OVER, by=by, request=pack.request, on=Delivery, action=Action.CREATE)
    return Delivery.objects.create(
        pack=pack,
        way=way,
        to=to.strip(),
        handed_on=handed_on,
        remarks=remarks.strip(),
        recorded_by=by,
    )


@transaction.atomic
def recall(*, delivery: Delivery, because: str, by: User) -> Delivery:
    """Take a link back: it leads nowhere from now on, and the file behind it is removed."""
    now = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if not because.strip():
        raise Refused("Say why the link is taken back.")
    if not now.is_link or now.recalled_at is not None:
        raise Refused("There is no link here that could be taken back.")
    record(Verb.PACK_LINK_RECALLED, by=by, request=now.pack.request, on=now)
    remove_after_commit([now.file])
    Delivery.objects.filter(pk=now.pk).update(
        recalled_at=timezone.now(), recalled_by=by, recalled_because=because.strip(), file=""
    )
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def fetch(*, secret: str, passphrase: str, by: Actor) -> Handed | None:
    """Whoever has the link and the passphrase fetches the pack; None for anybody else, whatever is wrong.

    Both are written down. After some wrong passphrases the link leads nowhere.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("pack__request")
        .filter(digest=digest_of(secret))
        .first()
    )
    if delivery is None or not delivery.is_good:
        # As long as a right one takes, so that nobody learns from the time which links exist.
        make_password(passphrase)
        request = delivery.pack.request if delivery is not None else None
        record(Verb.PACK_FETCH_FAILED, by=by, request=request, on=delivery or Delivery)
        return None
    return hand_out(delivery=delivery, passphrase=passphrase, by=by)


@transaction.atomic
def hand_out(*, delivery: Delivery, passphrase: str, by: Actor) -> Handed | None:
    """Whoever followed the link to this delivery fetches the pack, if they can say the passphrase.

    Nothing goes out if the copy, or the pack it was made of, was changed or damaged where it is stored; then
    those who hand packs over are told.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if not delivery.is_good:
        record(Verb.PACK_FETCH_FAILED, by=by, request=delivery.pack.request, on=delivery)
        return None
    if not check_password(passphrase, delivery.passphrase):
        record(Verb.PACK_FETCH_FAILED, by=by, request=delivery.pack.request, on=delivery)
        _count(delivery, tries=delivery.tries + 1)
        return None
    try:
        content = stored_copy(delivery)
    except Refused:
        record(Verb.PACK_COPY_CHANGED, by=by, request=delivery.pack.request, on=delivery)
        _tell_of_change(delivery, by)
        return Handed(delivery, None)
    record(Verb.PACK_FETCHED, by=by, request=delivery.pack.request, on=delivery)
    _count(delivery, times=delivery.times + 1, fetched=timezone.now())
    return Handed(delivery, content)


@transaction.atomic
def shut_old_links(*, now: datetime, by: Actor) -> int:
    """Remove the files of links that give out nothing any more; how many there were."""
    kept = Delivery.objects.exclude(file="").select_related("pack__request")
    old = [
        one
        for one in kept
        if one.times >= MOST_FETCHED or one.tries >= MOST_TRIES or (one.expires or now) <= now
    ]
    for one in old:
        record(Verb.PACK_LINK_SHUT, by=by, request=one.pack.request, on=one)
        remove_after_commit([one.file])
        Delivery.objects.filter(pk=one.pk).update(file="")
    return len(old)


def _tell_of_change(delivery: Delivery, by: Actor) -> None:
    """Once, until somebody has read it: whoever stands before a link that gives nothing tries again."""
    pack = delivery.pack
    sentence = (
        f"A link to the pack of {pack.request} gave nothing out: the copy behind it, or the pack itself, was "
        "changed where it is stored, or damaged. Ring whoever asked, tell whoever looks after the system, and "
        "send a new link once the pack is whole."
    )
    link = reverse("sar:deliveries", args=[pack.request.reference, pack.name])
    if not Notice.objects.filter(link=link, sentence=sentence, read=None).exists():
        tell(who=people_with("sar.release_request"), sentence=sentence, link=link, by=by)


def _count(delivery: Delivery, **now: int | datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(**now)


def _shut(pack: BuiltPack) -> None:
    """Older links of the same pack lead nowhere: one person has one link."""
    older = pack.deliveries.filter(way=Delivery.Way.LINK).exclude(file="")
    remove_after_commit(older.values_list("file", flat=True))
    older.update(file="")


def _may_leave(pack: BuiltPack) -> None:
    if not pack.went_out:
        raise Refused("This pack is not released, so it goes to nobody.")
    check_stored(pack, final=True)
