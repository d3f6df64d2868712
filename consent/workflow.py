"""What may become of a referral to an agency: data, made true by core.workflow."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class ReferralOutStatus(models.TextChoices):
    WAITING = "waiting", "Waiting for their answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    NO_ANSWER = "no_answer", "No answer"


class ReferralOutMove(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"
    GIVE_UP = "give up"


# An answer may come after nobody waited for it any more.
_OPEN = frozenset({ReferralOutStatus.WAITING, ReferralOutStatus.NO_ANSWER})

REFERRAL_OUT_MOVES: dict[ReferralOutMove, Move] = {
    ReferralOutMove.ACCEPT: Move(_OPEN, ReferralOutStatus.ACCEPTED),
    ReferralOutMove.DECLINE: Move(_OPEN, ReferralOutStatus.DECLINED),
    ReferralOutMove.GIVE_UP: Move(
        frozenset({ReferralOutStatus.WAITING}), ReferralOutStatus.NO_ANSWER
    ),
}
