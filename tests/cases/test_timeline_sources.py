"""What the layers above add to the timeline: assessments, goals, plans, appointments, sharing, concerns."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from assessments.models import Questionnaire
from cases.actions.restrictions import restrict
from cases.models import Restriction
from cases.queries.timeline import timeline_of
from cases.queries.timeline_sources import Filters
from tests.cases.world import a_world, member_of, signed_in
from tests.factories.assessments import (
    AssessmentFactory,
    GoalFactory,
    InUseFactory,
    PlanFactory,
    QuestionnaireFactory,
)
from tests.factories.cases import CaseFactory, HandOverFactory, PersonFactory
from tests.factories.consent import ShareFactory
from tests.factories.diary import AppointmentFactory
from tests.factories.safeguarding import ConcernFactory

pytestmark = pytest.mark.django_db

# The latest first, as `one_of_each` writes them.
WORKERS = ["appointment", "plan", "hand-over", "share", "assessment", "goal"]
LEADS = ["plan", "hand-over", "share", "concern", "assessment", "goal"]


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def edition():
    about = QuestionnaireFactory(name="Early help", kind=Questionnaire.Kind.ASSESSMENT)
    return InUseFactory(questionnaire=about)


def ago(days):
    return timezone.now() - timedelta(days=days)


def day(before):
    return timezone.localdate() - timedelta(days=before)


def one_of_each(world, edition, *, case=None, plan=True):
    """One row of each layer about Joe, who is in `case`."""
    case = case or world.case
    common = {"case": case, "recorded_by": world.worker}
    GoalFactory(**common, person=world.joe, set_on=day(5), words="Up in time for school.")
    AssessmentFactory(
        **common,
        edition=edition,
        people=[world.joe],
        assessed_on=day(4),
        summary="He is tired.",
    )
    HandOverFactory(**common, recorded_at=ago(1), from_worker=world.worker, summary="Ring her.")
    ShareFactory(**common, people=[world.joe], happened_at=ago(2))
    ConcernFactory(case=case, people=[world.joe], recorded_at=ago(3))
    AppointmentFactory(
        case=case, service=case.service, recorded_by=world.worker, people=[world.joe]
    )
    if plan:
        PlanFactory(**common, agreed_by=[world.joe])


def entries(world, reader, **filters):
    page = timeline_of(reader=reader, cases=[world.case], filters=Filters(**filters))
    return [item.entry for item in page]


def test_each_stands_where_it_happened_for_whoever_reads_it(world, edition):
    one_of_each(world, edition)
    lead = member_of(world.service, Role.SAFEGUARDING_LEAD, name="Ngozi Adeyemi")
    assert entries(world, world.worker) == WORKERS
    assert entries(world, lead)[-6:] == LEADS
    items = {item.entry: item for item in timeline_of(reader=lead, cases=[world.case])}
    assert items["assessment"].title == "Assessment: Early help"
    assert items["assessment"].happened_at == day(4)
    assert ("What we decided", "We come on Tuesdays.") in items["plan"].facts
    # That there is one, and nothing of what was said: reading that is a look of its own.
    assert items["concern"].facts == (("Where it stands", "Not read yet"),)
    assert "bruise" not in f"{items['concern']}"


def test_of_a_person_are_only_those_about_them(world, edition):
    one_of_each(world, edition)
    of_amelia = timeline_of(reader=world.worker, cases=[world.case], person=world.amelia)
    # These are about everybody in their case.
    assert [item.entry for item in of_amelia] == ["plan", "hand-over"]
    of_joe = timeline_of(reader=world.worker, cases=[world.case], person=world.joe)
    assert [item.entry for item in of_joe] == WORKERS


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"entry": "plan"}, ["plan"]),
        ({"entry": "note"}, []),
        ({"entry": "concern"}, []),
        ({"circumstance": "health"}, []),
        ({"words": "tired"}, ["assessment"]),
        ({"words": "sundays"}, ["plan"]),
        ({"words": "bruise"}, []),
        ({"until": 4}, ["assessment", "goal"]),
        ({"since": 4, "until": 4}, ["assessment"]),
    ],
)
def test_the_filter_narrows_them_too(world, edition, filters, found):
    one_of_each(world, edition)
    days = {name: day(filters[name]) for name in ("since", "until") if name in filters}
    assert entries(world, world.worker, **{**filters, **days}) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("moves", 1), ("moves school", 1), ("moves bedroom", 1), ("moves harbour", 0)],
)
def test_words_are_looked_for_in_answers_too(world, words, found):
    edition = InUseFactory(questionnaire__kind="assessment", asks=[{}, {}])
    AssessmentFactory(
        case=world.case,
        edition=edition,
        people=[world.joe],
        given=["He moves school in May.", "He moves to the big bedroom."],
    )
    # The page is counted as well: it stands there once, however many answers hold the words.
    page = timeline_of(reader=world.worker, cases=[world.case], filters=Filters(words=words))
    assert (len(list(page)), page.paginator.count) == (found, found)


def test_drafts_and_what_was_corrected_are_not_there(world, edition):
    common = {"case": world.case, "edition": edition, "people": [world.joe]}
    wrong = AssessmentFactory(**common)
    AssessmentFactory(**common, is_final=False)
    PlanFactory(case=world.case)
    AssessmentFactory(**common, corrects=wrong, correction_reason="Another day.", summary="Right.")
    (item,) = timeline_of(reader=world.worker, cases=[world.case])
    assert (item.text, item.correction.reason) == ("Right.", "Another day.")


def test_of_what_is_planned_the_next_one_alone(world):
    common = {"case": world.case, "service": world.service, "recorded_by": world.worker}
    later = timezone.now() + timedelta(days=9)
    AppointmentFactory(**common, starts=later)
    following = AppointmentFactory(**common)
    missed = AppointmentFactory(**common, starts=ago(3))
    page = timeline_of(reader=world.worker, cases=[world.case])
    assert [item.reference for item in page] == [following.reference, missed.reference]
    assert [item.flags[0].text for item in page] == ["Planned", "Not written up yet"]


def test_what_is_restricted_is_not_there(world, edition):
    one_of_each(world, edition)
    dpo = member_of(world.service, Role.DPO, name="Aisha Khan")
    restrict(
        of=world.joe,
        ground=Restriction.Ground.values[0],
        because="He contests it.",
        alerts_stay=True,
        by=dpo,
    )
    assert entries(world, world.worker) == ["plan", "hand-over"]


def test_other_cases_are_not_there(world, edition):
    elsewhere = CaseFactory(people=[PersonFactory(), world.joe])
    one_of_each(world, edition, case=elsewhere)
    assert entries(world, world.worker) == []


def test_as_many_questions_for_six_as_for_one(world, edition):
    lead = member_of(world.service, Role.SAFEGUARDING_LEAD, name="Ngozi Adeyemi")
    timeline_of(reader=lead, cases=[world.case])  # what they may do is asked once a request
    counts = set()
    for plan in (True, False, False, False, False, False):
        one_of_each(world, edition, plan=plan)
        with CaptureQueriesContext(connection) as queries:
            page = timeline_of(reader=lead, cases=[world.case])
            assert {item.entry for item in page} >= set(LEADS)
        counts.add(len(queries))
    assert len(counts) == 1


@pytest.mark.parametrize("page", ["cases:case", "cases:case-print", "cases:person"])
def test_the_pages_and_the_paper_show_them(world, edition, page):
    one_of_each(world, edition)
    record = world.joe if page == "cases:person" else world.case
    body = signed_in(world.worker).get(reverse(page, args=[record.reference])).content.decode()
    for words in ("Assessment: Early help", "Plan 1 agreed", "Goal set", "Sharing log: shared"):
        assert words in body
    assert "Safeguarding concern<" not in body
