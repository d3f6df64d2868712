"""Answering the questions of a service in a case. A new answer is a new row; the old ones stay (S6)."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from assessments.models import CaseAnswer, Edition, Question
from assessments.models.answer import Given, as_row
from assessments.queries.service_answers import asks_the_same, latest_answers
from assessments.workflow import EditionStatus
from audit.log import record
from audit.verbs import Action, Verb
from cases.models import Case
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from core.errors import Refused


@transaction.atomic
def answer_questions(
    *, case: Case, edition: Edition, answers: Mapping[Question, Given], by: User
) -> list[CaseAnswer]:
    """Write down what is new in `answers` about an open case, and return it.

    An answer that says what was known already leaves no row, so a page sent twice changes nothing. One
    that is emptied is taken back, by a row that says nothing; an old answer to other words stays as it is.
    """
    lock_open(case)
    _check_in_use(case, edition)
    known = latest_answers(case)
    fresh = [
        (question, given)
        for question, given in answers.items()
        if _is_news(question, given, known.get(question.key))
    ]
    if not fresh:
        return []
    record(
        Verb.SERVICE_QUESTIONS_ANSWERED,
        by=by,
        action=Action.CREATE,
        record=case,
        people=case.case_people.values_list("person_id", flat=True),
        purpose=task_of(by, [case.service_id]),
    )
    return [
        CaseAnswer.objects.create(case=case, recorded_by=by, **as_row(question, given))
        for question, given in fresh
    ]


def _is_news(question: Question, given: Given, known: CaseAnswer | None) -> bool:
    if known is None:
        return given is not None
    if asks_the_same(known.question, question):
        return known.given != given
    return given is not None


def _check_in_use(case: Case, edition: Edition) -> None:
    now = Edition.objects.filter(pk=edition.pk, questionnaire__service=case.service_id)
    if not now.filter(status=EditionStatus.IN_USE).exists():
        raise Refused(
            "The questions of this service have changed since you opened this page. What you wrote is "
            "still here: read the questions again and press the button once more."
        )
