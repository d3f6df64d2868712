"""Writing to whoever else works on a pack, about one of its items."""

from django.db import transaction

from accounts.actions.notices import tell
from accounts.models import User
from accounts.queries import people_with, unread_notices
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.models import ItemNote, RightsRequest
from sar.pack.held import Listed
from sar.permissions import can_note_items, may_work, requests_of
from sar.rules import at_work, record


@transaction.atomic
def note_on_item(*, request: RightsRequest, item: Listed, words: str, by: User) -> ItemNote:
    """Say something about `item` to the others, who are told. The pack, and a signature on it, stay as they are."""
    now = at_work(request)
    said = words.replace("\r\n", "\n").strip()
    if not said:
        raise Refused("Write what you want to say.")
    given = {"source": item.source, "record_id": item.record_id, "words": said, "recorded_by": by}
    if now.item_notes.filter(**given).exists():
        raise Refused("You have written this already.")
    record(Verb.ITEM_NOTED, by=by, request=now, on=ItemNote, action=Action.CREATE)
    made = ItemNote.objects.create(request=now, **given)
    _tell_others(now, by)
    return made


def _tell_others(request: RightsRequest, by: User) -> None:
    """Tell the others that there is a note; nobody again who has not read that there was one before."""
    # The page of the request, which leads there: the notes close when it ends, and the notice stays.
    link = f"{request.get_absolute_url()}#notes"
    who = [
        user
        for user in _others(request, by)
        if can_note_items(user, request)
        and requests_of(user).filter(pk=request.pk).exists()
        and not unread_notices(user).filter(link=link).exists()
    ]
    if who:
        tell(
            who=who,
            sentence=f"Somebody wrote to you about the pack of {request}.",
            link=link,
            by=by,
        )


def _others(request: RightsRequest, by: User) -> list[User]:
    """Whoever prepared the pack or wrote before; if nobody checks it yet, everybody who could."""
    prepared = {
        number
        for rows in (request.withholdings, request.checks, request.packs)
        for number in rows.values_list("recorded_by", flat=True)
    }
    wrote = set(request.item_notes.values_list("recorded_by", flat=True))
    there = list(User.objects.filter(pk__in=(prepared | wrote) - {by.pk}))
    if not may_work(by):
        return there or list(people_with("sar.work_requests"))
    if wrote - prepared - {by.pk}:
        return there
    return [*there, *people_with("sar.sign_pack").exclude(pk=by.pk)]
