"""What families answered to the questions of a service, as figures that show nobody."""

import pytest

from planning.actions.figures import correct_figures, release_figures
from planning.counting import count
from planning.files import as_spreadsheet
from tests.cases.world import a_world
from tests.core.test_spreadsheets import read_xlsx
from tests.factories.assessments import (
    CaseAnswerFactory,
    EditionFactory,
    InUseFactory,
    put_into_use,
)
from tests.factories.cases import CaseFactory, RestrictionFactory
from tests.planning.test_releases import AFTER, IN_SUMMER, SUMMER, met

pytestmark = pytest.mark.django_db

HOMES = [{"key": "own", "words": "A home of their own"}, {"key": "with", "words": "With others"}]


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def asked(world):
    return InUseFactory(
        questionnaire__service=world.service,
        asks=[
            {"wording": "Where do they live?", "kind": "choice", "options": HOMES},
            {"wording": "Is there a car?", "kind": "yes_no"},
            {"wording": "What else?", "kind": "text"},
        ],
    )


def answered(asked, place, *given, times=1):
    question = asked.questions.all()[place]
    for _ in range(times):
        case = CaseFactory(service=asked.questionnaire.service)
        for one in given:
            CaseAnswerFactory(case=case, question=question, given=one, recorded_at=IN_SUMMER)
    return case


def counts():
    found = (one for one in count(SUMMER) if one.definition.key.startswith("answers-"))
    return {one.definition.title: dict(one.breakdowns[0].counts) for one in found}


def test_each_case_counts_once_by_its_latest_answer_and_free_words_never(asked):
    answered(asked, 0, "own", "with")
    answered(asked, 0, "own")
    answered(asked, 1, True)
    answered(asked, 1, True, None)  # taken back
    answered(asked, 2, "A caravan.")
    service = "Family support"
    assert counts() == {
        f"{service}: Where do they live?": {
            (service, "A home of their own"): 1,
            (service, "With others"): 1,
        },
        f"{service}: Is there a car?": {(service, "Yes"): 1},
    }


def test_a_restricted_case_is_not_counted(asked):
    case = answered(asked, 1, True)
    assert sum(counts()["Family support: Is there a car?"].values()) == 1
    RestrictionFactory(person=None, case=case)
    assert not counts()["Family support: Is there a car?"]


def test_what_few_answered_is_hidden_and_a_question_asked_no_more_stays_as_released(asked, world):
    answered(asked, 0, "own", times=9)
    answered(asked, 0, "with", times=2)
    for _ in range(9):
        met(world.case, [world.joe])
    released = release_figures(quarter=SUMMER, on=AFTER, by=world.manager)
    homes, cars = (one for one in released.figures.measures if "?" in one.title)
    assert 2 not in homes.tables[0].shown.cells[0]
    assert 9 not in homes.tables[0].shown.cells[0]
    assert cars.is_withheld
    # A question is no name that a sheet can have: too long, and with a colon.
    assert "Family support  Where do they l" in read_xlsx(as_spreadsheet(released))
    put_into_use(EditionFactory(questionnaire=asked.questionnaire, number=2))
    for _ in range(9):
        met(world.case, [world.joe])
    corrected = correct_figures(quarter=SUMMER, reason="It came late.", by=world.manager)
    again = [one for one in corrected.figures.measures if "?" in one.title]
    assert [(one.tables, one.stands) for one in again] == [
        (homes.tables, True),
        (cars.tables, True),
    ]
