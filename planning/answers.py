"""Counting what families answered to the questions of a service (features.md S6): those with a fixed list of
answers alone. Like `planning.counting`, for `planning.figures` only, which hides what would show somebody.
"""

from collections import Counter
from collections.abc import Iterator

from assessments.models import CaseAnswer, Edition, Question, Questionnaire
from assessments.queries.service_answers import asks_the_same
from assessments.workflow import EditionStatus
from funding.quarters import Quarter
from planning.counted import counted
from planning.measures import Breakdown, Definition, Measured

FIXED = (Question.Kind.CHOICE, Question.Kind.YES_NO)


def answers(quarter: Quarter) -> Iterator[Measured]:
    """A measure for each question that is asked now.

    The key names the edition: once a question is asked in other words, figures of it stand as they were.
    """
    editions = Edition.objects.filter(
        questionnaire__kind=Questionnaire.Kind.SERVICE, status=EditionStatus.IN_USE
    )
    for edition in editions.select_related("questionnaire__service").order_by("pk"):
        service = str(edition.questionnaire.service)
        for question in edition.questions.filter(kind__in=FIXED):
            yield _measured(question, service, f"answers-{edition.pk}-{question.key}", quarter)


def _measured(question: Question, service: str, key: str, quarter: Quarter) -> Measured:
    definition = Definition(
        key,
        f"{service}: {question.wording}",
        "Every case in which this was answered in the quarter, once, by the latest answer of the quarter.",
    )
    given = Counter((service, words) for words in _latest(question, quarter).values() if words)
    columns = ("Yes", "No") if question.kind == Question.Kind.YES_NO else _words(question)
    return Measured(
        definition, (service,), (Breakdown("answer", "By what was answered", columns, given),)
    )


def _latest(question: Question, quarter: Quarter) -> dict[int, str]:
    """The latest answer of each case in words; "" where it was taken back again."""
    asked = CaseAnswer.objects.filter(
        question__key=question.key,
        question__edition__questionnaire=question.edition.questionnaire_id,
        recorded_at__date__range=(quarter.first, quarter.last),
    )
    return {
        one.case_id: one.text_in_words
        for one in counted(asked).select_related("question").order_by("recorded_at", "pk")
        if asks_the_same(one.question, question)
    }


def _words(question: Question) -> tuple[str, ...]:
    return tuple(one.words for one in question.choices)
