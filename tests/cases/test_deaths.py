"""That somebody has died: nothing is sent to them, everybody who opens the record sees it (P51)."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from cases.actions.deaths import record_death, take_back_death
from cases.models import Death, Means, Task
from cases.queries.safe_contact import reach
from core.errors import LogUnavailable, Refused
from letters.rules import destination
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import AddressFactory, ContactPointFactory, DeathFactory, ServiceFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
    with time_machine.travel(noon, tick=True):
        yield


@pytest.fixture
def world():
    return a_world()


def died(world, **changed):
    words = {"person": world.amelia, "died_on": date(2026, 11, 20), "source": "Her sister rang."}
    return record_death(**words | {"on": TODAY, "by": world.worker} | changed)


def test_from_then_on_no_way_is_open_and_the_service_is_asked(world):
    AddressFactory(person=world.amelia)
    ContactPointFactory(person=world.amelia, kind="email", safe_for_messages=True)
    assert reach(world.amelia, on=TODAY).by(Means.POST).allowed
    with entries_since() as left:
        died(world)
    assert [entry.verb for entry in left] == [Verb.DEATH_RECORDED, Verb.TASK_ADDED]
    ways = reach(world.amelia, on=TODAY)
    assert ways.is_barred
    assert "died on 20 November 2026" in ways.by(Means.EMAIL).why
    for way in ("post", "email"):
        assert "died on" in destination(world.amelia, way, about=[world.amelia], on=TODAY).why_not
    task = Task.objects.get()
    assert (task.case, task.service) == (world.case, world.service)
    take_back_death(person=world.amelia, because="It was her aunt.", by=world.worker)
    assert reach(world.amelia, on=TODAY).by(Means.POST).allowed


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"died_on": TODAY + timedelta(days=1)}, "has not come yet"),
        ({"died_on": date(1900, 1, 1)}, "was not born yet"),
        ({"source": " "}, "how we know"),
    ],
)
def test_refused_it_leaves_no_trace(world, wrong, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        died(world, **wrong)
    assert left == []
    assert not Death.objects.exists()


def test_it_is_written_once_and_taken_back_with_why(world):
    with pytest.raises(Refused, match="not written down"):
        take_back_death(person=world.amelia, because="No.", by=world.worker)
    died(world)
    with pytest.raises(Refused, match="already"):
        died(world)
    with pytest.raises(Refused, match="why it was a mistake"):
        take_back_death(person=world.amelia, because=" ", by=world.worker)
    with pytest.raises(IntegrityError, match="death_once"):
        DeathFactory(person=world.amelia)


def test_without_an_entry_it_is_undone(world, request):
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        died(world)
    assert not Death.objects.exists()


def test_everybody_who_opens_the_record_sees_it(world):
    browser = signed_in(world.worker)
    page = reverse("cases:person-death", args=[world.amelia.reference])
    typed = {"died_on_0": "20", "died_on_1": "11", "died_on_2": "2026", "source": ""}
    wrong = browser.post(page, typed)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="2026"' in wrong.content.decode()
    assert browser.post(page, typed | {"source": "Her sister."}).status_code == HTTPStatus.FOUND
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Desk"))
    for reader in (browser, desk):
        assert "Has died" in reader.get(world.amelia.get_absolute_url()).content.decode()
    lives = reverse("cases:person-lives", args=[world.amelia.reference])
    assert browser.post(lives, {"because": "It was her aunt."}).status_code == HTTPStatus.FOUND
    assert "Has died" not in browser.get(world.amelia.get_absolute_url()).content.decode()
    outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider"))
    assert outsider.get(page).status_code == HTTPStatus.NOT_FOUND
