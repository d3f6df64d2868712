"""The pages of one's own account, in our words and our look."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories.accounts import PASSWORD, UndertakingFactory, UserFactory

pytestmark = pytest.mark.django_db

OPEN = (
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("name", OPEN)
def test_page_is_ours_and_offers_no_sign_up(client: Client, name: str):
    response = client.get(reverse(name), secure=True)

    assert response.status_code == 200
    assert "app-header" in text_of(response)
    assert "signup" not in text_of(response)


def test_sign_up_is_closed(client: Client):
    assert client.get("/sign-in/signup/", secure=True).status_code == 404


def test_wrong_password_is_said_in_plain_words(client: Client):
    user = UserFactory()

    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "wrong"}, secure=True
    )

    assert "Your e-mail address or password is not right." in text_of(response)
    assert "<title>Error:" in text_of(response)


def test_empty_boxes_are_named(client: Client):
    response = client.post(reverse("account_login"), {}, secure=True)

    assert '<a href="#id_login">Fill in “E-mail address”.</a>' in text_of(response)
    assert '<a href="#id_password">Fill in “Password”.</a>' in text_of(response)


def test_signing_in_keeps_where_one_was_going(client: Client):
    response = client.get(reverse("account_login"), {"next": "/account/undertaking/"}, secure=True)

    assert 'name="next" value="/account/undertaking/"' in text_of(response)


def test_too_many_wrong_passwords_are_told_to_wait(client: Client):
    user = UserFactory()
    wrong = {"login": user.email, "password": "wrong"}

    for _ in range(5):
        response = client.post(reverse("account_login"), wrong, secure=True)

    assert response.status_code == 429
    assert "Too many tries: please wait" in text_of(response)


@pytest.mark.parametrize("name", ["account_change_password", "account_logout"])
def test_page_of_somebody_signed_in_shows_who_that_is(client: Client, name: str):
    user = UserFactory(full_name="Dean Okafor")
    client.force_login(user)

    response = client.get(reverse(name), secure=True)

    assert response.status_code == 200
    assert "Dean Okafor" in text_of(response)
    assert "Sign out" in text_of(response)


def test_new_password_by_mail(client: Client):
    user = UserFactory()

    client.post(reverse("account_reset_password"), {"email": user.email}, secure=True)

    (letter,) = mail.outbox
    assert letter.subject.endswith("Choose a new password")
    assert "It works once." in letter.body
    assert "Hello from" not in letter.body
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    path = link.split("/", 3)[3]
    response = client.get(f"/{path}", secure=True, follow=True)
    assert "Choose a new password" in text_of(response)
    response = client.post(
        response.request["PATH_INFO"], {"password1": "short", "password2": "short"}, secure=True
    )
    assert "at least 12 characters" in text_of(response)


def test_old_link_says_so(client: Client):
    address = reverse("account_reset_password_from_key", kwargs={"uidb36": "1", "key": "old-key"})

    response = client.get(address, secure=True)

    assert "The link does not work any more" in text_of(response)


def test_undertaking_is_shown_in_paragraphs_and_asks_for_the_tick(client: Client):
    UndertakingFactory(text="I keep it <to> myself.\n\nI look only where I must.", version=9)
    client.force_login(UserFactory(undertaken=False))

    response = client.post(reverse("accounts:undertaking"), {"accepted": ""}, secure=True)

    assert response.status_code == 422
    assert "I keep it &lt;to&gt; myself.</p>" in text_of(response)
    assert "Version 9" in text_of(response)
    assert '<a href="#id_accepted">Tick the box' in text_of(response)


def test_home_leads_staff_to_casework(client: Client):
    client.force_login(UserFactory(full_name="Dean Okafor"))
    try:
        casework = reverse("cases:work")
    except NoReverseMatch:
        pytest.skip("there is no casework yet")

    text = text_of(client.get(reverse("website:home"), secure=True))

    assert "You are signed in as Dean Okafor." in text
    assert f'<a class="govuk-link" href="{casework}">Go to casework</a>' in text


def test_right_password_signs_in(client: Client):
    user = UserFactory()
    right = {"login": user.email, "password": PASSWORD, "next": "/privacy/"}

    response = client.post(reverse("account_login"), right, secure=True)

    assert response.headers["Location"] == "/privacy/"
