"""What a charity asks by a form of its own, by noun."""

from assessments.models.answer import CaseAnswer
from assessments.models.assessment import Assessment, AssessmentAnswer, AssessmentPerson
from assessments.models.goal import Goal, GoalReview
from assessments.models.plan import Plan, PlanCopy, PlanPerson, PlanReview, PlanStep
from assessments.models.questionnaire import Edition, Question, Questionnaire

__all__ = [
    "Assessment",
    "AssessmentAnswer",
    "AssessmentPerson",
    "CaseAnswer",
    "Edition",
    "Goal",
    "GoalReview",
    "Plan",
    "PlanCopy",
    "PlanPerson",
    "PlanReview",
    "PlanStep",
    "Question",
    "Questionnaire",
]
