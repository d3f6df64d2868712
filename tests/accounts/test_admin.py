"""The administrator's desk: accounts by levers, every look written, nothing typed over."""

import pytest

from accounts.actions.staff import accept_undertaking, publish_undertaking
from accounts.models import Undertaking, User
from accounts.roles import Role
from audit.verbs import Verb
from tests.cases.world import freshly
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    freshly(client)
    return user


def test_the_list_is_read_and_the_reading_written(client, administrator):
    UserFactory(full_name="Dean Okafor")
    with entries_since() as entries:
        response = client.get("/admin/accounts/user/")
    assert "Dean Okafor" in response.content.decode()
    assert {e.verb for e in entries} == {Verb.ADMIN_LISTED}
    assert len(entries) == User.objects.count()


def test_an_account_is_added_and_given_a_role(client, administrator):
    response = client.post(
        "/admin/accounts/user/add/", {"full_name": "New One", "email": "New@Charity.example"}
    )
    user = User.objects.get(email="new@charity.example")
    assert response["Location"] == f"/admin/accounts/user/{user.pk}/change/"
    client.post(f"/admin/accounts/user/{user.pk}/do/give-role/", {"role": "caseworker"})
    assert User.objects.get(pk=user.pk).role_names == ("caseworker",)
    page = client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert "caseworker" in page


def test_a_second_account_for_one_address_is_refused_and_nothing_typed_is_lost(
    client, administrator
):
    UserFactory(email="amy@charity.example")
    response = client.post(
        "/admin/accounts/user/add/", {"full_name": "Amy Two", "email": "amy@charity.example"}
    )
    assert response.status_code == 422
    page = response.content.decode()
    assert "has an account already" in page
    assert 'value="Amy Two"' in page


def test_nobody_pulls_a_lever_on_themselves(client, administrator):
    with entries_since() as entries:
        response = client.post(f"/admin/accounts/user/{administrator.pk}/do/suspend/")
    assert response.status_code == 403
    assert [e.verb for e in entries][-1] == Verb.LOOK_REFUSED
    assert User.objects.get(pk=administrator.pk).is_active


def test_the_dpo_reads_accounts_and_changes_none(client):
    dpo = UserFactory(roles=[Role.DPO])
    worker = UserFactory()
    client.force_login(dpo, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(f"/admin/accounts/user/{worker.pk}/change/").status_code == 200
    assert client.post(f"/admin/accounts/user/{worker.pk}/do/suspend/").status_code == 403
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert User.objects.get(pk=worker.pk).is_active


def test_a_caseworker_has_no_admin(client):
    client.force_login(
        UserFactory(roles=[Role.CASEWORKER]),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get("/admin/accounts/user/").status_code in (302, 403)


@pytest.mark.parametrize("address", ["delete/", "history/"])
def test_there_is_no_way_to_delete(client, administrator, address):
    worker = UserFactory()
    assert client.post(f"/admin/accounts/user/{worker.pk}/{address}").status_code == 404


def test_who_has_not_accepted_the_wording_in_force(client, administrator):
    late = UserFactory(full_name="Late Larry")
    gone = UserFactory(full_name="Gone Gail", is_active=False)
    publish_undertaking(text="A new wording.", by=administrator)
    new = Undertaking.objects.order_by("-version").first()
    accept_undertaking(undertaking=new, by=administrator)
    accept_undertaking(undertaking=new, by=UserFactory(full_name="Prompt Pia"))
    page = client.get(f"/admin/accounts/undertaking/{new.pk}/change/").content.decode()
    assert "2 colleagues" in page
    assert late.full_name in page
    assert gone.full_name not in page
    assert "Prompt Pia" not in page
    waiting = client.get("/admin/accounts/user/?undertaking=no").content.decode()
    assert late.full_name in waiting
    assert "Prompt Pia" not in waiting
    accepted = client.get("/admin/accounts/user/?undertaking=yes").content.decode()
    assert "Prompt Pia" in accepted
    assert late.full_name not in accepted


@pytest.mark.parametrize(
    ("role", "publishes"),
    [(Role.DPO, True), (Role.SYSTEM_ADMINISTRATOR, True), (Role.SERVICE_MANAGER, False)],
)
def test_who_publishes_a_wording(client, role, publishes):
    user = UserFactory(roles=[role])
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = Undertaking.objects.count()
    with entries_since() as entries:
        client.post("/admin/accounts/undertaking/add/", {"text": "We keep it to ourselves."})
    assert Undertaking.objects.count() == before + publishes
    assert (Verb.UNDERTAKING_PUBLISHED in {e.verb for e in entries}) is publishes


def test_a_new_wording_begins_with_the_words_in_force_and_says_something_else(client):
    dpo, add = UserFactory(roles=[Role.DPO]), "/admin/accounts/undertaking/add/"
    client.force_login(dpo, backend="allauth.account.auth_backends.AuthenticationBackend")
    publish_undertaking(text="We keep it to ourselves.", by=dpo)
    accept_undertaking(undertaking=Undertaking.objects.first(), by=dpo)
    assert "We keep it to ourselves.</textarea>" in client.get(add).content.decode()
    before = Undertaking.objects.count()
    for sent, words in (("We keep  it\n to ourselves.", "in force"), ("", "Fill in “Wording”")):
        wrong = client.post(add, {"text": sent})
        assert wrong.status_code == 422
        assert words in wrong.content.decode()
    assert Undertaking.objects.count() == before
