"""Verbs about accounts: done with one entry; refused without a trace; undone when the log is broken."""

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import staff as actions
from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from tests.conftest import entries_since
from tests.factories.accounts import UndertakingFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_account_is_added_without_any_role():
    administrator = UserFactory()
    with entries_since() as entries:
        user = actions.add_user(email="New@Charity.example", full_name="New One", by=administrator)
    assert [entry.verb for entry in entries] == [Verb.USER_ADDED]
    assert (user.email, user.role_names, user.has_usable_password()) == (
        "new@charity.example",
        (),
        False,
    )


def test_a_role_is_given_and_taken_by_somebody_else():
    administrator, worker = UserFactory(), UserFactory()
    with entries_since() as entries:
        actions.give_role(user=worker, role=Role.DPO, by=administrator)
    assert [(e.verb, e.record_id) for e in entries] == [(Verb.ROLE_GIVEN, worker.pk)]
    assert User.objects.get(pk=worker.pk).has_perm("accounts.enter_admin")
    with entries_since() as entries:
        actions.take_role(user=worker, role=Role.DPO, by=administrator)
    assert [e.verb for e in entries] == [Verb.ROLE_TAKEN]
    assert not User.objects.get(pk=worker.pk).has_perm("accounts.enter_admin")


@pytest.mark.parametrize(
    "verb",
    [
        lambda user: actions.give_role(user=user, role=Role.DPO, by=user),
        lambda user: actions.take_role(user=user, role=Role.CASEWORKER, by=user),
        lambda user: actions.suspend(user=user, by=user),
    ],
)
def test_nobody_changes_their_own_access(verb):
    user = UserFactory(roles=[Role.CASEWORKER])
    with entries_since() as entries, pytest.raises(Refused, match="their own access"):
        verb(user)
    assert entries == []
    assert User.objects.get(pk=user.pk).role_names == ("caseworker",)


def test_a_suspended_member_of_staff_cannot_use_an_open_session(client):
    administrator, worker = UserFactory(), UserFactory(roles=[Role.CASEWORKER])
    client.force_login(worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    with entries_since() as entries:
        actions.suspend(user=worker, by=administrator)
    assert [e.verb for e in entries] == [Verb.USER_SUSPENDED]
    assert client.get("/account/undertaking/").status_code == 302
    with pytest.raises(Refused, match="suspended already"):
        actions.suspend(user=worker, by=administrator)


def test_somebody_suspended_is_let_back_in_once():
    administrator = UserFactory()
    worker = UserFactory(roles=[Role.CASEWORKER], is_active=False)
    with entries_since() as entries:
        actions.readmit(user=worker, by=administrator)
    assert [e.verb for e in entries] == [Verb.USER_READMITTED]
    assert User.objects.get(pk=worker.pk).is_active
    with entries_since() as entries, pytest.raises(Refused, match="may sign in already"):
        actions.readmit(user=worker, by=administrator)
    assert entries == []


def test_a_changed_name_leaves_the_old_one_in_the_log():
    administrator, worker = UserFactory(), UserFactory(full_name="Dean Okafor")
    with entries_since() as entries:
        actions.change_details(
            user=worker, full_name="Dean Hart", job_title="Team leader", by=administrator
        )
    assert [e.verb for e in entries] == [Verb.USER_CHANGED]
    assert entries[0].personal.body["full_name"] == ["Dean Okafor", "Dean Hart"]
    assert User.objects.get(pk=worker.pk).full_name == "Dean Hart"


def test_only_the_newest_undertaking_is_accepted():
    user = UserFactory(undertaken=False)
    old = UndertakingFactory(version=101, published_by=user)
    new = actions.publish_undertaking(text="A new wording.", by=user)
    assert new.version == 102
    with entries_since() as entries, pytest.raises(Refused, match="wording has changed"):
        actions.accept_undertaking(undertaking=old, by=user)
    assert entries == []
    with entries_since() as entries:
        actions.accept_undertaking(undertaking=new, by=user)
    assert [e.verb for e in entries] == [Verb.UNDERTAKING_ACCEPTED]


def test_nothing_happens_to_accounts_while_the_log_is_broken(request):
    administrator, worker = UserFactory(), UserFactory(roles=[Role.CASEWORKER])
    leaver = UserFactory(is_active=False)
    request.getfixturevalue("log_broken")
    verbs = [
        lambda: actions.add_user(email="a@b.example", full_name="A", by=administrator),
        lambda: actions.give_role(user=worker, role=Role.DPO, by=administrator),
        lambda: actions.take_role(user=worker, role=Role.CASEWORKER, by=administrator),
        lambda: actions.suspend(user=worker, by=administrator),
        lambda: actions.publish_undertaking(text="x", by=administrator),
        lambda: actions.readmit(user=leaver, by=administrator),
        lambda: actions.change_details(user=worker, full_name="X", job_title="", by=administrator),
    ]
    for verb in verbs:
        with pytest.raises(LogUnavailable):
            verb()
    worker = User.objects.get(pk=worker.pk)
    assert (worker.is_active, worker.role_names) == (True, ("caseworker",))
    assert worker.full_name != "X"
    assert not User.objects.get(pk=leaver.pk).is_active
    assert not User.objects.filter(email="a@b.example").exists()
    assert not Entry.objects.filter(verb=Verb.ROLE_GIVEN).exists()


def test_the_database_knows_no_superuser():
    user = UserFactory()
    with pytest.raises(IntegrityError, match="user_is_no_superuser"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)
