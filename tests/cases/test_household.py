"""Who lives with whom on a day, and that nobody is named who does not exist for the reader."""

from datetime import date

import pytest

from accounts.roles import Role
from audit.verbs import Verb
from tests.cases.test_people_pages import text_of, typed, url
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import AddressFactory, CaseFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def worker(world):
    return signed_in(world.worker)


def on(day, month, year):
    return f"?on_0={day}&on_1={month}&on_2={year}"


def test_whoever_has_the_same_home_on_that_day(world, worker):
    AddressFactory(person=world.joe, lines="12 Sample Street", until=date(2026, 3, 1))
    AddressFactory(person=world.amelia, lines="12, Sample St", since=date(2025, 1, 1))
    with entries_since() as entries:
        text = text_of(worker.get(url(world.joe, f"household/{on(1, 2, 2026)}")))
    shown = text[text.index("Who lives with them on 1 February 2026") :]
    assert "Amelia Hart" in shown
    assert [(e.verb, e.people) for e in entries] == [
        (Verb.HOUSEHOLD_READ, sorted([world.amelia.pk, world.joe.pk]))
    ]
    later = text_of(worker.get(url(world.joe, f"household/{on(2, 3, 2026)}")))
    assert "No home is recorded for that day." in later
    assert "Amelia Hart" not in later


def test_nobody_of_another_service_and_no_neighbour(world, worker):
    AddressFactory(person=world.joe, lines="12 Sample Street")
    hugo = PersonFactory(given_names="Hugo", family_name="Quill")
    CaseFactory(people=[hugo])
    AddressFactory(person=hugo, lines="12 Sample Street")
    AddressFactory(person=world.amelia, lines="14 Sample Street")
    text = text_of(worker.get(url(world.joe, "household/")))
    assert "Nobody else is recorded at this address on that day." in text
    assert "Hugo" not in text
    assert "Amelia" not in text


def test_a_confidential_home_joins_nobody_for_the_front_desk(world, worker):
    for one in (world.joe, world.amelia):
        AddressFactory(person=one, lines="The refuge", postcode="PR7 7XX", is_confidential=True)
    assert "Amelia Hart" in text_of(worker.get(url(world.joe, "household/")))
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Front Desk"))
    text = text_of(desk.get(url(world.joe, "household/")))
    assert "Confidential addresses. Hidden: not needed for your role." in text
    assert "The refuge" not in text
    assert "Amelia" not in text


def test_a_day_that_is_none_says_so_and_shows_today(world, worker):
    answer = worker.get(url(world.joe, f"household/{on(31, 2, 2026)}"))
    assert answer.status_code == 422
    assert "There is no such day in the calendar" in text_of(answer)


def test_an_address_is_written_for_everybody_who_moves_there(world, worker):
    address = url(world.amelia, "addresses/add/")
    sent = typed(
        worker.get(address), lines="3 New Road", postcode="PR9 0ZZ", also_for=[world.joe.reference]
    )
    assert worker.post(address, sent).status_code == 302
    assert "Joe Hart" in text_of(worker.get(url(world.amelia, "household/")))
