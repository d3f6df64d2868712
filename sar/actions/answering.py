"""Answering a request about another right than access: by the letter that ends it, or by word of mouth."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Verb
from core.errors import Refused
from core.workflow import make
from sar.actions.letters import send_letter
from sar.answering import check_answer, gone_by
from sar.conflicts import check_conflicts
from sar.kinds import Kind
from sar.letter_kinds import LetterKind
from sar.models import RequestLetter, RightsRequest
from sar.rules import locked, record, still_open
from sar.workflow import REQUEST_MOVES, RequestMove


@transaction.atomic
def answer_request(
    *, request: RightsRequest, outcome: str, by: User, **letter: Any
) -> RequestLetter:
    """Write the letter that says what was done, and so end `request` (UK GDPR Art 12(3)).

    `letter` is what `send_letter` takes. The letter and the end stand or fall together, and a form sent
    twice answers once. Refused while something of the request is undone.
    """
    now = locked(request)
    if now.is_open:
        _end(now, outcome, by=by)
    written = send_letter(kind=LetterKind.DONE, request=now, by=by, **letter)
    request.refresh_from_db()
    return written


@transaction.atomic
def answer_spoken(*, request: RightsRequest, outcome: str, said: str, by: User) -> None:
    """Write down what they were told by word of mouth, because they wished so or no letter is safe.

    UK GDPR Art 12(1). They are told the ways to complain as well.
    """
    if not said.strip():
        raise Refused("Write down what they were told.")
    _end(still_open(request), outcome, said=said.strip(), by=by)
    request.refresh_from_db()


def _end(now: RightsRequest, outcome: str, *, said: str = "", by: User) -> None:
    check_answer(now, outcome, on=timezone.localdate())
    check_conflicts(now)
    record(Verb.REQUEST_ANSWERED, by=by, request=now)
    make(
        now,
        REQUEST_MOVES[RequestMove.ANSWER],
        outcome=outcome,
        said=said,
        answered_at=timezone.now(),
        answered_by=by,
        gone_by=gone_by(now, on=timezone.localdate()) if now.kind == Kind.ERASURE else None,
    )
