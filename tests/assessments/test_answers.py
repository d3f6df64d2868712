"""Answers to a service's questions: typed, dated, never overwritten, in their own words."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from assessments.actions import questions as define
from assessments.actions.answers import answer_questions
from assessments.models import CaseAnswer
from assessments.queries.service_answers import edition_in_use
from audit.models import Entry
from audit.verbs import Verb
from cases.models import Case
from core.errors import LogUnavailable, Refused
from sar.pack.gather import gather
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.assessments import (
    CaseAnswerFactory,
    EditionFactory,
    InUseFactory,
    QuestionFactory,
)
from tests.factories.base import noted
from tests.factories.cases import ServiceFactory

pytestmark = pytest.mark.django_db

OPTIONS = [
    {"key": "a1", "words": "Mother", "score": None},
    {"key": "a2", "words": "Brother or sister", "score": None},
]
ASKS = [
    {"wording": "Which school?", "section": "School", "is_required": True},
    {"wording": "What helps?", "kind": "long", "section": "At home"},
    {
        "wording": "Hours of care a week",
        "kind": "number",
        "lowest": Decimal(0),
        "highest": Decimal(168),
        "unit": "hours",
        "section": "At home",
    },
    {"wording": "Cares since", "kind": "day"},
    {"wording": "Cares most for", "kind": "choice", "options": OPTIONS},
    {"wording": "Cares for", "kind": "several", "options": OPTIONS},
    {
        "wording": "Is the illness known at school?",
        "kind": "yes_no",
        "category": "special_category",
        "reason": "So that the school can help.",
    },
]
GIVEN = [
    "Norwood Primary",
    "Breakfast club.",
    Decimal("12.5"),
    date(2024, 3, 1),
    "a1",
    ["a1", "a2"],
    False,
]
WORDS = [
    "Norwood Primary",
    "Breakfast club.",
    "12.5 hours",
    "1 March 2024",
    "Mother",
    "Mother, Brother or sister",
    "No",
]


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def asked(world):
    return InUseFactory(questionnaire__service=world.service, asks=ASKS)


def answered(world, asked, **given):
    """The verb, with `given` by key."""
    return answer_questions(
        case=world.case,
        edition=asked,
        answers={one: given[one.key] for one in asked.questions.all() if one.key in given},
        by=world.worker,
    )


def all_of_them(world, asked):
    return answered(world, asked, **{f"q{n}": given for n, given in enumerate(GIVEN, 1)})


# --- The verb -----------------------------------------------------------------------------------------


def test_answers_of_every_kind_are_kept_in_a_column_of_their_kind(world, asked):
    with entries_since() as left:
        all_of_them(world, asked)

    rows = CaseAnswer.objects.order_by("question__place")
    assert [row.given for row in rows] == GIVEN
    assert [row.text_in_words for row in rows] == WORDS
    assert {(row.recorded_by, row.case) for row in rows} == {(world.worker, world.case)}
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.SERVICE_QUESTIONS_ANSWERED, sorted([world.amelia.pk, world.joe.pk]))
    ]


def test_the_same_answers_again_leave_no_row_and_no_entry(world, asked):
    all_of_them(world, asked)

    with entries_since() as left:
        assert all_of_them(world, asked) == []
    assert left == []
    assert CaseAnswer.objects.count() == len(ASKS)


def test_a_new_answer_is_a_new_row_and_an_emptied_one_is_taken_back(world, asked):
    all_of_them(world, asked)

    answered(world, asked, q1="Meols Cop", q3=None)

    rows = CaseAnswer.objects.order_by("recorded_at", "pk")
    assert [row.given for row in rows if row.question.key == "q1"] == [
        "Norwood Primary",
        "Meols Cop",
    ]
    assert [row.given for row in rows if row.question.key == "q3"] == [Decimal("12.5"), None]


def test_answers_in_a_closed_case_are_refused(world, asked):
    noted(
        Case.objects.filter(pk=world.case.pk).update,
        status="closed",
        closed_at=world.case.recorded_at,
        closed_by=world.worker,
    )

    with entries_since() as left, pytest.raises(Refused, match="is closed"):
        all_of_them(world, asked)
    assert left == []
    assert not CaseAnswer.objects.exists()


def test_answers_to_questions_that_are_asked_no_more_are_refused(world, asked):
    draft = define.begin_edition(questionnaire=asked.questionnaire, by=the(Role.DPO))
    define.put_into_use(questionnaire=draft.questionnaire, by=the(Role.DPO))

    with pytest.raises(Refused, match="have changed since you opened"):
        all_of_them(world, asked)


def test_answers_to_another_services_questions_are_refused(world):
    others = InUseFactory(questionnaire__service=ServiceFactory(name="Counselling"), asks=ASKS)

    with pytest.raises(Refused, match="have changed since you opened"):
        all_of_them(world, others)


def test_answers_are_not_kept_without_their_entry(world, asked, request):
    request.getfixturevalue("log_broken")

    with pytest.raises(LogUnavailable), transaction.atomic():
        all_of_them(world, asked)
    assert not CaseAnswer.objects.exists()


# --- What the database keeps --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "row"),
    [
        ("q1", {"kind": "number", "text": "", "number": 3}),
        ("q3", {"number": 169}),
        ("q3", {"number": 3, "text": "three"}),
        ("q5", {"choices": ["a3"]}),
        ("q5", {"choices": ["a1", "a2"]}),
        ("q7", {"yes": True, "choices": ["a1"]}),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused_by_the_database(
    world, asked, key, row
):
    question = asked.questions.get(key=key)
    plain = {"kind": question.kind, "case": world.case, "recorded_by": world.worker}

    with pytest.raises(IntegrityError):
        noted(CaseAnswer.objects.create, question=question, **{**plain, **row})


def test_nobody_answers_a_question_that_is_not_in_use(world):
    with pytest.raises(IntegrityError, match="not in use yet"):
        CaseAnswerFactory(case=world.case, question=QuestionFactory(edition=EditionFactory()))


# --- Pages --------------------------------------------------------------------------------------------


def tab(world) -> str:
    return reverse("assessments:service-answers", args=[world.case.reference])


def form(world) -> str:
    return reverse("assessments:service-answer", args=[world.case.reference])


def test_worker_answers_on_the_page_and_reads_it_on_the_tab(world, asked):
    browser = signed_in(world.worker)
    page = browser.get(form(world))
    assert page.status_code == 200
    assert b"Why we ask: So that the school can help." in page.content

    sent = browser.post(
        form(world),
        {
            "q1": "Norwood Primary",
            "q2": "Breakfast club.",
            "q3": "12.5",
            "q4_0": "1",
            "q4_1": "March",
            "q4_2": "2024",
            "q5": "a1",
            "q6": ["a1", "a2"],
            "q7": "no",
        },
        follow=True,
    )

    text = sent.content.decode()
    assert "7 answers saved." in text
    for words in WORDS:
        assert words in text
    assert "Special category" in text
    assert [row.given for row in CaseAnswer.objects.order_by("question__place")] == GIVEN


def test_bad_answers_are_said_and_kept_as_typed(world, asked):
    sent = signed_in(world.worker).post(
        form(world), {"q1": "", "q2": "It helps.", "q3": "two hundred", "q4_0": "31"}
    )

    text = sent.content.decode()
    assert sent.status_code == 422
    assert "Fill in “Which school?”" in text
    assert "Write a number for “Hours of care a week”" in text
    assert "Write the month and the year as well." in text
    assert "It helps." in text
    assert 'value="two hundred"' in text
    assert not CaseAnswer.objects.exists()


def test_old_answers_keep_their_old_words(world, asked):
    dpo = the(Role.DPO)
    all_of_them(world, asked)
    draft = define.begin_edition(questionnaire=asked.questionnaire, by=dpo)
    define.change_question(
        question=draft.questions.get(key="q1"),
        wording="Which school or college?",
        kind="text",
        by=dpo,
    )
    define.take_out_question(question=draft.questions.get(key="q2"), by=dpo)
    define.put_into_use(questionnaire=draft.questionnaire, by=dpo)
    browser = signed_in(world.worker)

    text = " ".join(browser.get(tab(world)).content.decode().split())
    boxes = browser.get(form(world)).content.decode()

    assert "Which school or college?" in text
    assert "To “Which school?”:" in text
    assert "Not asked any more" in text
    assert "What helps?" in text
    # An answer to other words does not stand in the new question's box; the others do.
    assert 'value="Norwood Primary"' not in boxes
    assert 'value="12.5"' in boxes
    answered(world, edition_in_use(world.service), q3=Decimal(4))
    assert CaseAnswer.objects.filter(question__key="q1").count() == 1


def test_tab_tells_the_history_of_an_answer(world, asked):
    all_of_them(world, asked)
    answered(world, asked, q1="Meols Cop")

    text = signed_in(world.worker).get(tab(world)).content.decode()

    assert text.index("Meols Cop") < text.index("Answered before") < text.index("Norwood Primary")


def test_tab_of_a_service_without_questions_says_so(world):
    text = signed_in(world.worker).get(tab(world)).content.decode()

    assert "No questions of its own" in text
    assert "Answer the questions" not in text
    assert signed_in(world.worker).get(form(world)).status_code == 409


def test_tab_is_logged_about_everybody_in_the_case(world, asked):
    with entries_since() as left:
        signed_in(world.worker).get(tab(world))

    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.SERVICE_ANSWERS_READ, sorted([world.amelia.pk, world.joe.pk]))
    ]


def test_who_reads_and_who_answers(world, asked):
    all_of_them(world, asked)
    other = member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    reads = {Role.SAFEGUARDING_LEAD: 200, Role.DPO: 200, Role.SYSTEM_ADMINISTRATOR: 404}
    writes = {Role.SAFEGUARDING_LEAD: 200, Role.DPO: 403, Role.SYSTEM_ADMINISTRATOR: 404}

    desk = member_of(world.service, Role.FRONT_DESK, name="Sue Barlow")
    reviewer = member_of(world.service, Role.QUALITY_REVIEWER, name="Ann Lee")
    assert signed_in(other).get(tab(world)).status_code == 404
    assert signed_in(desk).get(tab(world)).status_code == 404
    assert signed_in(reviewer).get(tab(world)).status_code == 200
    assert signed_in(reviewer).get(form(world)).status_code == 403
    browsers = {role: signed_in(says_why(the(role), world.joe)) for role in reads}
    assert {role: one.get(tab(world)).status_code for role, one in browsers.items()} == reads
    assert {role: one.get(form(world)).status_code for role, one in browsers.items()} == writes
    assert Entry.objects.filter(verb=Verb.LOOK_REFUSED).count() == 6


def test_the_tab_asks_the_database_as_often_for_many_answers(
    world, asked, django_assert_num_queries, django_assert_max_num_queries
):
    browser = signed_in(world.worker)
    all_of_them(world, asked)
    browser.get(tab(world))
    with django_assert_max_num_queries(40) as few:
        browser.get(tab(world))
    for number in range(30):
        answered(world, asked, q1=f"School {number}")

    with django_assert_num_queries(len(few.captured_queries)):
        assert b"School 0" in browser.get(tab(world)).content


# --- The pack -----------------------------------------------------------------------------------------


def test_the_pack_holds_the_words_of_the_question_and_of_the_answer(world, asked):
    all_of_them(world, asked)

    items = [item for item in gather(world.amelia).items if item.source == "assessments.CaseAnswer"]

    told = {item.value("question").text: item.value("text_in_words") for item in items}
    assert [told[words["wording"]].text for words in ASKS] == WORDS
    assert all(value.is_passage and value.label == "Answer" for value in told.values())
