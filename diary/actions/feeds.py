"""The secret address under which a worker's telephone reads their diary."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused
from diary.models import Feed
from diary.tokens import hash_of_token, new_token


@transaction.atomic
def make_feed(*, by: User) -> str:
    """Make a secret address for the diary of `by`, and give its secret: the only time it is seen.

    The address before, if there was one, stops at once.
    """
    # Two presses at once go one after the other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    now = timezone.now()
    record(Verb.FEED_MADE, by=by, action=Action.CREATE, record=Feed, purpose=Purpose.ACCESS_CONTROL)
    Feed.objects.filter(worker=by, revoked_at=None).update(revoked_at=now, revoked_by=by)
    token = new_token()
    Feed.objects.create(worker=by, token_hash=hash_of_token(token), recorded_by=by)
    return token


@transaction.atomic
def revoke_feed(*, by: User) -> None:
    """The secret address of `by` stops working at once."""
    feed = Feed.objects.filter(worker=by, revoked_at=None).first()
    if feed is None:
        raise Refused("You have no calendar address any more.")
    record(
        Verb.FEED_REVOKED, by=by, action=Action.UPDATE, record=feed, purpose=Purpose.ACCESS_CONTROL
    )
    Feed.objects.filter(pk=feed.pk).update(revoked_at=timezone.now(), revoked_by=by)
