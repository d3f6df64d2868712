"""Before what is dangerous one shows again that it is oneself, and nothing typed is lost."""

import time

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from audit.verbs import Verb
from tests.cases.world import freshly, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.sar import BuiltPackFactory, RightsRequestFactory

pytestmark = pytest.mark.django_db

AGAIN = "/sign-in/reauthenticate/"


def lever(user, name):
    return f"/admin/accounts/user/{user.pk}/do/{name}/"


def roles(user):
    return User.objects.get(pk=user.pk).role_names


@pytest.fixture
def administrator():
    return the(Role.SYSTEM_ADMINISTRATOR)


@pytest.fixture
def worker():
    return UserFactory(full_name="Dean Okafor", roles=[Role.CASEWORKER])


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("give-role", {"role": "front desk"}),
        ("take-role", {"role": "caseworker"}),
        ("suspend", {}),
        ("reset-second-step", {}),
    ],
)
def test_a_dangerous_lever_asks_again_and_does_nothing_yet(administrator, worker, name, typed):
    browser = signed_in(administrator)
    with entries_since() as entries:
        opened = browser.get(lever(worker, name))
        pulled = browser.post(lever(worker, name), typed)
    for answer in (opened, pulled):
        assert answer.status_code == 302
        assert answer["Location"].startswith(AGAIN)
    assert roles(worker) == ("caseworker",)
    assert User.objects.get(pk=worker.pk).is_active
    assert entries == []


def test_what_was_sent_is_done_after_the_password_and_not_asked_again(administrator, worker):
    browser = signed_in(administrator)
    where = lever(worker, "give-role")
    asks = browser.post(where, {"role": "front desk"})["Location"]
    page = browser.get(asks).content.decode()
    assert "Is it still you?" in page
    wrong = browser.post(asks, {"password": "not it"})
    assert wrong.status_code == 200
    assert roles(worker) == ("caseworker",)
    with entries_since() as entries:
        done = browser.post(asks, {"password": PASSWORD, "next": where})
    assert done["Location"] == f"/admin/accounts/user/{worker.pk}/change/"
    assert roles(worker) == ("caseworker", "front desk")
    given = [entry for entry in entries if entry.verb == Verb.ROLE_GIVEN]
    assert [(entry.by_id, entry.record_id) for entry in given] == [(administrator.pk, worker.pk)]
    assert browser.get(lever(worker, "take-role")).status_code == 200


def test_what_was_typed_wrongly_is_still_there_after_the_password(administrator, worker):
    browser = signed_in(administrator)
    where = lever(worker, "take-role")
    asks = browser.post(where, {"role": "front desk"})["Location"]
    answer = browser.post(asks, {"password": PASSWORD, "next": where})
    assert answer.status_code == 422
    assert "does not have the role" in answer.content.decode()
    assert 'value="front desk" selected' in answer.content.decode()


def test_a_quarter_of_an_hour_later_it_asks_again(administrator, worker, settings):
    browser = freshly(signed_in(administrator))
    assert browser.get(lever(worker, "suspend")).status_code == 200
    with time_machine.travel(time.time() + settings.ACCOUNT_REAUTHENTICATION_TIMEOUT + 1):
        assert browser.get(lever(worker, "suspend")).status_code == 302


def test_what_is_not_dangerous_does_not_ask(administrator, worker):
    assert signed_in(administrator).get(lever(worker, "details")).status_code == 200


def test_releasing_a_request_asks_again():
    request = RightsRequestFactory()
    BuiltPackFactory(request=request)
    where = f"/requests/{request.reference}/release/"
    answer = signed_in(the(Role.DPO)).post(where, {"confirm": request.reference})
    assert answer["Location"].startswith(AGAIN)
    assert (
        not freshly(signed_in(the(Role.DPO))).post(where, {}).get("Location", "").startswith(AGAIN)
    )
