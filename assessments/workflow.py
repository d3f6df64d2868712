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


class GoalStatus(models.TextChoices):
    OPEN = "open", "Open"
    ACHIEVED = "achieved", "Achieved"
    NOT_ACHIEVED = "not_achieved", "Not achieved"
    GIVEN_UP = "given_up", "Given up"


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    AGREED = "agreed", "Agreed"
    REPLACED = "replaced", "Replaced by a later plan"


class EditionMove(StrEnum):
    PUBLISH = "publish"
    REPLACE = "replace"


class AssessmentMove(StrEnum):
    FINISH = "finish"


class GoalMove(StrEnum):
    ACHIEVE = "achieve"
    MISS = "miss"
    GIVE_UP = "give_up"


class PlanMove(StrEnum):
    AGREE = "agree"
    REPLACE = "replace"


EDITION_MOVES: dict[EditionMove, Move] = {
    EditionMove.PUBLISH: Move(frozenset({EditionStatus.DRAFT}), EditionStatus.IN_USE),
    EditionMove.REPLACE: Move(frozenset({EditionStatus.IN_USE}), EditionStatus.REPLACED),
}

ASSESSMENT_MOVES: dict[AssessmentMove, Move] = {
    AssessmentMove.FINISH: Move(frozenset({AssessmentStatus.DRAFT}), AssessmentStatus.FINAL),
}

GOAL_MOVES: dict[GoalMove, Move] = {
    GoalMove.ACHIEVE: Move(frozenset({GoalStatus.OPEN}), GoalStatus.ACHIEVED),
    GoalMove.MISS: Move(frozenset({GoalStatus.OPEN}), GoalStatus.NOT_ACHIEVED),
    GoalMove.GIVE_UP: Move(frozenset({GoalStatus.OPEN}), GoalStatus.GIVEN_UP),
}

PLAN_MOVES: dict[PlanMove, Move] = {
    PlanMove.AGREE: Move(frozenset({PlanStatus.DRAFT}), PlanStatus.AGREED),
    PlanMove.REPLACE: Move(frozenset({PlanStatus.AGREED}), PlanStatus.REPLACED),
}
