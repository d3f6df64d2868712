"""What a rights request and its pack can be, and from which status to which they move."""

from datetime import timedelta
from enum import StrEnum

from django.db import models

from core.workflow import Move


class RequestStatus(models.TextChoices):
    RECEIVED = "received", "Received"
    IN_PROGRESS = "in_progress", "In progress"
    READY = "ready", "Ready to release"
    RELEASED = "released", "Released"
    ANSWERED = "answered", "Answered"
    REFUSED = "refused", "Refused"
    NOTHING_HELD = "nothing_held", "Answered: nothing is held"
    WITHDRAWN = "withdrawn", "Withdrawn by whoever asked"


class RequestMove(StrEnum):
    BEGIN = "begin"
    MAKE_READY = "make ready"
    TAKE_BACK = "take back"
    RELEASE = "release"
    RELEASE_PART = "release a part"
    ANSWER = "answer"
    REFUSE = "refuse"
    FIND_NOTHING = "find nothing"
    WITHDRAW = "withdraw"


OPEN_STATUSES = frozenset({RequestStatus.RECEIVED, RequestStatus.IN_PROGRESS, RequestStatus.READY})

REQUEST_MOVES: dict[RequestMove, Move] = {
    RequestMove.BEGIN: Move(frozenset({RequestStatus.RECEIVED}), RequestStatus.IN_PROGRESS),
    RequestMove.MAKE_READY: Move(OPEN_STATUSES, RequestStatus.READY),
    # Something has changed, so the pack that was ready is ready no more.
    RequestMove.TAKE_BACK: Move(frozenset({RequestStatus.READY}), RequestStatus.IN_PROGRESS),
    RequestMove.RELEASE: Move(frozenset({RequestStatus.READY}), RequestStatus.RELEASED),
    # The rest comes later, so that it goes on.
    RequestMove.RELEASE_PART: Move(frozenset({RequestStatus.READY}), RequestStatus.IN_PROGRESS),
    RequestMove.ANSWER: Move(OPEN_STATUSES, RequestStatus.ANSWERED),
    RequestMove.REFUSE: Move(OPEN_STATUSES, RequestStatus.REFUSED),
    RequestMove.FIND_NOTHING: Move(OPEN_STATUSES, RequestStatus.NOTHING_HELD),
    RequestMove.WITHDRAW: Move(OPEN_STATUSES, RequestStatus.WITHDRAWN),
}


class PackStatus(models.TextChoices):
    WAITING = "waiting", "Being built"
    BUILT = "built", "Built"
    FAILED = "failed", "Could not be built"


class PackMove(StrEnum):
    FINISH = "finish"
    FAIL = "fail"


# A build that failed, or whose worker was killed, may run again.
UNFINISHED = frozenset({PackStatus.WAITING, PackStatus.FAILED})

PACK_MOVES: dict[PackMove, Move] = {
    PackMove.FINISH: Move(UNFINISHED, PackStatus.BUILT),
    PackMove.FAIL: Move(UNFINISHED, PackStatus.FAILED),
}

# A build that said nothing for so long has lost its worker, and may be asked for again.
LOST_AFTER = timedelta(minutes=10)
