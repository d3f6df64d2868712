"""The grid of a person, consents that end soon, and gateways by quarter."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from consent.purposes import Purpose
from consent.queries.pictures import grid_of
from tests.cases.world import a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import AgencyFactory, PersonFactory, ServiceFactory
from tests.factories.consent import ConsentFactory, ShareFactory, withdrawn

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def today():
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.get_fixed_timezone(0))
    with time_machine.travel(noon, tick=True):
        yield


def test_the_grid_says_for_each_purpose_and_recipient_how_they_stand():
    person = PersonFactory()
    one, two = AgencyFactory(name="Anchor"), AgencyFactory(name="Beacon")
    ConsentFactory(person=person, agency=one, **withdrawn(date(2026, 5, 4)))
    ConsentFactory(person=person, agency=one, given_on=date(2026, 6, 1))
    ConsentFactory(person=person, agency=two, state="refused")
    ConsentFactory(person=person, agency=two, purpose=Purpose.REPORT, until=date(2026, 6, 1))
    grid = grid_of(person, on=TODAY)
    assert grid.recipients == ("Anchor", "Beacon")
    assert [(row.purpose, row.cells) for row in grid.rows] == [
        ("Working with another agency to help", ("In force", "Refused")),
        ("Writing a report or letter", ("–", "Ended")),
    ]


def test_what_ends_soon_is_listed_for_the_service_alone():
    world = a_world()
    soon = ConsentFactory(person=world.amelia, until=TODAY + timedelta(days=30))
    later = ConsentFactory(person=world.amelia, until=TODAY + timedelta(days=31))
    elsewhere = ConsentFactory(until=TODAY)
    page = reverse("consent:ending")
    browser = signed_in(world.worker)
    with entries_since() as left:
        shown = browser.get(page).content.decode()
    assert soon.reference in shown
    assert later.reference not in shown
    assert elsewhere.reference not in shown
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.CONSENT_LISTED, [world.amelia.pk])
    ]
    outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider"))
    assert soon.reference not in outsider.get(page).content.decode()
    desk = signed_in(member_of(world.service, Role.FRONT_DESK, name="Desk"))
    assert desk.get(page).status_code == HTTPStatus.FORBIDDEN
    counts = []
    for more in (0, 20):
        for _ in range(more):
            ConsentFactory(person=world.joe, until=TODAY, authority="He told it back.")
        with CaptureQueriesContext(connection) as asked:
            browser.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_gateways_by_quarter_are_counted_and_name_nobody():
    world = a_world()
    for when in ("2026-11-02 12:00", "2026-11-03 12:00", "2026-07-01 00:30", "2020-01-01 12:00"):
        moment = timezone.make_aware(datetime.fromisoformat(when))
        ShareFactory(case=world.case, people=[world.amelia], happened_at=moment)
    ShareFactory(
        case=world.case,
        people=[world.amelia],
        outcome="not_shared",
        sent_how="",
        gateway="",
        kept_back="All.",
    )
    page = reverse("consent:quarters")
    with entries_since() as left:
        shown = signed_in(the(Role.DPO)).get(page)
    assert left == []
    chart = shown.context["chart"]
    rows = {row[0]: row for row in chart.rows}
    assert "2" in str(rows["October to December 2026"])
    assert "1" in str(rows["July to September 2026"])
    assert "Amelia" not in shown.content.decode()
    worker = signed_in(world.worker)
    assert worker.get(page).status_code == HTTPStatus.FORBIDDEN
