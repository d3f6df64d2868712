"""From which status to which an edition of questions, an assessment, a goal and a plan may move."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class EditionStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_USE = "in_use", "In use"
    REPLACED = "replaced", "Replaced"


class AssessmentStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    FINAL = "final", "Final"


class EditionMove(StrEnum):
    PUBLISH = "publish"
    REPLACE = "replace"


class AssessmentMove(StrEnum):
    FINISH = "finish"


EDITION_MOVES: dict[EditionMove, Move] = {
    EditionMove.PUBLISH: Move(frozenset({EditionStatus.DRAFT}), EditionStatus.IN_USE),
    EditionMove.REPLACE: Move(frozenset({EditionStatus.IN_USE}), EditionStatus.REPLACED),
}

ASSESSMENT_MOVES: dict[AssessmentMove, Move] = {
    AssessmentMove.FINISH: Move(frozenset({AssessmentStatus.DRAFT}), AssessmentStatus.FINAL),
}
