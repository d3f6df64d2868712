"""Whoever comes too early, too late or from elsewhere is told what has to be so first."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from sar import permissions
from sar.actions.requests import record_requests
from sar.kinds import Channel, Kind
from sar.models import RightsRequest
from sar.workflow import RequestStatus
from tests.cases.test_cases_races import at_once
from tests.factories.accounts import UserFactory
from tests.factories.sar import (
    ConflictWarningFactory,
    EvidenceAskedFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RightsRequestFactory,
    SearchFactory,
    SearchPlaceFactory,
)
from tests.sar.conftest import BACKEND
from tests.sar.test_pages import text
from tests.sar.test_permissions import as_it_is

pytestmark = pytest.mark.django_db


def lever(request, name):
    return reverse("sar:request-lever", args=[request.reference, name])


@pytest.mark.parametrize(
    ("name", "before", "says"),
    [
        ("release", as_it_is, "It is not established yet who asks."),
        ("sign-off", lambda r: EvidenceSeenFactory(request=r), "A pack has to be ready"),
        (
            "release",
            lambda r: EvidenceSeenFactory(request=r),
            "second person has to have signed it",
        ),
        (
            "release",
            lambda r: (EvidenceSeenFactory(request=r), ConflictWarningFactory(request=r)),
            "warnings that nobody has decided on",
        ),
        (
            "release",
            lambda r: (EvidenceSeenFactory(request=r), SearchFactory(request=r)),
            "Not answered yet: E-mail.",
        ),
        ("extend", lambda r: ExtensionFactory(request=r), "the law allows that once"),
        ("identity-asked", lambda r: EvidenceAskedFactory(request=r), "asked for already"),
        ("search", lambda r: SearchFactory(request=r), "on the request already"),
        ("late", as_it_is, "The answer is not late"),
    ],
)
def test_the_sentence_says_what_has_to_be_so_first(dpo_client, access, name, before, says):
    before(access)
    address = lever(access, name)
    assert address not in dpo_client.get(access.get_absolute_url()).content.decode()
    answer = dpo_client.get(address)
    assert answer.status_code == 409
    assert says in text(answer)


def test_nothing_is_done_to_an_answered_request(dpo_client, dpo):
    answered = RightsRequestFactory(
        status=RequestStatus.REFUSED,
        refused_at=timezone.now(),
        refused_by=dpo,
        refusal_reasons="We have done it already.",
    )
    for name in ("acknowledge", "extend", "release", "refuse", "withdraw"):
        answer = dpo_client.get(lever(answered, name))
        assert answer.status_code == 409
        assert "Record a new request if the person asks again" in text(answer)


def test_the_search_is_begun_again_when_the_list_has_grown(dpo, access):
    SearchFactory(request=access)
    assert not permissions.can_begin_search(dpo, access)
    SearchPlaceFactory(slug="paper", name="Paper")
    assert permissions.can_begin_search(dpo, access)


def test_a_list_that_was_not_gone_through_is_begun_and_not_waited_for(dpo_client, access):
    SearchPlaceFactory()
    page = text(dpo_client.get(access.get_absolute_url()))
    assert "has not been begun. Begin it." in page
    assert "Wait for it" not in page


def test_who_took_it_in_sees_how_far_it_is_and_not_what_is_weighed(client, dpo_client):
    desk = UserFactory(roles=[Role.FRONT_DESK])
    request = RightsRequestFactory(kind=Kind.ACCESS, recorded_by=desk)
    ConflictWarningFactory(request=request)
    EvidenceAskedFactory(request=request, because="Somebody rang in his name before.")
    at_the_desk = Client()
    at_the_desk.force_login(desk, backend=BACKEND)
    seen = text(at_the_desk.get(request.get_absolute_url()))
    assert "evidence asked for" in seen
    officers = text(dpo_client.get(request.get_absolute_url()))
    for secret in ("Somebody rang in his name before.", "nobody has decided on"):
        assert secret not in seen
        assert secret in officers


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_in_the_same_moment_makes_one_request_of_each_kind(worker):
    token = uuid4()

    def record():
        return record_requests(
            kinds=[Kind.ACCESS, Kind.ERASURE],
            token=token,
            channel=Channel.PHONE,
            received_on=timezone.localdate(),
            asked="Everything.",
            about_name="Mo Lee",
            reach_by="Ring.",
            by=worker,
        )

    done = at_once(record, record)
    assert done["waited"]
    assert done["first"] == done["second"]
    assert RightsRequest.objects.count() == 2
