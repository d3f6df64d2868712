"""From which status to which a concern and an allegation may move: data, made true by core.workflow."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class ConcernStatus(models.TextChoices):
    RAISED = "raised", "Not read yet"
    READ = "read", "Being decided"
    WATCHED = "watched", "Being watched"
    TO_REPORT = "to_report", "To be referred"
    REPORTED = "reported", "Waiting for an answer"
    ENDED = "ended", "Dealt with"


class ConcernMove(StrEnum):
    READ = "read"
    WATCH = "watch"
    DECIDE_TO_REPORT = "decide to report"
    REPORT = "report"
    ANSWER = "answer"
    END = "end"
    REOPEN = "reopen"


# While an answer from outside is awaited, nothing else is decided.
TO_DECIDE = frozenset({ConcernStatus.READ, ConcernStatus.WATCHED, ConcernStatus.TO_REPORT})

CONCERN_MOVES: dict[ConcernMove, Move] = {
    ConcernMove.READ: Move(frozenset({ConcernStatus.RAISED}), ConcernStatus.READ),
    ConcernMove.WATCH: Move(TO_DECIDE, ConcernStatus.WATCHED),
    ConcernMove.DECIDE_TO_REPORT: Move(TO_DECIDE, ConcernStatus.TO_REPORT),
    ConcernMove.REPORT: Move(
        frozenset({ConcernStatus.TO_REPORT, ConcernStatus.REPORTED}), ConcernStatus.REPORTED
    ),
    ConcernMove.ANSWER: Move(frozenset({ConcernStatus.REPORTED}), ConcernStatus.READ),
    ConcernMove.END: Move(TO_DECIDE, ConcernStatus.ENDED),
    ConcernMove.REOPEN: Move(frozenset({ConcernStatus.ENDED}), ConcernStatus.READ),
}


class AllegationStatus(models.TextChoices):
    RAISED = "raised", "Not read yet"
    READ = "read", "Being looked into"
    PROPOSED = "proposed", "Waiting for a second person"
    ENDED = "ended", "Dealt with"


class AllegationMove(StrEnum):
    READ = "read"
    PROPOSE = "propose"
    SEND_BACK = "send back"
    CONFIRM = "confirm"


ALLEGATION_MOVES: dict[AllegationMove, Move] = {
    AllegationMove.READ: Move(frozenset({AllegationStatus.RAISED}), AllegationStatus.READ),
    AllegationMove.PROPOSE: Move(frozenset({AllegationStatus.READ}), AllegationStatus.PROPOSED),
    AllegationMove.SEND_BACK: Move(frozenset({AllegationStatus.PROPOSED}), AllegationStatus.READ),
    AllegationMove.CONFIRM: Move(frozenset({AllegationStatus.PROPOSED}), AllegationStatus.ENDED),
}
