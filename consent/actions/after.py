"""What follows a sharing: the reply that came, and a manager's look at a quick entry."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case
from consent.gateways import LEFT_US
from consent.models import Share, ShareReply, ShareReview
from consent.permissions import can_review_share
from core.dates import plain
from core.errors import Refused


@transaction.atomic
def record_reply(*, share: Share, came_on: date, words: str, by: User) -> ShareReply:
    """What whoever was told answered. Refused where nothing was shared, and for a day to come."""
    words = words.strip()
    if share.outcome not in LEFT_US:
        raise Refused("Nothing was shared, so there is no reply.")
    if came_on > timezone.localdate():
        raise Refused(f"{plain(came_on)} has not come yet.")
    if came_on < timezone.localdate(share.happened_at):
        raise Refused("They cannot have answered before they were told.")
    if not words:
        raise Refused("Say what they answered.")
    record(Verb.SHARE_REPLIED, by=by, action=Action.UPDATE, record=share, people=_people(share))
    return ShareReply.objects.create(share=share, came_on=came_on, words=words, recorded_by=by)


@transaction.atomic
def review_share(*, share: Share, is_right: bool, words: str = "", by: User) -> ShareReview:
    """A manager looked at a quick entry. Refused for one's own, the second time, and without what is wrong."""
    words = words.strip()
    if not can_review_share(by, share):
        raise Refused("A manager of the service looks at it, and nobody at their own.")
    # Two managers at once wait here: entries of the log themselves are never locked.
    assert share.case_id is not None  # noqa: S101  # can_review_share asks for it
    Case.objects.select_for_update(no_key=True).get(pk=share.case_id)
    if ShareReview.objects.filter(share=share).exists():
        raise Refused("Somebody has looked at it already.")
    if not is_right and not words:
        raise Refused("Say what was wrong and what is to be done about it.")
    record(Verb.SHARE_REVIEWED, by=by, action=Action.UPDATE, record=share, people=_people(share))
    return ShareReview.objects.create(share=share, is_right=is_right, words=words, recorded_by=by)


def _people(share: Share) -> list[int]:
    return list(share.share_people.values_list("person_id", flat=True))
