"""A letter that went and did not reach them: `send_once_more`, in the same words, to where they are now."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from audit import log
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.written import SavedAlready
from core.errors import Refused
from letters.models import Way
from letters.workflow import DispatchStatus
from sar.actions.letters import DELIVER_TASK
from sar.addresses import where
from sar.complaint_letters import written_to
from sar.letter_kinds import LetterKind
from sar.letter_rules import why_not_again
from sar.models import RequestLetter

# What is the same in both, word for word.
SAME = (
    "request",
    "matter",
    "person",
    "kind",
    "wording",
    "addressee",
    "subject",
    "body",
    "routes",
    "large_print",
)


@transaction.atomic
def send_once_more(
    *,
    letter: RequestLetter,
    way: str,
    sent_to: str,
    because: str,
    token: UUID | None = None,
    by: User,
) -> RequestLetter:
    """Send `letter`, which came back or never reached them, once more: the same words, a sending of its own.

    The first stays as it went. Where it goes is asked anew (`sar.addresses.where`), so put right first where
    to write to them. Refused while it has not gone, and where it was sent again already; if that one comes
    back as well, that one is sent again. A form sent twice sends once.
    """
    because = because.strip()
    now = (
        RequestLetter.objects.select_for_update(of=("self",))
        .select_related("request__person", "person")
        .get(pk=letter.pk)
    )
    words: dict[str, Any] = {"way": way, "sent_to": sent_to, "again_because": because}
    if before := _sent_before(token, now, words):
        return before
    if why := why_not_again(now):
        raise Refused(why)
    if not because:
        raise Refused("Say how you know that it did not reach them, such as: it came back by post.")
    found = where(written_to(now), LetterKind(now.kind), way, on=timezone.localdate())
    if found.why_not:
        raise Refused(f"This letter cannot go. {found.why_not}")
    if sent_to not in found.addresses:
        raise Refused("This address is not one to write to. Choose the address again.")
    log.record(
        Verb.RIGHTS_LETTER_WRITTEN_AGAIN,
        by=by,
        action=Action.CREATE,
        record=RequestLetter,
        people=now.people,
        purpose=Purpose.RIGHTS_REQUEST,
    )
    made = RequestLetter.objects.create(
        again_of=now,
        token=token,
        status=DispatchStatus.MAKING if way == Way.POST else DispatchStatus.QUEUED,
        recorded_by=by,
        **{name: getattr(now, name) for name in SAME},
        **words,
    )
    app.configure_task(DELIVER_TASK).defer(letter_id=made.pk)
    return made


def _sent_before(
    token: UUID | None, letter: RequestLetter, words: dict[str, Any]
) -> RequestLetter | None:
    before = RequestLetter.objects.filter(token=token).first() if token else None
    said = {"again_of_id": letter.pk, **words}
    if before is not None and any(getattr(before, name) != value for name, value in said.items()):
        raise SavedAlready(f"This form was saved before, as {before.reference}. Look at it there.")
    return before
