"""What is said about a look at a record, beside the look itself in the log."""

from django.db import transaction

from accounts.models import User
from audit.log import record
from audit.mistakes import mistakes_among
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.errors import Refused


@transaction.atomic
def say_mistaken(*, look: Entry, words: str = "", by: User) -> None:
    """Whoever opened somebody by mistake says so (features.md N3): the look stays, and this beside it.

    Said twice, it is written once. Refused for a look of somebody else.
    """
    if look.by_id != by.pk:
        raise Refused("This was not your look.")
    # The entry itself cannot be held; two clicks of one person go one after the other.
    User.objects.select_for_update(no_key=True).values_list("pk").get(pk=by.pk)
    if look.pk in mistakes_among([look]):
        return
    record(
        Verb.LOOK_MISTAKEN,
        by=by,
        action=Action.CREATE,
        record=look,
        people=look.people,
        purpose=Purpose.CORRECTING_AN_ERROR,
        values={"words": words.strip()} if words.strip() else None,
    )
