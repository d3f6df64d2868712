"""Two-step sign-in, how long a session lasts, and what the log says of both (features.md S8)."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.staff import reset_second_step, suspend
from accounts.models import Notice
from accounts.roles import Role
from accounts.two_step import must_have_second_step
from audit.models import EntryValue
from core.errors import LogUnavailable, Refused
from core.templatetags.pages import browser_in_words
from tests.cases.world import signed_in
from tests.conftest import entries_since
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def real(settings):
    """As a charity runs it: the demo asks nobody for a second step."""
    settings.DEMO = False
    settings.SECURE_SSL_REDIRECT = False
    return settings


@pytest.fixture
def worker():
    return UserFactory(email="amy@charity.example", roles=[Role.CASEWORKER])


def sign_in(worker, client=None, password=PASSWORD):
    client = client or Client()
    response = client.post(reverse("account_login"), {"login": worker.email, "password": password})
    return client, response


def code_now(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def set_up_app(client):
    """Through the pages: the password again, the square, the number that the app shows."""
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    picture = client.get(reverse("accounts:two-step-picture"))
    assert picture["Content-Type"] == "image/svg+xml"
    response = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})
    assert response.status_code == 302, response.context["form"].errors
    return secret


# --- Who needs one ------------------------------------------------------------------------------


def test_within_the_days_of_grace_records_open(real, worker):
    client, _ = sign_in(worker)
    assert client.get(reverse("cases:mine")).status_code == 200


def test_after_the_days_of_grace_the_second_step_comes_first(real, worker):
    worker.second_step_from = timezone.now() - timedelta(days=real.TWO_STEP_GRACE_DAYS)
    worker.save()
    client, _ = sign_in(worker)
    response = client.get(reverse("cases:mine"))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))
    assert client.get(reverse("accounts:account")).status_code == 200
    set_up_app(client)
    assert client.get(reverse("cases:mine")).status_code == 200


def test_only_the_roles_of_the_setting_need_one(real, worker):
    later = timezone.now() + timedelta(days=30)
    assert must_have_second_step(worker, at=later)
    real.TWO_STEP_ROLES = [Role.DPO.value]
    assert not must_have_second_step(worker, at=later)
    real.TWO_STEP_ROLES = [Role.CASEWORKER.value]
    assert must_have_second_step(worker, at=later)


def test_the_demo_asks_nobody(worker):
    assert not must_have_second_step(worker, at=timezone.now() + timedelta(days=400))


# --- Signing in with it -------------------------------------------------------------------------


def test_the_password_alone_opens_nothing_once_there_is_a_second_step(
    real, worker, django_capture_on_commit_callbacks
):
    client, _ = sign_in(worker)
    with entries_since() as left, django_capture_on_commit_callbacks(execute=True):
        secret = set_up_app(client)
    assert {entry.verb for entry in left} == {"sign-in.changed", "notice.given"}
    client.logout()

    client, response = sign_in(worker)
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("cases:mine")).status_code == 302
    with entries_since() as left:
        wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    # Whoever mistypes it had the password: that is worth knowing.
    ((verb, by, whose),) = [(entry.verb, entry.by, entry.record_id) for entry in left]
    assert (verb, by, whose) == ("second-step.failed", "not signed in", worker.pk)
    assert client.get(reverse("cases:mine")).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(seconds=60), tick=True):
        right = client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
        assert right.status_code == 302
        assert client.get(reverse("cases:mine")).status_code == 200


def test_the_secret_is_not_in_the_database_in_the_clear(worker):
    client, _ = sign_in(worker)
    secret = set_up_app(client)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(secret) > 20
    assert secret not in kept


def test_secrets_outlive_a_new_secret_key(settings, worker):
    client, _ = sign_in(worker)
    secret = set_up_app(client)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another one that is long enough to be a key of its own 0123456789"
    step = Authenticator.objects.get(type="totp").wrap()
    assert step.validate_code(code_now(secret)) is not None


# --- The log ------------------------------------------------------------------------------------


def test_signing_in_and_out_are_entries(worker):
    with entries_since() as left:
        client, _ = sign_in(worker)
        client.post(reverse("account_logout"))
    assert [(entry.verb, entry.by_id) for entry in left] == [
        ("sign-in.succeeded", worker.pk),
        ("sign-in.ended", worker.pk),
    ]


def test_a_wrong_password_is_an_entry_whose_name_can_be_destroyed(worker):
    with entries_since() as left:
        sign_in(worker, password="wrong")
    (entry,) = left
    assert (entry.verb, entry.by) == ("sign-in.failed", "not signed in")
    assert EntryValue.objects.get(pk=entry.pk).body == {"name": "amy@charity.example"}


def test_nobody_signs_in_while_the_log_cannot_be_written(worker, log_broken):
    client, response = sign_in(worker)
    assert response.status_code == 503
    assert "_auth_user_id" not in client.session


# --- How long a session lasts -------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "opens"), [(59, True), (61, False)])
def test_a_session_ends_after_an_hour_without_a_page(worker, minutes, opens):
    browser = signed_in(worker)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        assert browser.get(reverse("cases:mine")).status_code == 200
    with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
        response = browser.get(reverse("cases:search") + "?words=Hart")
    assert (response.status_code == 200) is opens
    if not opens:
        # Signed in again, they are where they were.
        assert response["Location"].endswith("?next=/casework/people/%3Fwords%3DHart") or (
            "next=" in response["Location"] and "words" in response["Location"]
        )


def test_a_session_ends_after_a_working_day_whatever_was_done(worker):
    browser = signed_in(worker)
    now = timezone.now()
    statuses = []
    for half_hours in range(26):
        with time_machine.travel(now + timedelta(minutes=30 * half_hours - 1), tick=False):
            page = browser.get(reverse("cases:mine"))
            statuses.append(page.status_code)
    assert statuses == [200] * 25 + [302]
    assert b"because a working day is over" in browser.get(page["Location"]).content


def test_a_button_pressed_too_late_leads_back_to_its_page(worker):
    browser = signed_in(worker)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        browser.get(reverse("cases:mine"))
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        response = browser.post(
            "/casework/people/add/",
            headers={"referer": "https://testserver/casework/people/add/"},
        )
    assert response.status_code == 302
    assert "next=/casework/people/add/" in response["Location"]


def test_a_page_of_another_site_is_never_gone_back_to(worker):
    browser = signed_in(worker)
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        browser.get(reverse("cases:mine"))
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        response = browser.post(
            "/casework/people/add/", headers={"referer": "https://evil.example/x/"}
        )
    assert "evil" not in response["Location"]


# --- Sessions, leavers, lost telephones ---------------------------------------------------------


def test_other_browsers_are_listed_and_signed_out(worker):
    here, _ = sign_in(worker, Client(HTTP_USER_AGENT="Firefox at the office"))
    there, _ = sign_in(worker, Client(HTTP_USER_AGENT="A telephone that was stolen"))
    assert there.get(reverse("cases:mine")).status_code == 200
    page = here.get(reverse("usersessions_list")).content.decode()
    assert "A telephone that was stolen" in page
    assert page.count("This one") == 1
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("cases:mine")).status_code == 302
    assert here.get(reverse("cases:mine")).status_code == 200


def test_suspending_ends_every_session(worker):
    administrator = UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR])
    client, _ = sign_in(worker)
    assert UserSession.objects.filter(user=worker).count() == 1
    sessions = Session.objects.count()
    suspend(user=worker, by=administrator)
    assert UserSession.objects.filter(user=worker).count() == 0
    assert Session.objects.count() == sessions - 1
    assert client.get(reverse("cases:mine")).status_code == 302


def test_reset_second_step_takes_it_away_tells_the_owner_and_counts_the_days_anew(real, worker):
    administrator = UserFactory(roles=[Role.SYSTEM_ADMINISTRATOR])
    client, _ = sign_in(worker)
    set_up_app(client)
    worker.second_step_from = timezone.now() - timedelta(days=100)
    worker.save()
    with entries_since() as left:
        reset_second_step(user=worker, by=administrator)
    assert [entry.verb for entry in left] == ["second-step.reset", "notice.given"]
    assert not Authenticator.objects.filter(user=worker).exists()
    assert not must_have_second_step(worker)
    assert Notice.objects.filter(to=worker, sentence__contains="was taken away").exists()


def test_reset_second_step_of_oneself_or_of_nothing_is_refused(worker):
    with entries_since() as left:
        with pytest.raises(Refused):
            reset_second_step(user=worker, by=worker)
        with pytest.raises(Refused, match="has no second step"):
            reset_second_step(user=worker, by=UserFactory())
    assert left == []


def test_reset_second_step_is_undone_without_its_entry(worker, request):
    client, _ = sign_in(worker)
    set_up_app(client)
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        reset_second_step(user=worker, by=UserFactory())
    assert Authenticator.objects.filter(user=worker).exists()


def test_a_changed_password_is_an_entry_and_its_owner_is_told(worker):
    client, _ = sign_in(worker)
    new = "a wholly new horse and battery"
    with entries_since() as left:
        client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": new, "password2": new},
        )
    assert "sign-in.changed" in [entry.verb for entry in left]
    assert Notice.objects.filter(to=worker, sentence__startswith="How you sign in").exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, "
            "like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari on an iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            "Firefox on Linux",
        ),
        ("A program of ours", "A program of ours"),
        ("", "not known"),
    ],
)
def test_a_browser_is_named_in_words(agent, words):
    assert browser_in_words(agent) == words
