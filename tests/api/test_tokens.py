"""The pages of one's tokens, the administrator's desk, and the page of what programs can ask."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from api.actions import make_token, revoke_token
from api.keys import hash_of
from api.models import Token
from api.scopes import Scope
from audit.models import EntryValue
from audit.verbs import Verb
from core.errors import LogUnavailable, Refused
from tests.api.test_v1 import Program
from tests.cases.world import a_world, signed_in, the
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.api import a_token

pytestmark = pytest.mark.django_db

TOKENS = reverse("api:tokens")
SOON = timezone.localdate() + timedelta(days=30)


def typed(**more):
    return {
        "name": "Attendance",
        "scopes": [Scope.CASES_READ],
        "expires_0": SOON.day,
        "expires_1": SOON.month,
        "expires_2": SOON.year,
        **more,
    }


def test_a_token_is_made_shown_once_and_never_kept():
    worker = a_world().worker
    browser = signed_in(worker)
    with entries_since() as left:
        page = browser.post(TOKENS, typed()).content.decode()
    assert Verb.PROGRAM_ALLOWED in {entry.verb for entry in left}
    token = Token.objects.get()
    key = page.partition("<code>")[2].partition("</code>")[0]
    assert hash_of(key) == token.key_hash
    assert key not in browser.get(TOKENS).content.decode()
    assert token.prefix in browser.get(TOKENS).content.decode()
    values = str(list(EntryValue.objects.values_list("body", flat=True)))
    assert key not in values
    assert Program(key).get("/cases").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "For which program"),
        ({"scopes": []}, "What it may be used for"),
        ({"expires_2": "2020"}, "Choose a day from tomorrow"),
        ({"expires_2": "2100"}, "Choose a day from tomorrow"),
    ],
)
def test_a_token_that_cannot_be_made_keeps_what_was_typed(wrong, sentence):
    browser = signed_in(a_world().worker)
    answer = browser.post(TOKENS, typed(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Token.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"scopes": []}, {"expires": timezone.localdate()}, {"scopes": ["all"]}]
)
def test_making_refused_leaves_no_trace(wrong):
    words = {"name": "Attendance", "scopes": [Scope.CASES_READ], "expires": SOON} | wrong
    with entries_since() as left, pytest.raises(Refused):
        make_token(by=UserFactory(), **words)
    assert left == []
    assert not Token.objects.exists()


def test_making_is_undone_when_the_log_cannot_be_written(request):
    worker = UserFactory()
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        make_token(name="Attendance", scopes=[Scope.CASES_READ], expires=SOON, by=worker)
    assert not Token.objects.exists()


def test_the_database_knows_the_scopes():
    a_token(UserFactory())
    with pytest.raises(IntegrityError, match="scopes_are_known"), transaction.atomic():
        Token.objects.update(scopes=["all"])


def test_a_token_is_taken_back_by_its_owner_alone():
    world = a_world()
    key = a_token(world.worker)
    token = Token.objects.get()
    revoke = reverse("api:token-revoke", args=[token.prefix])
    with entries_since() as left:
        assert signed_in(world.manager).post(revoke).status_code == 404
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]
    assert Program(key).get("/cases").status_code == 200
    assert signed_in(world.worker).post(revoke).status_code == 302
    assert Program(key).get("/cases").status_code == 403
    with entries_since() as left, pytest.raises(Refused, match="already"):
        revoke_token(token=token, by=world.worker)
    assert left == []


def test_the_administrator_lists_and_takes_back_and_reads_nobody():
    world, administrator = a_world(), the(Role.SYSTEM_ADMINISTRATOR)
    key = a_token(world.worker)
    Program(key).get(f"/people/{world.joe.reference}")
    token = Token.objects.get()
    browser = signed_in(administrator)
    page = browser.get(reverse("admin:api_token_changelist")).content.decode()
    assert "A spreadsheet" in page
    assert world.worker.full_name in page
    assert "Hart" not in page
    assert key not in page
    opened = browser.get(reverse("admin:api_token_change", args=[token.pk])).content.decode()
    assert "Take it back" in opened
    lever = reverse("admin:api_token_lever", args=[token.pk, "revoke"])
    assert signed_in(the(Role.DPO)).post(lever).status_code == 403
    assert browser.post(lever, {}).status_code == 302
    assert Program(key).get("/cases").status_code == 403
    assert browser.get(TOKENS).status_code == 403


def test_the_list_says_when_it_was_last_used():
    world = a_world()
    key = a_token(world.worker)
    browser = signed_in(world.worker)
    assert "Never" in browser.get(TOKENS).content.decode()
    Program(key).get(f"/people/{world.joe.reference}")
    assert "Never" not in browser.get(TOKENS).content.decode()


def test_what_programs_can_ask_is_a_page_without_anything_from_elsewhere():
    browser = signed_in(a_world().worker)
    page = browser.get(reverse("api:documentation")).content.decode()
    for words in ("Find people", "/api/v1/cases/{reference}/contacts", "Idempotency-Key"):
        assert words in page
    assert "cdn" not in page
    described = browser.get(reverse("api:openapi")).json()
    assert described["openapi"].startswith("3.")
    assert len(described["paths"]) >= 10
