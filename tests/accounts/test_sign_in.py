"""Signing in: by e-mail, nobody signs up, guessing locks the guesser and not the office."""

import pytest
from django.test import Client

from accounts.roles import Role
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

OFFICE, ELSEWHERE = "192.0.2.10", "203.0.113.99"


def sign_in(email, password, address=OFFICE):
    return Client(REMOTE_ADDR=address).post(
        "/sign-in/login/", {"login": email, "password": password}
    )


def guess(email, address, times=5):
    return [sign_in(email, f"wrong {n}", address).status_code for n in range(times)]


def test_the_right_password_opens_and_a_wrong_one_says_so_and_keeps_the_address():
    user = UserFactory(email="amy@charity.example", roles=[Role.CASEWORKER])
    assert sign_in(user.email, PASSWORD).status_code == 302
    response = sign_in(user.email, "wrong")
    assert response.status_code == 200
    assert 'value="amy@charity.example"' in response.content.decode()


def test_nobody_signs_up(client):
    response = client.post(
        "/sign-in/signup/",
        {"email": "a@b.example", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert response.status_code == 404
    assert sign_in("a@b.example", PASSWORD).status_code != 302


def test_the_fifth_wrong_password_locks_that_name_from_that_address():
    amy = UserFactory(email="amy@charity.example")
    assert guess(amy.email, OFFICE) == [200, 200, 200, 200, 429]
    assert sign_in(amy.email, PASSWORD).status_code == 429


def test_capital_letters_do_not_buy_more_guesses():
    UserFactory(email="amy@charity.example")
    guess("amy@charity.example", OFFICE, times=3)
    guess("AMY@Charity.example", OFFICE, times=2)
    assert sign_in("amy@charity.example", PASSWORD).status_code == 429


def test_the_same_person_elsewhere_and_colleagues_in_the_office_are_not_locked():
    amy, bob = (UserFactory(email=f"{name}@charity.example") for name in ("amy", "bob"))
    guess(amy.email, OFFICE)
    assert sign_in(amy.email, PASSWORD, ELSEWHERE).status_code == 302
    assert sign_in(bob.email, PASSWORD, OFFICE).status_code == 302


def test_strangers_guessing_many_names_do_not_lock_the_office():
    bob = UserFactory(email="bob@charity.example")
    for n in range(14):
        guess(f"nobody{n}@charity.example", OFFICE, times=2)
    assert sign_in(bob.email, PASSWORD).status_code == 302


def test_the_admin_has_no_sign_in_of_its_own(client):
    response = client.get("/admin/login/")
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/login/")


def test_a_suspended_account_cannot_sign_in():
    user = UserFactory(email="gone@charity.example", is_active=False)
    response = sign_in(user.email, PASSWORD)
    assert response.status_code in (200, 302)
    assert "_auth_user_id" not in response.client.session
