"""The diary as a telephone reads it: references and times, without names, places or reasons."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import User
from accounts.queries import undertaking_to_accept
from audit.actors import Stranger
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.models import Entry
from audit.verbs import Verb
from diary.models import Appointment, AppointmentPerson, AppointmentWorker, Feed
from diary.permissions import appointments_of, keeps_diary
from diary.tokens import hash_of_token

BACK = timedelta(days=30)
AHEAD = timedelta(days=183)
MOST = 60  # times an hour: one a minute
HOUR = timedelta(hours=1)


class TooOften(Exception):
    """The feed has been read too often within the hour."""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """Whose diary it is, and what stands in it."""

    worker: User
    appointments: list[Appointment]


def open_feed(token: str, *, look: Look) -> FeedRecord:
    """What stands in the diary to which the secret `token` belongs; the look is its owner's, by feed.

    NotYours (404, logged) for a secret that belongs to no feed, to a revoked one, or to somebody who may not
    sign in or keeps no diary any more: one and the same answer, found by the hash, so that neither the words
    nor the time of it tell which. TooOften for more than MOST reads an hour.
    """
    feed = (
        Feed.objects.select_related("worker")
        .filter(token_hash=hash_of_token(token), revoked_at=None, worker__is_active=True)
        .first()
    )
    if feed is None or not keeps_diary(feed.worker):
        raise NotYours("No calendar under this address.", look=_by_stranger(look), record=Feed)
    look = _by_owner(look, feed.worker)
    if undertaking_to_accept(feed.worker) is not None:
        raise NotNow("The undertaking waits to be accepted.", look=look, record=feed)
    now = timezone.now()
    if reads_since(feed, now - HOUR) >= MOST:
        raise TooOften
    appointments = _appointments(feed.worker, now)
    people = {link.person_id for one in appointments for link in one.appointment_people.all()}
    show(look, [Shown(Verb.FEED_READ, feed, people)])
    return FeedRecord(worker=feed.worker, appointments=appointments)


def feed_of(user: User, *, look: Look) -> Feed | None:
    """The feed of `user` that works now; None if they have none. NotNow for a role without a diary."""
    if not keeps_diary(user):
        raise NotNow("Your role keeps no diary.", look=look, record=Feed)
    return Feed.objects.filter(worker=user, revoked_at=None).first()


def reads_since(feed: Feed, since: datetime) -> int:
    """How often the log says that `feed` was read since a moment."""
    return Entry.objects.filter(
        record=Feed._meta.label, record_id=feed.pk, verb=Verb.FEED_READ.value, at__gte=since
    ).count()


def _appointments(worker: User, now: datetime) -> list[Appointment]:
    own = AppointmentWorker.objects.filter(worker=worker).values("appointment")
    return list(
        appointments_of(worker)
        .filter(pk__in=own, starts__gte=now - BACK, starts__lte=now + AHEAD)
        .select_related("case", "group", "room")
        .prefetch_related(Prefetch("appointment_people", AppointmentPerson.objects.all()))
        .order_by("starts", "pk")
    )


def _by_owner(look: Look, owner: User) -> Look:
    return Look(
        by=owner,
        purpose=look.purpose,
        request=look.request,
        address=look.address,
        read_only=look.read_only,
    )


def _by_stranger(look: Look) -> Look:
    return Look(by=Stranger(), request=look.request, address=look.address, read_only=look.read_only)
