"""The desk of questions: who opens it, what its levers do, and that it shows no client's answer."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from assessments.models import Question, Questionnaire
from audit.verbs import Verb
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.assessments import CaseAnswerFactory, InUseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    return InUseFactory(
        questionnaire__service=a_world().service, asks=[{"wording": "Which school?"}]
    )


def page(asked) -> str:
    return reverse("admin:assessments_questionnaire_change", args=[asked.questionnaire.pk])


def lever(record, name: str) -> str:
    model = record._meta.model_name
    return reverse(f"admin:assessments_{model}_lever", args=[record.pk, name])


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.DPO, 200), (Role.SYSTEM_ADMINISTRATOR, 200), (Role.CASEWORKER, 302)],
)
def test_who_opens_the_desk(asked, role, status):
    assert signed_in(the(role)).get(page(asked)).status_code == status


def test_the_desk_shows_questions_and_no_answer(asked):
    CaseAnswerFactory(question=asked.questions.get(), given="Norwood Primary")

    with entries_since() as left:
        text = signed_in(the(Role.SYSTEM_ADMINISTRATOR)).get(page(asked)).content.decode()

    assert "Which school?" in text
    assert "Norwood" not in text
    assert [(entry.verb, entry.people) for entry in left] == [(Verb.ADMIN_READ, [])]


def test_questions_in_use_change_only_through_a_new_edition(asked):
    dpo = signed_in(the(Role.DPO))
    question = asked.questions.get()
    assert dpo.get(lever(question, "change")).status_code == 403
    assert dpo.get(lever(asked.questionnaire, "add-question")).status_code == 403

    dpo.post(lever(asked.questionnaire, "begin-edition"))
    copy = Question.objects.get(edition__status="draft")
    opened = dpo.get(lever(copy, "change")).content.decode()
    assert 'value="Which school?"' in opened
    dpo.post(
        lever(copy, "change"),
        {"wording": "Which school or nursery?", "kind": "text", "category": "personal"},
    )
    dpo.post(
        lever(asked.questionnaire, "add-question"),
        {
            "wording": "How is getting there?",
            "kind": "choice",
            "options": "Easy = 0\nHard = 2",
            "is_scored": "on",
            "category": "personal",
        },
    )
    second = Question.objects.get(wording="How is getting there?")
    dpo.post(lever(second, "move-up"))
    dpo.post(lever(asked.questionnaire, "put-into-use"))

    now = asked.questionnaire.editions.get(status="in_use")
    assert [one.wording for one in now.questions.all()] == [
        "How is getting there?",
        "Which school or nursery?",
    ]
    question.refresh_from_db()
    assert question.wording == "Which school?"


def test_a_question_that_cannot_stand_is_said_beside_what_was_typed(asked):
    dpo = signed_in(the(Role.DPO))
    dpo.post(lever(asked.questionnaire, "begin-edition"))

    wrong = dpo.post(
        lever(asked.questionnaire, "add-question"),
        {"wording": "Are you ill?", "kind": "yes_no", "category": "special_category"},
    )

    assert wrong.status_code == 422
    assert "Say why you ask" in wrong.content.decode()
    assert 'value="Are you ill?"' in wrong.content.decode()


def test_a_question_is_taken_out_of_the_draft(asked):
    dpo = signed_in(the(Role.DPO))
    dpo.post(lever(asked.questionnaire, "begin-edition"))
    copy = Question.objects.get(edition__status="draft")

    gone = dpo.post(lever(copy, "take-out"))

    assert gone["Location"] == page(asked)
    assert not Question.objects.filter(edition__status="draft").exists()


def test_a_set_of_questions_is_added_and_stopped(asked):
    administrator = signed_in(the(Role.SYSTEM_ADMINISTRATOR))
    administrator.post(
        reverse("admin:assessments_questionnaire_add"),
        {"name": "Risk", "kind": "assessment", "repeat_after_weeks": "12"},
    )
    risk = Questionnaire.objects.get(name="Risk")
    assert (risk.service, risk.repeat_after_weeks) == (None, 12)

    administrator.post(lever(risk, "change"), {"purpose": "No longer.", "repeat_after_weeks": ""})
    risk.refresh_from_db()
    assert (risk.is_open, risk.repeat_after_weeks) == (False, None)
