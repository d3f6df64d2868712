"""What kinds of thing staff are asked to do, with the words people read.

The column is plain text, as that of the log's verbs is: a new kind needs no migration, and an old one is
never lost. An app above names its own kinds here, so that the lists of tasks can be filtered in one place.
"""

from enum import StrEnum


class TaskKind(StrEnum):
    """Why a task is there."""

    TO_DO = "to do"
    NEXT_STEP = "next step"
    HAND_OVER = "hand-over"
    CHASE = "answer to be chased"
    REVIEW = "review"
    CORRECTION = "correction asked for"
    DOUBLE = "possible double"
    CONSENT = "consent"
    SEARCH = "search for a rights request"
    SAFEGUARDING = "safeguarding"
    RECTIFICATION = "rectification"
    ERASURE = "erasure that is stopped"

    @property
    def words(self) -> str:
        return f"{self.value[0].upper()}{self.value[1:]}"
