"""What was told before anybody else was asked, and waits: emergencies and quick entries, with their days."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from consent.queries.to_review import look_by
from tests.cases.world import a_world, member_of, says_why, signed_in
from tests.conftest import entries_since
from tests.factories.cases import CaseFactory
from tests.factories.consent import ShareFactory, ShareReviewFactory

pytestmark = pytest.mark.django_db

PAGE = reverse("consent:shares-to-review")
EMERGENCY = {
    "purpose": "safeguarding",
    "gateway": "public_good",
    "gateway_detail": "The children are at risk tonight.",
    "why_without_consent": "Asking would put the children at more risk.",
    "why_urgent": "The ambulance was at the door.",
    "told": False,
    "why_not_told": "They were in the ambulance.",
}
QUICK = {"is_quick": True, "gateway": "service", "gateway_detail": "", "purpose": "service"}


@pytest.fixture
def world():
    return a_world()


def shared(world, what, *, days=0, **changed):
    then = timezone.now() - timedelta(days=days)
    words = {"case": world.case, "people": [world.amelia], "happened_at": then, "recorded_at": then}
    share = ShareFactory(**words | what | changed)
    share.refresh_from_db()
    return share


def rows(browser):
    return [row.share for row in browser.get(PAGE).context["rows"]]


def test_emergencies_come_first_then_quick_entries_with_their_days(world, settings):
    settings.SHARE_REVIEW_DAYS = 5
    quick = shared(world, QUICK, days=8)
    urgent = shared(world, EMERGENCY)
    seen = shared(world, QUICK)
    ShareReviewFactory(share=seen, recorded_by=world.manager)
    shared(world, {})
    manager = signed_in(world.manager)
    with entries_since() as left:
        page = manager.get(PAGE)
    assert [row.share for row in page.context["rows"]] == [urgent, quick]
    assert [entry.verb for entry in left] == [Verb.SHARE_LISTED] * 2
    assert [row.is_late for row in page.context["rows"]] == [False, True]
    assert look_by(quick) == timezone.localdate(quick.recorded_at) + timedelta(days=5)
    assert look_by(urgent) == timezone.localdate(urgent.recorded_at)
    words = page.content.decode()
    for sentence in (
        "The ambulance was at the door.",
        "They were not told: They were in the ambulance.",
        "What they think of it is not written down.",
        "No reply is written down.",
    ):
        assert sentence in words
    assert reverse("consent:share-review", args=[quick.reference]) in words
    assert reverse("consent:share-review", args=[urgent.reference]) not in words


@pytest.mark.parametrize("role", [Role.SAFEGUARDING_LEAD, Role.DPO])
def test_the_lead_and_the_dpo_look_at_emergencies(world, role):
    urgent, quick = shared(world, EMERGENCY), shared(world, QUICK)
    alone = shared(world, EMERGENCY, case=None, recorded_by=world.worker)
    somebody = member_of(world.service, role, name="Somebody")
    says_why(somebody, world.amelia, world.joe)
    own = shared(world, EMERGENCY, recorded_by=somebody)
    browser = signed_in(somebody)
    assert rows(browser) == [urgent, alone]
    assert "Sharing to look at" in browser.get(reverse("cases:work")).content.decode()
    look = reverse("consent:share-review", args=[urgent.reference])
    assert "The ambulance was at the door." in browser.get(look).content.decode()
    assert browser.post(look, {"is_right": "yes"})["Location"] == PAGE
    assert rows(browser) == [alone]
    for other in (quick, own):
        refused = browser.get(reverse("consent:share-review", args=[other.reference]))
        assert refused.status_code == HTTPStatus.FORBIDDEN


def test_nobody_else_sees_the_list_and_no_other_service(world):
    shared(world, EMERGENCY)
    other = signed_in(member_of(CaseFactory().service, Role.SERVICE_MANAGER, name="Other"))
    assert rows(other) == []
    for role in (Role.CASEWORKER, Role.FRONT_DESK, Role.QUALITY_REVIEWER):
        with entries_since() as left:
            page = signed_in(member_of(world.service, role, name="Somebody")).get(PAGE)
        assert page.status_code == HTTPStatus.FORBIDDEN
        assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_a_manager_may_look_at_any_entry_of_their_service(world):
    full, own = shared(world, {}), shared(world, {}, recorded_by=world.manager)
    manager, worker = signed_in(world.manager), signed_in(world.worker)
    look = reverse("consent:share-review", args=[full.reference])
    assert look in manager.get(full.get_absolute_url()).content.decode()
    assert look not in worker.get(full.get_absolute_url()).content.decode()
    assert rows(manager) == []
    assert worker.post(look, {"is_right": "yes"}).status_code == HTTPStatus.FORBIDDEN
    wrong = {"is_right": "no", "words": "The school asked for less."}
    assert manager.post(look, wrong)["Location"] == full.get_absolute_url()
    page = manager.get(full.get_absolute_url()).content.decode()
    assert "it was not right. The school asked for less." in page
    assert look not in page
    not_theirs = reverse("consent:share-review", args=[own.reference])
    assert not_theirs not in manager.get(own.get_absolute_url()).content.decode()


def test_as_many_questions_for_thirty_as_for_one(world):
    browser, counts = signed_in(world.manager), []
    for more in (1, 14):
        for _ in range(more):
            shared(world, EMERGENCY)
            shared(world, QUICK)
        with CaptureQueriesContext(connection) as asked:
            browser.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
