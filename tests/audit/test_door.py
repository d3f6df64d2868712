"""The door and the transaction of a request, over real transactions."""

import pytest
from django.test import Client, override_settings

from audit.models import Entry, EntryValue
from audit.verbs import Verb
from cases.models import Person
from tests.conftest import entries_since
from tests.factories.accounts import UserFactory
from tests.factories.cases import PersonFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.audit.pages")]


@pytest.fixture
def person():
    return PersonFactory(given_names="Amelia", family_name="Needlewoman")


@pytest.fixture
def visitor(person):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory(), backend="allauth.account.auth_backends.AuthenticationBackend")
    with override_settings(
        MIDDLEWARE=[
            name
            for name in _middleware()
            if name != "accounts.middleware.UndertakingFirst" and "whitenoise" not in name
        ],
    ):
        yield client


def _middleware():
    from django.conf import settings  # noqa: PLC0415

    return settings.MIDDLEWARE


def test_a_page_and_its_entry_come_together(visitor, person):
    with entries_since() as entries:
        response = visitor.get("/plain/", REMOTE_ADDR="192.0.2.7")
    assert response.status_code == 200
    assert b"Needlewoman" in response.content
    assert [(e.verb, e.people, e.address) for e in entries] == [
        (Verb.PERSON_OPENED, [person.pk], "192.0.2.7")
    ]
    assert entries[0].request is not None


def test_words_of_a_search_are_kept_beside_the_entry_and_the_commit_still_works(visitor, person):
    with entries_since() as entries:
        assert visitor.get("/searches/").status_code == 200
    assert EntryValue.objects.get(entry=entries[0]).body == {"words": "needle"}


@pytest.mark.parametrize(
    ("address", "status"),
    # The first and the last write their entry first, as a verb does, and that is what fails.
    [("writes_while_reading", 503), ("writes_in_raw_sql", 500), ("writes_while_rendering", 503)],
)
def test_a_page_that_only_reads_can_change_nothing(visitor, person, address, status):
    with entries_since() as entries:
        response = visitor.get(f"/{address}/")
    assert response.status_code == status
    assert b"Needlewoman" not in response.content
    assert entries == []
    assert Person.objects.get().pronouns == ""


def test_a_page_that_breaks_shows_nothing_and_leaves_nothing(visitor, person):
    with entries_since() as entries:
        response = visitor.get("/breaks_after_showing/")
    assert response.status_code == 500
    assert b"Needlewoman" not in response.content
    assert entries == []


def test_an_act_changes_and_leaves_the_look_and_the_act(visitor, person):
    with entries_since() as entries:
        assert visitor.post("/changes/").status_code == 200
    assert [e.verb for e in entries] == [Verb.PERSON_OPENED, Verb.PERSON_CHANGED]
    assert Person.objects.get().pronouns == "changed"


def test_a_refused_act_changes_nothing_and_says_why(visitor, person):
    with entries_since() as entries:
        response = visitor.post("/changes_and_is_refused/")
    assert response.status_code == 409
    assert "That is not allowed because of the test." in response.content.decode()
    # The attempt stays, by the name of its page alone.
    assert [(e.verb, e.people) for e in entries] == [(Verb.ACT_REFUSED, [])]
    assert entries[0].by_id is not None
    assert set(EntryValue.objects.get(entry=entries[0]).body) == {"page"}
    assert Person.objects.get().pronouns == ""


def test_a_refusal_beside_a_form_leaves_the_attempt_and_an_empty_question_does_not(visitor, person):
    with entries_since() as entries:
        assert visitor.post("/refuses_in_its_form/").status_code == 422
    assert [e.verb for e in entries] == [Verb.PERSON_OPENED]
    with entries_since() as entries:
        response = visitor.post("/refuses_in_its_form/", {"words": "Needlewords"})
    assert response.status_code == 422
    assert "That is not allowed because of the test." in response.content.decode()
    # The look stays, what the verb had done does not; the attempt is written by the name of its page.
    assert [(e.verb, e.people) for e in entries] == [
        (Verb.PERSON_OPENED, [person.pk]),
        (Verb.ACT_REFUSED, []),
    ]
    page = EntryValue.objects.get(entry=entries[1]).body
    assert page == {"page": "tests.audit.pages.refuses_in_its_form"}
    assert Person.objects.get().pronouns == ""


def test_a_file_is_streamed_after_its_entry_is_written(visitor, person):
    with entries_since() as entries:
        response = visitor.get("/streams/")
        assert Entry.objects.filter(verb=Verb.PERSON_OPENED).exists()
        assert b"".join(response.streaming_content) == b"This is a file."
    assert len(entries) == 1


@pytest.mark.parametrize(("address", "status"), [("not_yours", 404), ("not_now", 403)])
def test_a_refused_look_is_written_though_everything_else_is_undone(
    visitor, person, address, status
):
    with entries_since() as entries:
        response = visitor.get(f"/{address}/")
    assert response.status_code == status
    assert b"Needlewoman" not in response.content
    assert [(e.verb, e.people) for e in entries] == [(Verb.LOOK_REFUSED, [person.pk])]
    assert EntryValue.objects.get(entry=entries[0]).body["sentence"]


def test_what_was_written_before_a_refusal_is_undone(visitor, person):
    with entries_since() as entries:
        assert visitor.post("/not_yours/").status_code == 404
    assert [e.verb for e in entries] == [Verb.LOOK_REFUSED]


def test_a_refusal_that_cannot_be_written_is_not_said(visitor, person, log_broken):
    for address in ("changes_and_is_refused", "refuses_in_its_form"):
        response = visitor.post(f"/{address}/", {"words": "Anything"})
        assert response.status_code == 503
        assert "because of the test" not in response.content.decode()


@pytest.mark.parametrize("address", ["plain", "streams", "not_yours", "not_now"])
def test_nothing_is_shown_while_the_log_is_broken(visitor, person, log_broken, address):
    response = visitor.get(f"/{address}/")
    assert response.status_code == 503
    assert b"Needlewoman" not in response.content
    assert b"No such person" not in response.content


@pytest.mark.parametrize(
    ("proxies", "forwarded", "recorded"),
    [
        (0, "6.6.6.6", "192.0.2.7"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (1, "rubbish", None),
        (2, "203.0.113.9", "192.0.2.7"),
    ],
)
def test_the_address_is_what_our_own_proxies_say(
    visitor, person, settings, proxies, forwarded, recorded
):
    settings.TRUSTED_PROXIES = proxies
    with entries_since() as entries:
        visitor.get("/plain/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)
    assert [e.address for e in entries] == [recorded]
