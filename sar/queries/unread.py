"""What somebody who works on a pack has not read yet of what the others wrote."""

from django.db.models import QuerySet

from accounts.models import User
from audit.kept_apart import entries_for
from audit.verbs import Verb
from sar.models import ItemNote, RightsRequest


def unread_notes(user: User, request: RightsRequest) -> QuerySet[ItemNote]:
    """What the others wrote since `user` looked at the notes of `request` last, which the log knows."""
    looks = entries_for(user).filter(
        record=RightsRequest._meta.label,
        record_id=request.pk,
        verb=Verb.ITEM_NOTES_READ,
        by_id=user.pk,
    )
    notes = request.item_notes.exclude(recorded_by=user)
    last = looks.order_by("-pk").values_list("at", flat=True).first()
    return notes if last is None else notes.filter(recorded_at__gt=last)
