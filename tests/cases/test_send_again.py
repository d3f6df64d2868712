"""A form of any page, sent when the session had just ended: kept, and sent again by one button (N2)."""

import re
import time
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.actions.staff import publish_undertaking
from accounts.middleware import SEEN
from cases.models import Task
from cases.views.unsaved import AGAIN
from tests.cases.world import a_world, signed_in
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.django_db

WORDS = "Ring the school about Joe’s lunches & his “plan”"


@pytest.fixture
def world():
    return a_world()


def gone_home(user, **how):
    """A browser in which `user` was signed in and did nothing for longer than a session lasts."""
    browser = Client(**how)
    browser.force_login(user)
    browser.get(reverse("cases:mine"))
    session = browser.session
    session[SEEN] = time.time() - settings.SESSION_IDLE_MINUTES * 60 - 1
    session.save()
    return browser


def typed(world):
    return {
        "what": WORDS,
        "for_user": world.worker.pk,
        "due_on_0": "1",
        "due_on_1": "2",
        "due_on_2": "2030",
    }


def sign_in(browser, user):
    page = reverse("account_login")
    return browser.post(page, {"login": user.email, "password": PASSWORD})


def test_what_was_sent_too_late_is_sent_again_after_signing_in(world):
    browser = gone_home(world.worker)
    add = reverse("cases:task-add")
    answer = browser.post(add, typed(world))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert not Task.objects.exists()
    sign_in(browser, world.worker)
    page = browser.get(reverse("cases:send-again")).content.decode()
    assert f'action="{add}"' in page
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert unescape(fields["what"]) == WORDS
    browser.post(add, {name: unescape(value) for name, value in fields.items()})
    assert Task.objects.get().what == WORDS
    assert AGAIN not in browser.session
    assert browser.get(reverse("cases:send-again")).status_code == 302


def test_the_session_after_it_is_as_long_as_any(world):
    browser = gone_home(world.worker)
    browser.post(reverse("cases:task-add"), typed(world))
    sign_in(browser, world.worker)
    assert browser.session.get_expiry_age() > 60 * 60


def test_nobody_else_sees_what_was_typed(world):
    browser = gone_home(world.worker)
    browser.post(reverse("cases:task-add"), typed(world))
    sign_in(browser, world.manager)
    answer = browser.get(reverse("cases:send-again"), follow=True)
    assert "lunches" not in answer.content.decode()


def test_a_form_from_elsewhere_is_not_kept(world):
    browser = gone_home(world.worker, enforce_csrf_checks=True)
    answer = browser.post(reverse("cases:task-add"), typed(world))
    assert answer.status_code == 403
    assert AGAIN not in browser.session


def test_a_password_is_never_kept(world):
    browser = gone_home(world.worker)
    browser.post(reverse("account_change_password"), {"oldpassword": PASSWORD})
    assert AGAIN not in browser.session


def test_a_form_with_a_passphrase_is_never_kept(world):
    browser = gone_home(world.worker)
    browser.post(reverse("cases:task-add"), typed(world) | {"passphrase": "four quiet hills"})
    assert AGAIN not in browser.session


def test_a_form_that_meets_a_new_wording_of_the_undertaking_is_sent_after_accepting_it(world):
    browser, add = signed_in(world.worker), reverse("cases:task-add")
    publish_undertaking(text="A new wording.", by=world.manager)
    asked = browser.post(add, typed(world))
    assert asked.status_code == 302
    assert not Task.objects.exists()
    old = {"accepted": "on", "version": "1"}
    assert browser.post(asked["Location"], old)["Location"] == asked["Location"]
    wording = browser.get(asked["Location"]).content.decode()
    version = re.search(r'name="version" value="(\d+)"', wording)[1]
    done = browser.post(asked["Location"], {"accepted": "on", "version": version})
    page = browser.get(done["Location"]).content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    browser.post(add, {name: unescape(value) for name, value in fields.items()})
    assert Task.objects.get().what == WORDS


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [("/casework/mine/", "/casework/mine/"), ("https://elsewhere.example/", "/casework/")],
)
def test_after_the_undertaking_one_is_where_one_was_and_nowhere_else(world, wanted, led_to):
    browser = signed_in(world.worker)
    version = publish_undertaking(text="A new wording.", by=world.manager).version
    here = f"{reverse('accounts:undertaking')}?next={wanted}"
    done = browser.post(here, {"accepted": "on", "version": version})
    assert done["Location"] == led_to
