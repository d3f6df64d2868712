"""`manage.py first_administrator`."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Undertaking, User
from accounts.roles import Role
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def run(monkeypatch, password, email="admin@charity.example"):
    monkeypatch.setattr("sys.stdin", io.StringIO(password + "\n"))
    call_command(
        "first_administrator",
        "--email",
        email,
        "--name",
        "Sam Field",
        "--password-from-standard-input",
        stdout=io.StringIO(),
    )


def test_makes_an_administrator_and_publishes_the_undertaking(monkeypatch):
    run(monkeypatch, "a long enough password 7")
    user = User.objects.get()
    assert user.role_names == (Role.SYSTEM_ADMINISTRATOR,)
    assert user.check_password("a long enough password 7")
    assert Undertaking.objects.get().published_by == user


def test_refused_when_there_is_one(monkeypatch):
    UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR])
    with pytest.raises(CommandError, match="already"):
        run(monkeypatch, "a long enough password 7")
    assert User.objects.count() == 1


def test_a_weak_password_leaves_nothing_behind(monkeypatch):
    with pytest.raises(CommandError, match="too short"):
        run(monkeypatch, "short")
    assert not User.objects.exists()
    assert not Undertaking.objects.exists()
