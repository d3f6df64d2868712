"""Pages to be printed: each sheet names its reader, and printing is written in the log as such."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import (
    AddressFactory,
    CaseNoteFactory,
    ContactFactory,
    DecisionFactory,
    ServiceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


def words_of(response):
    return response.content.decode()


def test_a_case_is_printed_with_everything_that_happened(world):
    for number in range(40):
        CaseNoteFactory(
            case=world.case,
            people=[world.joe],
            body=f"Note number {number}.",
            happened_at=timezone.now() - timedelta(days=number + 1),
        )
    browser = signed_in(world.worker)
    assert reverse("cases:case-print", args=[world.case.reference]) in words_of(
        browser.get(world.case.get_absolute_url())
    )
    with entries_since() as left:
        page = words_of(browser.get(reverse("cases:case-print", args=[world.case.reference])))
    assert [(e.verb, set(e.people)) for e in left] == [
        (Verb.CASE_PRINTED, {world.amelia.pk, world.joe.pk})
    ]
    assert "Note number 0." in page
    assert "Note number 39." in page
    assert "Confidential" in page
    assert "Printed by Dean Okafor" in page
    assert re.search(r"\d{1,2} \w+ 20\d\d at \d", page)


def test_a_person_is_printed_as_far_as_the_reader_may_see_them(world):
    AddressFactory(person=world.amelia, lines="A refuge", is_confidential=True)
    CaseNoteFactory(case=world.case, people=[world.amelia], body="She slept badly.")
    where = reverse("cases:person-print", args=[world.amelia.reference])
    with entries_since() as left:
        page = words_of(signed_in(world.worker).get(where))
    assert [e.verb for e in left] == [Verb.PERSON_PRINTED]
    assert "A refuge" in page
    assert "She slept badly." in page
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Sue Barlow"))
    page = words_of(desk.get(where))
    assert "Amelia Hart" in page
    assert "A refuge" not in page
    assert "She slept badly." not in page


@pytest.mark.parametrize(
    ("noun", "make"),
    [
        ("note", partial(CaseNoteFactory, body="Very own.")),
        ("contact", partial(ContactFactory, summary="Very own.")),
        ("decision", partial(DecisionFactory, decision="Very own.")),
    ],
)
def test_one_entry_is_printed(world, noun, make):
    entry = make(case=world.case)
    where = reverse(f"cases:{noun}-print", args=[entry.reference])
    browser = signed_in(world.worker)
    assert where in words_of(browser.get(reverse(f"cases:{noun}", args=[entry.reference])))
    with entries_since() as left:
        page = words_of(browser.get(where))
    assert [e.verb for e in left] == [Verb.ENTRY_PRINTED]
    assert "Very own." in page
    assert "Printed by Dean Okafor" in page


def test_nothing_of_another_service_is_printed(world):
    note = CaseNoteFactory(case=world.case, people=[world.joe])
    stranger = signed_in(
        member_of(ServiceFactory(name="Counselling"), Role.CASEWORKER, name="Colm Byrne")
    )
    for name, reference in (
        ("case-print", world.case.reference),
        ("person-print", world.joe.reference),
        ("note-print", note.reference),
    ):
        with entries_since() as left:
            assert stranger.get(reverse(f"cases:{name}", args=[reference])).status_code == 404
        assert [e.verb for e in left] == [Verb.LOOK_REFUSED]


def test_nothing_is_printed_without_a_log(world, log_broken):
    browser = signed_in(world.worker)
    answer = browser.get(reverse("cases:case-print", args=[world.case.reference]))
    assert answer.status_code == 503
