"""From which status to which a case, a referral and a task may move: data, made true by core.workflow."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class CaseStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ReferralStatus(models.TextChoices):
    RECEIVED = "received", "Waiting for a decision"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class TaskStatus(models.TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "No longer needed"


class CaseMove(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


class ReferralMove(StrEnum):
    ACCEPT = "accept"
    DECLINE = "decline"


class TaskMove(StrEnum):
    FINISH = "finish"
    DROP = "drop"


CASE_MOVES: dict[CaseMove, Move] = {
    CaseMove.CLOSE: Move(frozenset({CaseStatus.OPEN}), CaseStatus.CLOSED),
    CaseMove.REOPEN: Move(frozenset({CaseStatus.CLOSED}), CaseStatus.OPEN),
}

REFERRAL_MOVES: dict[ReferralMove, Move] = {
    ReferralMove.ACCEPT: Move(frozenset({ReferralStatus.RECEIVED}), ReferralStatus.ACCEPTED),
    ReferralMove.DECLINE: Move(frozenset({ReferralStatus.RECEIVED}), ReferralStatus.DECLINED),
}

TASK_MOVES: dict[TaskMove, Move] = {
    TaskMove.FINISH: Move(frozenset({TaskStatus.OPEN}), TaskStatus.DONE),
    TaskMove.DROP: Move(frozenset({TaskStatus.OPEN}), TaskStatus.DROPPED),
}
