"""Assessments, outcomes and goals on paper: each sheet names its reader, and printing is written as such (P12)."""

import pytest
from django.urls import reverse

from assessments.models import Questionnaire
from audit.verbs import Verb
from tests.cases.world import a_world, signed_in
from tests.conftest import entries_since
from tests.factories.assessments import (
    AssessmentFactory,
    GoalFactory,
    InUseFactory,
    QuestionnaireFactory,
)

pytestmark = pytest.mark.django_db


def test_assessments_outcomes_and_goals_are_printed():
    world = a_world()
    edition = InUseFactory(
        questionnaire=QuestionnaireFactory(kind=Questionnaire.Kind.ASSESSMENT),
        asks=[{"wording": "How safe do you feel?", "kind": "number", "is_scored": True}],
    )
    one = AssessmentFactory(
        case=world.case, edition=edition, people=[world.joe], given=[4], summary="Safer now."
    )
    GoalFactory(case=world.case, person=world.joe, words="Up in time for school.")
    browser = signed_in(world.worker)
    for where, of, verb, words in (
        ("assessment", one, Verb.ASSESSMENT_PRINTED, ("How safe do you feel?", "Safer now.")),
        ("outcomes", world.case, Verb.OUTCOMES_PRINTED, ("Up in time for school.", "2 of 10")),
    ):
        page = reverse(f"assessments:{where}", args=[of.reference])
        sheet = reverse(f"assessments:{where}-print", args=[of.reference])
        assert sheet in browser.get(page).content.decode()
        with entries_since() as left:
            body = browser.get(sheet).content.decode()
        assert [entry.verb for entry in left] == [verb]
        for each in ("Confidential", "Printed by Dean Okafor", *words):
            assert each in body
