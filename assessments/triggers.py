"""Rules of questions and answers that the database keeps."""

import pgtrigger

from audit.triggers import NOTED, OwnFunction
from cases.triggers import FINAL


class QuestionStays(OwnFunction):
    """Once its edition was in use a question is never reworded or removed: answers rest on its words."""

    function = "public.assessments_question_stays"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    level = pgtrigger.Row


class AnswerFits(OwnFunction):
    """An answer is of the kind its question asks for, within its limits and among its choices."""

    function = "public.assessments_answer_fits"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class AssessmentStays(OwnFunction):
    """A final assessment is never changed; a correction is another one beside it (features.md P6)."""

    function = "public.assessments_assessment_stays"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class AnswerOfDraft(OwnFunction):
    """Nothing is answered in an assessment that is final."""

    function = "public.assessments_answer_of_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


class PlanStays(OwnFunction):
    """An agreed plan is never changed; another one takes its place (features.md P47)."""

    function = "public.assessments_plan_stays"
    when = pgtrigger.Before
    operation = pgtrigger.Update
    level = pgtrigger.Row


class StepOfDraft(OwnFunction):
    """No step is added to an agreed plan, and none is changed."""

    function = "public.assessments_step_of_draft"
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    level = pgtrigger.Row


QUESTION_STAYS = QuestionStays(name="question_stays")
ANSWER_FITS = AnswerFits(name="answer_fits")
ASSESSMENT_STAYS = AssessmentStays(name="assessment_stays")
ANSWER_OF_DRAFT = AnswerOfDraft(name="answer_of_draft")
PLAN_STAYS = PlanStays(name="plan_stays")
STEP_OF_DRAFT = StepOfDraft(name="step_of_draft")

__all__ = [
    "ANSWER_FITS",
    "ANSWER_OF_DRAFT",
    "ASSESSMENT_STAYS",
    "FINAL",
    "NOTED",
    "PLAN_STAYS",
    "QUESTION_STAYS",
    "STEP_OF_DRAFT",
]
