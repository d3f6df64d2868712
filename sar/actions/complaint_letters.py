"""Writing to whoever complains: that it has come, how it goes, what was found (DPA 2018 s.164A)."""

from typing import Any

from django.db import transaction

from accounts.models import User
from core.errors import Refused
from sar.actions.letters import send_letter
from sar.complaint_letters import (
    ONCE_FOR_COMPLAINT,
    letters_about,
    may_be_written_for,
    party_of_complaint,
)
from sar.letter_kinds import LetterKind
from sar.models import Complaint, RequestLetter


@transaction.atomic
def write_about_complaint(
    *, complaint: Complaint, kind: LetterKind, by: User, **letter: Any
) -> RequestLetter:
    """Write a letter about `complaint` and bring it on its way. `letter` is what `send_letter` takes.

    When the first one goes, the complaint is acknowledged. Refused for a letter that has gone already, or
    that tells what has not happened; a form sent twice writes once.
    """
    now = (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("person")
        .get(pk=complaint.pk)
    )
    there = letters_about(now)
    token = letter.get("token")
    again = any(token is not None and one.token == token for one in there)
    if not again and kind not in may_be_written_for(now, there):
        raise Refused(
            "Such a letter has been written already, or tells what has not happened yet. Look at the complaint."
            if kind in ONCE_FOR_COMPLAINT
            else f"{now} is closed: write what was found."
        )
    return send_letter(
        kind=kind,
        matter=now.reference,
        to=party_of_complaint(now),
        person=now.person,
        by=by,
        **letter,
    )
