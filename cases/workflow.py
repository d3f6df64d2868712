"""From which status to which a case, a referral and a task may move: data, made true by core.workflow."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class CaseStatus(models.TextChoices):
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class ReferralStatus(models.TextChoices):
    RECEIVED = "received", "To be screened"
    SCREENED = "screened", "Screened, to be decided"
    WAITING = "waiting", "On the waiting list"
    ALLOCATED = "allocated", "Allocated"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "No longer wanted"


# Statuses in which somebody still has to do something.
UNDECIDED = frozenset({ReferralStatus.RECEIVED, ReferralStatus.SCREENED})
UNDER_WAY = UNDECIDED | {ReferralStatus.WAITING}


class TaskStatus(models.TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"
    DROPPED = "dropped", "No longer needed"


class PreviewStatus(models.TextChoices):
    WAITING = "waiting", "Being made"
    READY = "ready", "Ready"
    FAILED = "failed", "Could not be made"


class PaperStatus(models.TextChoices):
    IN_PLACE = "in_place", "In its place"
    OUT = "out", "Out"
    SHREDDED = "shredded", "Shredded"


class CaseMove(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


class ReferralMove(StrEnum):
    SCREEN = "screen"
    ACCEPT = "accept"
    DECLINE = "decline"
    ALLOCATE = "allocate"
    WITHDRAW = "withdraw"


class TaskMove(StrEnum):
    FINISH = "finish"
    DROP = "drop"


class PaperStep(StrEnum):
    TAKE = "take"
    RETURN = "return"
    SHRED = "shred"


class PreviewMove(StrEnum):
    FINISH = "finish"
    FAIL = "fail"
    ASK_AGAIN = "ask_again"


CASE_MOVES: dict[CaseMove, Move] = {
    CaseMove.CLOSE: Move(frozenset({CaseStatus.OPEN}), CaseStatus.CLOSED),
    CaseMove.REOPEN: Move(frozenset({CaseStatus.CLOSED}), CaseStatus.OPEN),
}

REFERRAL_MOVES: dict[ReferralMove, Move] = {
    ReferralMove.SCREEN: Move(frozenset({ReferralStatus.RECEIVED}), ReferralStatus.SCREENED),
    ReferralMove.ACCEPT: Move(frozenset({ReferralStatus.SCREENED}), ReferralStatus.WAITING),
    # What plainly belongs elsewhere need not be screened first.
    ReferralMove.DECLINE: Move(UNDECIDED, ReferralStatus.DECLINED),
    ReferralMove.ALLOCATE: Move(frozenset({ReferralStatus.WAITING}), ReferralStatus.ALLOCATED),
    ReferralMove.WITHDRAW: Move(UNDER_WAY, ReferralStatus.WITHDRAWN),
}

TASK_MOVES: dict[TaskMove, Move] = {
    TaskMove.FINISH: Move(frozenset({TaskStatus.OPEN}), TaskStatus.DONE),
    TaskMove.DROP: Move(frozenset({TaskStatus.OPEN}), TaskStatus.DROPPED),
}

PREVIEW_MOVES: dict[PreviewMove, Move] = {
    PreviewMove.FINISH: Move(frozenset({PreviewStatus.WAITING}), PreviewStatus.READY),
    PreviewMove.FAIL: Move(frozenset({PreviewStatus.WAITING}), PreviewStatus.FAILED),
    PreviewMove.ASK_AGAIN: Move(frozenset({PreviewStatus.FAILED}), PreviewStatus.WAITING),
}

PAPER_MOVES: dict[PaperStep, Move] = {
    PaperStep.TAKE: Move(frozenset({PaperStatus.IN_PLACE}), PaperStatus.OUT),
    PaperStep.RETURN: Move(frozenset({PaperStatus.OUT}), PaperStatus.IN_PLACE),
    PaperStep.SHRED: Move(frozenset({PaperStatus.IN_PLACE}), PaperStatus.SHREDDED),
}
