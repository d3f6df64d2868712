"""How a request to use records with names moves: plain data."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class UseStatus(models.TextChoices):
    ASKED = "asked", "Waits for a decision"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    ENDED = "ended", "Ended"


class UseMove(StrEnum):
    APPROVE = "approve"
    REFUSE = "refuse"
    END = "end"


USE_MOVES = {
    UseMove.APPROVE: Move(sources=frozenset({UseStatus.ASKED}), target=UseStatus.APPROVED),
    UseMove.REFUSE: Move(sources=frozenset({UseStatus.ASKED}), target=UseStatus.REFUSED),
    UseMove.END: Move(
        sources=frozenset({UseStatus.ASKED, UseStatus.APPROVED}), target=UseStatus.ENDED
    ),
}
