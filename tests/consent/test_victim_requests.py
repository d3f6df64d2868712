"""Police ask for a victim's information: what they showed (Victims and Prisoners Act 2024)."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.verbs import Verb
from consent.actions.victim_requests import record_victim_request
from consent.models import VictimRequest
from core.errors import LogUnavailable, Refused
from tests.cases.world import a_world, member_of, signed_in
from tests.conftest import entries_since
from tests.factories.cases import ServiceFactory
from tests.factories.consent import ShareFactory, VictimRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def share(world):
    return ShareFactory(case=world.case, people=[world.amelia])


def asked(share, world, **changed):
    words = {
        "asked_by": "DC Harker, 4411",
        "asked_on": timezone.localdate(),
        "belief": "She told us.",
        "relevance": "Where he was.",
        "necessity": "Nobody else was there.",
        "is_counselling": False,
        "notice_on": timezone.localdate(),
    }
    return record_victim_request(share=share, by=world.worker, **words | changed)


def test_what_they_showed_stands_beside_the_entry(share, world):
    with entries_since() as left:
        made = asked(share, world, is_counselling=True, probative="His alibi rests on it.")
    assert [(entry.verb, entry.people) for entry in left] == [
        (Verb.VICTIM_REQUEST_RECORDED, [world.amelia.pk])
    ]
    assert made.share == share
    page = signed_in(world.worker).get(share.get_absolute_url()).content.decode()
    assert "His alibi rests on it." in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"belief": " "}, "what they believe"),
        ({"asked_on": timezone.localdate() + timedelta(days=3)}, "has not come yet"),
        ({"is_counselling": True}, "substantial value"),
        ({"notice_on": None}, "written notice"),
        ({"why_no_notice": "x"}, "one of the two"),
    ],
)
def test_refused_it_leaves_no_trace(share, world, wrong, sentence):
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        asked(share, world, **wrong)
    assert left == []
    assert not VictimRequest.objects.exists()


def test_once_and_not_without_an_entry(share, world, request):
    asked(share, world)
    with pytest.raises(Refused, match="already"):
        asked(share, world)
    other = ShareFactory(case=world.case, people=[world.amelia])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        asked(other, world)


def test_nothing_shared_needs_no_value_as_evidence(world):
    kept = ShareFactory(
        case=world.case,
        people=[world.amelia],
        outcome="not_shared",
        sent_how="",
        gateway="",
        gateway_detail="",
        kept_back="It is not relevant.",
    )
    asked(kept, world, is_counselling=True)


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"is_counselling": True}, "substantial value"),
        ({"belief": ""}, "victim_request_says_what_they_showed"),
        ({"why_no_notice": ""}, "victim_request_notice_or_why_not"),
    ],
)
def test_the_database_refuses(wrong, rule):
    with pytest.raises(IntegrityError, match=rule):
        VictimRequestFactory(**wrong)


def test_the_page(share, world):
    page = reverse("consent:victim-request", args=[share.reference])
    today = timezone.localdate()
    typed = {
        "asked_by": "DC Harker",
        "asked_on_0": today.day,
        "asked_on_1": today.month,
        "asked_on_2": today.year,
        "belief": "She told us.",
        "relevance": "Where he was.",
        "necessity": "",
        "is_counselling": "no",
        "notified": "no",
        "why_no_notice": "She knows.",
    }
    browser = signed_in(world.worker)
    wrong = browser.post(page, typed)
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "DC Harker" in wrong.content.decode()
    assert browser.post(page, typed | {"necessity": "No."}).status_code == HTTPStatus.FOUND
    outsider = signed_in(member_of(ServiceFactory(), Role.CASEWORKER, name="Outsider"))
    assert outsider.get(page).status_code == HTTPStatus.NOT_FOUND
