"""The Data Protection Officer's desk: requests by deadline, with what can be done as buttons."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from sar.building import build_pack
from sar.levers import LEVERS, levers_for
from sar.models import RightsRequest
from sar.workflow import RequestStatus
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.sar import (
    BuiltPackFactory,
    ClarificationFactory,
    EvidenceSeenFactory,
    ExtensionFactory,
    RightsRequestFactory,
)
from tests.sar.conftest import BACKEND
from tests.sar.test_pages import queries, text

pytestmark = pytest.mark.django_db

LIST = reverse("admin:sar_rightsrequest_changelist")


def address_of(request):
    return reverse("admin:sar_rightsrequest_change", args=[request.pk])


def days_ago(days):
    return timezone.localdate() - timedelta(days=days)


def test_the_register_is_by_deadline_and_each_row_is_logged(dpo_client, dpo):
    young = RightsRequestFactory(received_on=days_ago(2))
    late = RightsRequestFactory(received_on=days_ago(50))
    extended = RightsRequestFactory(received_on=days_ago(20))
    ExtensionFactory(request=extended)
    paused = RightsRequestFactory(received_on=days_ago(40))
    ClarificationFactory(request=paused, asked_on=days_ago(35))
    refused = RightsRequestFactory(
        received_on=days_ago(90),
        status=RequestStatus.REFUSED,
        refused_at=timezone.now(),
        refused_by=dpo,
        refusal_reasons="Repeated.",
    )
    with entries_since() as entries:
        page = dpo_client.get(LIST)
    rows = list(page.context["cl"].result_list)
    assert rows == [late, young, extended, paused, refused]
    assert [(e.verb, e.record_id, e.people, e.purpose) for e in entries] == [
        ("request.listed", one.pk, [one.person_id], "rights request") for one in rows
    ]
    words = text(page)
    for shown in ("days late", "days left", "paused, 5 days used", "refused", late.reference):
        assert shown in words


def test_queries_of_the_register_do_not_grow(dpo_client):
    def more():
        EvidenceSeenFactory(request=RightsRequestFactory())

    more()
    dpo_client.get(LIST)
    one = queries(dpo_client, LIST)
    for _ in range(29):
        more()
    assert queries(dpo_client, LIST) == one


def test_a_request_is_explained_and_offers_exactly_the_levers_that_work(dpo_client, dpo, access):
    with entries_since() as entries:
        page = dpo_client.get(address_of(access))
    assert [(e.verb, e.people) for e in entries] == [("request.read", [access.person_id])]
    words, html = text(page), page.content.decode()
    assert "its time starts on that day" in words
    offered = {lever.name for lever in levers_for(dpo, access)}
    assert offered == {
        "acknowledge",
        "conflicts",
        "care",
        "search",
        "status-link",
        "identity-asked",
        "identity-seen",
        "clarification-asked",
        "extend",
        "build",
        "correct",
        "withdraw",
        "refuse",
    }
    for lever in LEVERS:
        assert (f'action="{lever.url(access)}"' in html) is (lever.name in offered)
    assert "style=" not in html.split('id="content-main"')[1]


def test_a_lever_does_the_verb_and_leads_back_to_the_desk(dpo_client, access):
    answer = dpo_client.post(
        reverse("sar:request-lever", args=[access.reference, "acknowledge"]), {"back": "admin"}
    )
    assert answer["Location"] == address_of(access)
    access.refresh_from_db()
    assert access.acknowledged_at is not None
    assert "Acknowledged." in text(dpo_client.get(address_of(access)))


def test_an_error_keeps_what_was_typed_and_the_way_back(dpo_client, access):
    answer = dpo_client.post(
        reverse("sar:request-lever", args=[access.reference, "refuse"]),
        {"back": "admin", "reasons": ""},
    )
    assert answer.status_code == 422
    assert 'name="back" value="admin"' in answer.content.decode()


def test_a_finished_pack_is_offered_on_the_desk(dpo_client, access, note, quick_print):
    pack = BuiltPackFactory(request=access)
    assert "being built" in text(dpo_client.get(address_of(access)))
    build_pack(pack.pk)
    html = dpo_client.get(address_of(access)).content.decode()
    assert reverse("sar:pack-file", args=[access.reference, pack.name]) in html
    assert reverse("sar:items", args=[access.reference]) in html


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DPO])
def test_the_desk_is_the_officers_alone(client, access, role):
    client.force_login(UserFactory(roles=[role]), backend=BACKEND)
    for address in (LIST, address_of(access)):
        answer = client.get(address)
        assert answer.status_code in {302, 403, 404}
        assert "Amelia" not in answer.content.decode()


def test_nothing_is_typed_over_added_or_deleted(dpo_client, access):
    before = RightsRequest.objects.values().get()
    assert dpo_client.post(address_of(access), {"status": "released"}).status_code in {200, 403}
    for end in ("add/", f"{access.pk}/delete/", f"{access.pk}/history/"):
        assert dpo_client.get(f"{LIST}{end}").status_code in {302, 403, 404}
    assert RightsRequest.objects.values().get() == before
