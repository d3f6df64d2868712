"""The administrator's desk for services: who needs to know what, and nothing about clients."""

import re

import pytest

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import Service, ServiceMember
from cases.permissions import services_of
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import CaseFactory, PersonFactory, ServiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return signed_in(UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR]))


def test_a_service_is_added_and_changed(desk):
    desk.post("/admin/cases/service/add/", {"name": "Young Carers", "retention_rule": "15 years."})
    service = Service.objects.get(name="Young Carers")
    with entries_since() as entries:
        response = desk.post(
            f"/admin/cases/service/{service.pk}/do/change/",
            {"public_text": "For young carers.", "retention_rule": "15 years."},
        )
    assert response.status_code == 302
    service.refresh_from_db()
    assert (service.public_text, service.is_open) == ("For young carers.", False)
    assert [e.verb for e in entries] == [Verb.ADMIN_READ, Verb.SERVICE_CHANGED]


def test_changing_one_word_opens_with_the_others_in_place(desk):
    service = ServiceFactory(public_text="For young carers.", retention_rule="15 years.")
    page = desk.get(f"/admin/cases/service/{service.pk}/do/change/").content.decode()
    assert "For young carers." in page
    assert "15 years." in page
    assert re.search(r'name="is_open"[^>]*checked', page)


def test_a_second_service_of_the_same_name_is_refused_and_nothing_typed_is_lost(desk):
    ServiceFactory(name="Young Carers")
    response = desk.post(
        "/admin/cases/service/add/", {"name": "young carers", "public_text": "Long text."}
    )
    assert response.status_code == 422
    assert "already" in response.content.decode()
    assert "Long text." in response.content.decode()
    assert Service.objects.count() == 1


def test_somebody_joins_and_leaves_a_service(desk):
    service, worker = ServiceFactory(), UserFactory(roles=[Role.CASEWORKER])
    day = {"since_0": "1", "since_1": "6", "since_2": "2026"}
    desk.post(f"/admin/cases/service/{service.pk}/do/add-member/", {"user": worker.pk, **day})
    assert list(services_of(worker)) == [service]
    member = ServiceMember.objects.get()
    ended = {"until_0": "30", "until_1": "6", "until_2": "2026"}
    desk.post(f"/admin/cases/servicemember/{member.pk}/do/end/", ended)
    assert list(services_of(worker)) == []


def test_the_desk_shows_no_client(desk):
    service = ServiceFactory()
    CaseFactory(service=service, people=[PersonFactory(family_name="Needlewoman")])
    for address in ("", f"{service.pk}/change/"):
        page = desk.get(f"/admin/cases/service/{address}").content.decode()
        assert service.name in page
        assert "Needlewoman" not in page


def test_nobody_else_has_the_desk():
    service = ServiceFactory()
    for role in set(Role) - {Role.SYSTEM_ADMINISTRATOR}:
        browser = signed_in(UserFactory(roles=[role]))
        assert browser.get(f"/admin/cases/service/{service.pk}/change/").status_code in (302, 403)
