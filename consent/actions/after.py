"""What follows a sharing: the reply that came, and a manager's look at a quick entry."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.verbs import Action, Verb
from cases.actions.tasks import finish_task
from cases.models import Person, Task
from cases.workflow import TaskStatus
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
    """Somebody looked at a quick entry, or at what was shared in an emergency; the tasks for it are done.

    Refused for one's own, the second time, and without what is wrong.
    """
    words = words.strip()
    if not can_review_share(by, share):
        raise Refused(_who_looks(share))
    people = _people(share)
    # Two at once wait here: entries of the log themselves are never locked.
    waited = Person.objects.select_for_update(no_key=True).filter(pk__in=people)
    list(waited.order_by("pk").values_list("pk"))
    if ShareReview.objects.filter(share=share).exists():
        raise Refused("Somebody has looked at it already.")
    if not is_right and not words:
        raise Refused("Say what was wrong and what is to be done about it.")
    record(Verb.SHARE_REVIEWED, by=by, action=Action.UPDATE, record=share, people=people)
    made = ShareReview.objects.create(share=share, is_right=is_right, words=words, recorded_by=by)
    link = reverse("consent:share-review", args=[share.reference])
    for task in Task.objects.filter(link=link, status=TaskStatus.OPEN):
        finish_task(task=task, by=by)
    return made


def _who_looks(share: Share) -> str:
    if share.said_to_decide:
        return f"{share.said_to_decide} is said to have decided it, and looks whether that is so."
    if share.is_for_the_lead:
        return "The safeguarding lead or the Data Protection Officer looks at it, and nobody at their own."
    return "A manager of the service looks at it, and nobody at their own."


def _people(share: Share) -> list[int]:
    return list(share.share_people.values_list("person_id", flat=True))
