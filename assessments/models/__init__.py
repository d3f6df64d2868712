"""What a charity asks by a form of its own, by noun."""

from assessments.models.answer import CaseAnswer
from assessments.models.questionnaire import Edition, Question, Questionnaire

__all__ = ["CaseAnswer", "Edition", "Question", "Questionnaire"]
