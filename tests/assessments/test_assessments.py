"""Assessments: drafts that lose nothing, final ones that stay, compared over time, asked for again."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assessments.actions import assessments as verbs
from assessments.drafts import SavedMeanwhile
from assessments.models import Assessment, AssessmentAnswer
from audit.verbs import Verb
from cases.models import Case, Task
from core.errors import LogUnavailable, Refused
from sar.pack.gather import gather
from tests.cases.world import a_world, member_of, says_why, signed_in, the
from tests.conftest import entries_since
from tests.factories.assessments import AssessmentFactory, InUseFactory
from tests.factories.base import noted
from tests.factories.cases import PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db

HOW_OFTEN = [
    {"key": "a1", "words": "Never", "score": 0},
    {"key": "a2", "words": "Sometimes", "score": 1},
    {"key": "a3", "words": "Often", "score": 3},
]
RISK = [
    {
        "wording": "How often is somebody hurt?",
        "section": "Safety",
        "kind": "choice",
        "options": HOW_OFTEN,
        "is_scored": True,
        "is_required": True,
    },
    {
        "wording": "How safe do you feel?",
        "section": "Safety",
        "kind": "number",
        "lowest": 0,
        "highest": 10,
        "is_scored": True,
    },
    {"wording": "What has changed?", "section": "In your words", "kind": "long"},
]
TODAY = timezone.localdate()


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def risk(world):
    return InUseFactory(
        questionnaire__name="Risk",
        questionnaire__kind="assessment",
        questionnaire__service=None,
        questionnaire__repeat_after_weeks=6,
        asks=RISK,
    )


@pytest.fixture
def draft(world, risk):
    return begun(world, risk)


def begun(world, edition, **given):
    return verbs.begin_assessment(
        case=world.case,
        questionnaire=edition.questionnaire,
        by=world.worker,
        **{"people": [world.amelia], "moment": "start", "assessed_on": TODAY, **given},
    )


def words(assessment, *answers, **given):
    questions = assessment.edition.questions.all()
    return verbs.Written(
        **{
            "people": list(assessment.people.all()),
            "moment": assessment.moment,
            "assessed_on": assessment.assessed_on,
            "summary": "",
            "next_on": assessment.next_on,
            "answers": dict(zip(questions, answers, strict=False)),
            **given,
        }
    )


def saved(assessment, *answers, by, seen=None, **given):
    seen = assessment.saves if seen is None else seen
    written = words(assessment, *answers, **given)
    return verbs.save_assessment(assessment=assessment, written=written, seen=seen, by=by)


def finished(assessment, *answers, by, seen=None, **given):
    seen = assessment.saves if seen is None else seen
    written = words(assessment, *answers, **given)
    return verbs.finish_assessment(assessment=assessment, written=written, seen=seen, by=by)


# --- Beginning ----------------------------------------------------------------------------------------


def test_begin_makes_a_draft_that_knows_when_the_next_is_due(world, risk):
    with entries_since() as left:
        draft = begun(world, risk)

    assert (draft.status, draft.next_on) == ("draft", TODAY + timedelta(weeks=6))
    assert [(e.verb, e.people) for e in left] == [(Verb.ASSESSMENT_BEGUN, [world.amelia.pk])]


def test_begin_twice_with_one_form_makes_one(world, risk):
    token = uuid4()

    assert begun(world, risk, token=token) == begun(world, risk, token=token)
    assert Assessment.objects.count() == 1


def test_begin_is_refused_where_it_cannot_be(world, risk):
    others = InUseFactory(
        questionnaire__kind="assessment", questionnaire__service=ServiceFactory(name="Counselling")
    )
    with entries_since() as left:
        with pytest.raises(Refused, match="not asked in Family support"):
            begun(world, others)
        with pytest.raises(Refused, match="has not come yet"):
            begun(world, risk, assessed_on=TODAY + timedelta(days=1))
        with pytest.raises(Refused, match="at least one person"):
            begun(world, risk, people=[])
        with pytest.raises(Refused, match="is not part of"):
            begun(world, risk, people=[PersonFactory()])
    assert left == []
    assert not Assessment.objects.exists()


def test_outcomes_are_measured_for_one_person(world):
    measure = InUseFactory(questionnaire__kind="outcomes", questionnaire__service=world.service)

    with pytest.raises(Refused, match="one person at a time"):
        begun(world, measure, people=[world.amelia, world.joe])


def test_begin_without_the_log_begins_nothing(world, risk, log_broken):
    with pytest.raises(LogUnavailable), transaction.atomic():
        begun(world, risk)
    assert not Assessment.objects.exists()


# --- Saving -------------------------------------------------------------------------------------------


def test_a_draft_is_saved_as_far_as_it_has_come(world, draft):
    with entries_since() as left:
        saved(draft, None, Decimal(4), summary=" Calm now. ", by=world.worker)

    assert [one.given for one in draft.answers.all()] == [Decimal(4)]
    assert (draft.summary, draft.saves) == ("Calm now.", 1)
    assert [e.verb for e in left] == [Verb.ASSESSMENT_SAVED]


def test_a_draft_sent_twice_is_saved_once(world, draft):
    saved(draft, "a1", by=world.worker, seen=0)

    with entries_since() as left:
        saved(draft, "a1", by=world.worker, seen=0)
    assert left == []
    assert draft.saves == 1


def test_a_draft_saved_in_the_meantime_is_not_written_over_unseen(world, draft):
    saved(draft, "a1", by=world.worker, seen=0)

    with entries_since() as left, pytest.raises(SavedMeanwhile) as refusal:
        saved(draft, "a2", by=world.manager, seen=0)
    assert left == []
    assert draft.answers.get().given == "a1"
    saved(draft, "a2", by=world.manager, seen=refusal.value.saves)
    assert draft.answers.get().given == "a2"


def test_saving_without_the_log_saves_nothing(world, draft, request):
    request.getfixturevalue("log_broken")

    with pytest.raises(LogUnavailable), transaction.atomic():
        saved(draft, "a1", by=world.worker)
    assert not AssessmentAnswer.objects.exists()


# --- Finishing ----------------------------------------------------------------------------------------


def test_finish_makes_it_final_and_asks_for_the_next(world, draft):
    with entries_since() as left:
        finished(draft, "a3", Decimal(4), by=world.worker)

    assert (draft.status, draft.finished_by) == ("final", world.worker)
    assert draft.score_in_words == "7 of 13"
    task = Task.objects.get()
    assert (task.for_user, task.due_on, task.case) == (world.worker, draft.next_on, world.case)
    assert [e.verb for e in left] == [Verb.ASSESSMENT_FINISHED, Verb.TASK_ADDED]


def test_finish_ends_the_task_that_asked_for_it(world, risk, draft):
    finished(draft, "a3", by=world.worker)
    finished(begun(world, risk, moment="review"), "a1", by=world.worker, next_on=None)

    assert [task.status for task in Task.objects.all()] == ["done"]


def test_finish_twice_with_one_form_finishes_once(world, draft):
    finished(draft, "a3", by=world.worker, seen=0)

    with entries_since() as left:
        finished(draft, "a3", by=world.worker, seen=0)
    assert left == []


def test_finish_without_an_answer_that_must_be_given_is_refused(world, draft):
    with entries_since() as left, pytest.raises(Refused, match="must be answered"):
        finished(draft, None, Decimal(4), by=world.worker)
    assert left == []
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_what_is_final_stays(world, draft):
    finished(draft, "a3", by=world.worker)

    for verb in (saved, finished):
        with pytest.raises(Refused, match="does not change"):
            verb(draft, "a1", by=world.worker)
    with pytest.raises(Refused, match="is final and stays"):
        verbs.discard_assessment(assessment=draft, by=world.worker)
    for change in (
        lambda: Assessment.objects.filter(pk=draft.pk).update(summary="Other words."),
        lambda: AssessmentAnswer.objects.filter(assessment=draft).update(choices=["a1"]),
    ):
        with pytest.raises(IntegrityError, match="final assessment"):
            noted(change)


def test_nothing_is_written_in_a_closed_case(world, risk, draft):
    noted(
        Case.objects.filter(pk=world.case.pk).update,
        status="closed",
        closed_at=timezone.now(),
        closed_by=world.manager,
    )

    with pytest.raises(Refused, match="is closed"):
        begun(world, risk)
    with pytest.raises(Refused, match="is closed"):
        saved(draft, "a1", by=world.worker)


def test_a_draft_is_thrown_away_with_its_answers(world, draft):
    saved(draft, "a1", by=world.worker)

    with entries_since() as left:
        verbs.discard_assessment(assessment=draft, by=world.worker)

    assert not Assessment.objects.exists()
    assert [(e.verb, e.people) for e in left] == [(Verb.ASSESSMENT_DISCARDED, [world.amelia.pk])]


# --- Correcting ---------------------------------------------------------------------------------------


def test_a_correction_begins_with_what_was_said_and_takes_its_place(world, risk, draft):
    finished(draft, "a3", by=world.worker, next_on=None)

    with entries_since() as left:
        later = verbs.correct_assessment(assessment=draft, reason="Mixed up.", by=world.worker)
    assert [one.given for one in later.answers.all()] == ["a3"]
    assert [e.verb for e in left] == [Verb.ASSESSMENT_CORRECTED]
    with pytest.raises(Refused, match="corrected already"):
        verbs.correct_assessment(assessment=draft, reason="Again.", by=world.worker)

    finished(later, "a1", by=world.worker, next_on=None)
    tab = signed_in(world.worker).get(address("assessments", world.case)).content.decode()
    assert later.reference in tab
    assert f">Risk, {draft.reference}<" not in tab
    page = signed_in(world.worker).get(draft.get_absolute_url()).content.decode()
    assert f"read {later.reference}" in page


@pytest.mark.parametrize(("reason", "sentence"), [(" ", "Say why"), ("Mixed up.", "is a draft")])
def test_a_correction_of_a_draft_or_without_a_reason_is_refused(world, draft, reason, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        verbs.correct_assessment(assessment=draft, reason=reason, by=world.worker)
    assert left == []


# --- Pages --------------------------------------------------------------------------------------------


def address(name: str, record) -> str:
    return reverse(f"assessments:{name}", args=[record.reference])


def test_worker_begins_saves_and_finishes_on_the_pages(world, risk):
    browser = signed_in(world.worker)
    begin = browser.post(
        address("assessment-add", world.case),
        {
            "token": str(uuid4()),
            "questionnaire": risk.questionnaire.pk,
            "people": [world.joe.reference],
            "moment": "start",
            "assessed_on_0": TODAY.day,
            "assessed_on_1": TODAY.month,
            "assessed_on_2": TODAY.year,
        },
    )
    draft = Assessment.objects.get()
    assert begin["Location"] == address("assessment-write", draft)

    typed = {
        "seen": 0,
        "people": [world.joe.reference],
        "moment": "start",
        "assessed_on_0": TODAY.day,
        "assessed_on_1": TODAY.month,
        "assessed_on_2": TODAY.year,
        "q2": "4",
        "q3": "Calm now.",
    }
    too_early = browser.post(address("assessment-write", draft), {**typed, "finish": "yes"})
    assert too_early.status_code == 422
    assert "Choose an answer to “How often is somebody hurt?”" in too_early.content.decode()
    assert "Calm now." in too_early.content.decode()

    kept = browser.post(address("assessment-write", draft), typed, follow=True)
    assert "is saved as a draft" in kept.content.decode()
    done = browser.post(
        address("assessment-write", draft),
        {**typed, "seen": 1, "q1": "a2", "finish": "yes"},
        follow=True,
    ).content.decode()
    assert "is finished" in done
    assert "5 of 13" in done
    assert "Sometimes" in done
    assert "Calm now." in done
    assert "Go on writing" not in done


def test_a_page_opened_before_a_colleague_saved_keeps_what_was_typed(world, draft):
    saved(draft, "a1", by=world.manager)

    page = signed_in(world.worker).post(
        address("assessment-write", draft),
        {
            "seen": 0,
            "people": [world.amelia.reference],
            "moment": "start",
            "assessed_on_0": TODAY.day,
            "assessed_on_1": TODAY.month,
            "assessed_on_2": TODAY.year,
            "q3": "My own words.",
        },
    )

    text = page.content.decode()
    assert page.status_code == 422
    assert "saved in the meantime" in text
    assert "My own words." in text
    assert 'name="seen" value="1"' in text


def test_compared_side_by_side_with_what_changed(world, risk):
    for ago, moment, often, safe in (
        (90, "start", "a3", 2),
        (45, "review", "a3", 5),
        (1, "end", "a1", 5),
    ):
        AssessmentFactory(
            case=world.case,
            edition=risk,
            people=[world.amelia],
            moment=moment,
            assessed_on=TODAY - timedelta(days=ago),
            given=[often, Decimal(safe), None],
        )
    AssessmentFactory(case=world.case, edition=risk, people=[world.joe], given=["a2", None, None])

    with entries_since() as left:
        text = signed_in(world.worker).get(address("compare", world.case)).content.decode()

    row = text[text.index("How safe do you feel?") : text.index("What has changed?")]
    assert row.count("Up 3") == 1
    assert text.count(">Changed<") == 1
    assert "Risk: Amelia Hart" in text
    assert "Risk: Joe Hart" not in text  # once is nothing to compare
    assert "5 of 13" in text
    assert [e.verb for e in left] == [Verb.ASSESSMENTS_COMPARED]


def test_outcomes_are_shown_as_pictures_with_their_tables(world):
    sleep = InUseFactory(
        questionnaire__name="Nights",
        questionnaire__kind="outcomes",
        questionnaire__service=world.service,
        asks=[
            {
                "wording": "Sleep",
                "kind": "number",
                "lowest": 0,
                "highest": 10,
                "low_words": "Hardly any",
                "high_words": "All night",
            }
        ],
    )
    for day, moment, given in ((3, "start", 2), (13, "review", 5), (23, "end", 8)):
        AssessmentFactory(
            case=world.case,
            edition=sleep,
            people=[world.joe],
            moment=moment,
            assessed_on=date(2026, 9, day),
            given=[Decimal(given)],
        )

    with entries_since() as left:
        text = signed_in(world.worker).get(address("outcomes", world.case)).content.decode()

    assert "Nights: Joe Hart" in text
    assert "2 (3 September 2026), then 5 (13 September 2026), then 8 (23 September 2026)." in text
    assert "10: All night" in text
    assert "Every time it was taken" in text
    assert [e.verb for e in left] == [Verb.OUTCOMES_READ]


def test_who_reads_and_who_writes(world, risk, draft):
    pages = {
        "tab": address("assessments", world.case),
        "outcomes": address("outcomes", world.case),
        "compare": address("compare", world.case),
        "one": address("assessment", draft),
        "write": address("assessment-write", draft),
        "begin": address("assessment-add", world.case),
        "correct": address("assessment-correct", draft),
        "discard": address("assessment-discard", draft),
    }
    reads, writes = dict.fromkeys(pages, 200), {"write", "begin", "correct", "discard"}
    only_reads = {name: 403 if name in writes else 200 for name in pages}
    nothing = dict.fromkeys(pages, 404)
    staff = {
        world.worker: reads,
        says_why(the(Role.SAFEGUARDING_LEAD), world.joe, world.amelia): reads,
        says_why(the(Role.DPO), world.joe, world.amelia): only_reads,
        member_of(world.service, Role.QUALITY_REVIEWER, name="Ann"): only_reads,
        member_of(world.service, Role.FRONT_DESK, name="Sue"): nothing,
        member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm"): nothing,
        the(Role.SYSTEM_ADMINISTRATOR): nothing,
    }

    for user, expected in staff.items():
        browser = signed_in(user)
        assert {name: browser.get(page).status_code for name, page in pages.items()} == expected, (
            user
        )


@pytest.mark.parametrize("name", ["assessments", "outcomes", "compare"])
def test_the_tabs_ask_the_database_as_often_for_many(world, risk, django_assert_num_queries, name):
    kind = "outcomes" if name == "outcomes" else "assessment"
    edition = InUseFactory(
        questionnaire__kind=kind,
        questionnaire__service=world.service,
        asks=[{"kind": "number", "is_scored": True}],
    )

    def assess(times):
        for _ in range(times):
            AssessmentFactory(
                case=world.case, edition=edition, people=[world.amelia], given=[Decimal(3)]
            )

    browser = signed_in(world.worker)
    assess(2)
    browser.get(address(name, world.case))
    with CaptureQueriesContext(connection) as few:
        browser.get(address(name, world.case))
    assess(30)
    with django_assert_num_queries(len(few)):
        assert browser.get(address(name, world.case)).status_code == 200


def test_the_pack_holds_the_whole_assessment(world, draft):
    finished(draft, "a3", Decimal(4), "Calm now.", summary="Go on.", by=world.worker)

    item = next(i for i in gather(world.amelia).items if i.source == "assessments.Assessment")

    told = item.value("answers_in_words")
    assert "How often is somebody hurt?\nOften" in told.text
    assert "What has changed?\nCalm now." in told.text
    assert told.is_passage
    assert told.category == "special_category"
    assert not any(i.source == "assessments.Assessment" for i in gather(world.joe).items)
