"""What becomes of a letter: data, made true by core.workflow."""

from datetime import timedelta
from enum import StrEnum

from django.db import models

from core.workflow import Move

# After this an e-mail that was being sent is one of which nobody knows whether it went.
LOST_AFTER = timedelta(minutes=10)
# How often the mail server is asked before the writer is told.
MOST_TRIES = 5


class DispatchStatus(models.TextChoices):
    MAKING = "making", "Being made"
    READY = "ready", "To print and post"
    POSTED = "posted", "Posted"
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Not sent: it failed"
    DROPPED = "dropped", "Not sent after all"


class DispatchMove(StrEnum):
    MAKE = "make"
    POST = "post"
    BEGIN = "begin"
    ARRIVE = "arrive"
    POSTPONE = "postpone"
    FAIL = "fail"
    MAKE_AGAIN = "make_again"
    SEND_AGAIN = "send_again"
    DROP = "drop"


_S = DispatchStatus
DISPATCH_MOVES: dict[DispatchMove, Move] = {
    DispatchMove.MAKE: Move(frozenset({_S.MAKING}), _S.READY),
    DispatchMove.POST: Move(frozenset({_S.READY}), _S.POSTED),
    DispatchMove.BEGIN: Move(frozenset({_S.QUEUED}), _S.SENDING),
    DispatchMove.ARRIVE: Move(frozenset({_S.SENDING}), _S.SENT),
    DispatchMove.POSTPONE: Move(frozenset({_S.SENDING}), _S.QUEUED),
    DispatchMove.FAIL: Move(frozenset({_S.MAKING, _S.QUEUED, _S.SENDING}), _S.FAILED),
    DispatchMove.MAKE_AGAIN: Move(frozenset({_S.FAILED}), _S.MAKING),
    DispatchMove.SEND_AGAIN: Move(frozenset({_S.FAILED}), _S.QUEUED),
    DispatchMove.DROP: Move(frozenset({_S.READY, _S.FAILED}), _S.DROPPED),
}
