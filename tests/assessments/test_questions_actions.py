"""Defining what is asked: editions, questions, and that what was in use stays as it was."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from assessments.actions import questions as verbs
from assessments.models import Edition, Question, Questionnaire
from assessments.workflow import EditionStatus
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from tests.cases.world import the
from tests.conftest import entries_since
from tests.factories.assessments import EditionFactory, InUseFactory, QuestionFactory
from tests.factories.base import noted
from tests.factories.cases import ServiceFactory

pytestmark = pytest.mark.django_db

Kind = Questionnaire.Kind


@pytest.fixture
def dpo():
    return the(Role.DPO)


@pytest.fixture
def service():
    return ServiceFactory(name="Young Carers")


@pytest.fixture
def asked(service):
    """Questions of the service, in use: two of them."""
    return InUseFactory(
        questionnaire__service=service,
        asks=[
            {"wording": "Which school?"},
            {
                "wording": "Who is cared for?",
                "kind": "choice",
                "options": [
                    {"key": "a1", "words": "Parent", "score": None},
                    {"key": "a2", "words": "Sibling", "score": None},
                ],
            },
        ],
    )


def draft_of(questionnaire) -> Edition:
    return questionnaire.editions.get(status=EditionStatus.DRAFT)


# --- Sets of questions --------------------------------------------------------------------------------


def test_add_questionnaire_makes_it_with_an_empty_draft(service, dpo):
    with entries_since() as left:
        made = verbs.add_questionnaire(
            name=" About  caring ", kind=Kind.SERVICE, service=service, by=dpo
        )

    assert made.name == "About caring"
    assert [(one.number, one.status) for one in made.editions.all()] == [(1, "draft")]
    assert [(entry.verb, entry.people) for entry in left] == [(Verb.QUESTIONNAIRE_ADDED, [])]


def test_add_questionnaire_of_a_service_without_the_service_is_refused(dpo):
    with entries_since() as left, pytest.raises(Refused, match="which service"):
        verbs.add_questionnaire(name="About caring", kind=Kind.SERVICE, by=dpo)

    assert left == []
    assert not Questionnaire.objects.exists()


def test_add_questionnaire_a_second_time_is_refused(asked, service, dpo):
    with pytest.raises(Refused, match="has its questions already"):
        verbs.add_questionnaire(name="Others", kind=Kind.SERVICE, service=service, by=dpo)
    with pytest.raises(Refused, match="called"):
        verbs.add_questionnaire(
            name=asked.questionnaire.name.upper(), kind=Kind.ASSESSMENT, service=service, by=dpo
        )


def test_add_questionnaire_without_the_log_adds_nothing(service, dpo, log_broken):
    with pytest.raises(LogUnavailable):
        verbs.add_questionnaire(name="About caring", kind=Kind.SERVICE, service=service, by=dpo)


def test_change_questionnaire_leaves_before_and_after_in_the_log(asked, dpo):
    with entries_since() as left:
        verbs.change_questionnaire(
            questionnaire=asked.questionnaire,
            purpose="To know who cares.",
            repeat_after_weeks=12,
            is_open=False,
            by=dpo,
        )

    asked.questionnaire.refresh_from_db()
    assert not asked.questionnaire.is_open
    assert (
        asked.questionnaire.repeat_after_weeks is None
    )  # a service's questions are kept up to date
    assert [entry.verb for entry in left] == [Verb.QUESTIONNAIRE_CHANGED]


# --- Editions -----------------------------------------------------------------------------------------


def test_begin_edition_copies_the_questions_with_their_keys(asked, dpo):
    with entries_since() as left:
        draft = verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)

    assert draft.number == 2
    words = [(one.key, one.wording, one.options) for one in draft.questions.all()]
    assert words == [(one.key, one.wording, one.options) for one in asked.questions.all()]
    assert [entry.verb for entry in left] == [Verb.EDITION_BEGUN]


def test_begin_edition_twice_is_refused(asked, dpo):
    verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)

    with entries_since() as left, pytest.raises(Refused, match="draft already"):
        verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)
    assert left == []


def test_put_into_use_replaces_the_edition_before(asked, dpo):
    verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)

    with entries_since() as left:
        verbs.put_into_use(questionnaire=asked.questionnaire, by=dpo)

    statuses = asked.questionnaire.editions.order_by("number").values_list("status", flat=True)
    assert list(statuses) == ["replaced", "in_use"]
    assert [entry.verb for entry in left] == [Verb.EDITION_PUBLISHED]


def test_put_into_use_without_a_question_is_refused(dpo):
    empty = EditionFactory()

    with entries_since() as left, pytest.raises(Refused, match="no question yet"):
        verbs.put_into_use(questionnaire=empty.questionnaire, by=dpo)
    assert left == []


def test_put_into_use_of_a_measure_without_a_number_is_refused(dpo):
    draft = EditionFactory(questionnaire__kind=Kind.OUTCOMES)
    QuestionFactory(edition=draft)

    with pytest.raises(Refused, match="shown as a picture"):
        verbs.put_into_use(questionnaire=draft.questionnaire, by=dpo)


def test_put_into_use_without_the_log_changes_nothing(asked, dpo, request):
    draft = verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)
    request.getfixturevalue("log_broken")

    with pytest.raises(LogUnavailable), transaction.atomic():
        verbs.put_into_use(questionnaire=asked.questionnaire, by=dpo)
    draft.refresh_from_db()
    assert draft.status == EditionStatus.DRAFT


# --- Questions ----------------------------------------------------------------------------------------


@pytest.fixture
def draft(asked, dpo):
    return verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)


def test_add_question_stands_last_under_a_key_that_nobody_had(draft, dpo):
    with entries_since() as left:
        made = verbs.add_question(
            questionnaire=draft.questionnaire,
            wording="How many hours a week?",
            kind="number",
            lowest=Decimal(0),
            highest=Decimal(168),
            unit="hours",
            by=dpo,
        )

    assert (made.key, made.place, made.edition) == ("q3", 3, draft)
    assert [entry.verb for entry in left] == [Verb.QUESTION_ADDED]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"wording": " "}, "Write the question"),
        ({"kind": "choice"}, "at least two answers"),
        ({"kind": "choice", "options": "Yes\nyes"}, "are the same"),
        ({"kind": "number", "lowest": Decimal(5), "highest": Decimal(5)}, "above the lowest"),
        ({"kind": "number", "low_words": "never"}, "needs its lowest and its highest"),
        ({"category": "special_category"}, "Say why you ask"),
    ],
)
def test_add_question_that_cannot_stand_is_refused(draft, dpo, words, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        verbs.add_question(
            questionnaire=draft.questionnaire,
            by=dpo,
            **{"wording": "What?", "kind": "text", **words},
        )
    assert left == []
    assert draft.questions.count() == 2


def test_add_question_reads_scores_behind_the_answers(draft, dpo):
    made = verbs.add_question(
        questionnaire=draft.questionnaire,
        wording="How often?",
        kind="choice",
        options="Never = 0\n\n Sometimes = 2 \nE = mc2",
        by=dpo,
    )

    assert [(one.key, one.words, one.score) for one in made.choices] == [
        ("a1", "Never", 0),
        ("a2", "Sometimes", 2),
        ("a3", "E = mc2", None),
    ]


def test_change_question_keeps_its_key_and_the_keys_of_its_answers(draft, dpo):
    question = draft.questions.get(key="q2")

    with entries_since() as left:
        verbs.change_question(
            question=question,
            wording="Whom do you care for?",
            kind="choice",
            options="Brother or sister\nParent\nGrandparent",
            by=dpo,
        )
        verbs.change_question(
            question=question,
            wording="Whom do you care for?",
            kind="choice",
            options="Brother or sister\nMother or father\nGrandparent",
            by=dpo,
        )

    question.refresh_from_db()
    assert question.key == "q2"
    assert [(one.key, one.words) for one in question.choices] == [
        ("a3", "Brother or sister"),
        ("a1", "Mother or father"),  # the second answer, worded anew
        ("a4", "Grandparent"),
    ]
    assert {entry.verb for entry in left} == {Verb.QUESTION_CHANGED}


def test_change_question_to_another_kind_is_refused_once_it_was_asked(draft, dpo):
    with pytest.raises(Refused, match="add a new question"):
        verbs.change_question(
            question=draft.questions.get(key="q1"), wording="Which school?", kind="day", by=dpo
        )


@pytest.mark.parametrize(
    "verb",
    [
        lambda question, by: verbs.change_question(
            question=question, wording="X?", kind="text", by=by
        ),
        lambda question, by: verbs.take_out_question(question=question, by=by),
        lambda question, by: verbs.move_question(question=question, up=False, by=by),
    ],
)
def test_a_question_in_use_stays(asked, dpo, verb):
    verbs.begin_edition(questionnaire=asked.questionnaire, by=dpo)

    with entries_since() as left, pytest.raises(Refused, match="stays as it was asked"):
        verb(asked.questions.first(), dpo)
    assert left == []


def test_the_database_too_keeps_a_question_in_use(asked):
    question = asked.questions.first()
    for change in (
        lambda: Question.objects.filter(pk=question.pk).update(wording="Other words?"),
        lambda: Question.objects.filter(pk=question.pk).delete(),
        lambda: QuestionFactory(edition=asked),
    ):
        with pytest.raises(IntegrityError, match="stay as they were asked"):
            noted(change)


def test_take_out_question_leaves_it_in_the_edition_before(draft, asked, dpo):
    with entries_since() as left:
        verbs.take_out_question(question=draft.questions.get(key="q1"), by=dpo)

    assert [one.key for one in draft.questions.all()] == ["q2"]
    assert [one.key for one in asked.questions.all()] == ["q1", "q2"]
    assert [entry.verb for entry in left] == [Verb.QUESTION_TAKEN_OUT]


def test_move_question_changes_places(draft, dpo):
    with entries_since() as left:
        verbs.move_question(question=draft.questions.get(key="q2"), up=True, by=dpo)

    assert [one.key for one in draft.questions.all()] == ["q2", "q1"]
    assert [entry.verb for entry in left] == [Verb.QUESTION_MOVED]
    with pytest.raises(Refused, match="at that end already"):
        verbs.move_question(question=draft.questions.get(key="q2"), up=True, by=dpo)
