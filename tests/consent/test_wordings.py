"""The words in which people are asked: versions, for ever."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError
from django.urls import reverse

from accounts.roles import Role
from audit.models import Entry
from audit.verbs import Verb
from consent.actions.consents import publish_drafts, publish_wording
from consent.models import Wording
from consent.purposes import ASKED_FOR, Purpose
from core.database import as_owner
from core.errors import LogUnavailable, Refused
from tests.cases.world import signed_in, the
from tests.conftest import entries_since
from tests.consent.sql import run
from tests.factories.accounts import UserFactory
from tests.factories.consent import WordingFactory

pytestmark = pytest.mark.django_db


def test_a_wording_is_the_next_version_of_its_purpose():
    dpo = UserFactory(roles=[Role.DPO])
    first = publish_wording(purpose=Purpose.REPORT, text=" I agree. ", by=dpo)
    other = publish_wording(purpose=Purpose.RESEARCH, text="I agree.", by=dpo)
    with entries_since() as left:
        second = publish_wording(purpose=Purpose.REPORT, text="I do agree.", by=dpo)
    assert [entry.verb for entry in left] == [Verb.WORDING_PUBLISHED]
    assert (first.version, other.version, second.version) == (1, 1, 2)
    assert first.text == "I agree."


@pytest.mark.parametrize(
    ("purpose", "text", "sentence"),
    [
        ("marketing", "I agree.", "never for marketing"),
        (Purpose.SAFEGUARDING, "I agree.", "does not rest on consent"),
        (Purpose.REPORT, "  ", "Write the words"),
        (Purpose.REPORT, "I agree to that.", "says the same already"),
    ],
)
def test_refused_it_leaves_no_trace(purpose, text, sentence):
    publish_wording(
        purpose=Purpose.REPORT, text="I agree to that.", by=UserFactory(roles=[Role.DPO])
    )
    with entries_since() as left, pytest.raises(Refused, match=sentence):
        publish_wording(purpose=purpose, text=text, by=UserFactory(roles=[Role.DPO]))
    assert left == []
    assert Wording.objects.count() == 1


def test_nobody_but_the_dpo_publishes():
    with entries_since() as left, pytest.raises(Refused, match="The Data Protection Officer"):
        publish_wording(
            purpose=Purpose.REPORT, text="I agree.", by=UserFactory(roles=[Role.SERVICE_MANAGER])
        )
    assert left == []


def test_the_dpo_writes_the_next_version_on_a_page_and_the_one_before_stays():
    before = WordingFactory(purpose=Purpose.REPORT, version=1, text="I agree to a report.")
    browser = signed_in(the(Role.DPO))
    page = browser.get(reverse("consent:wordings")).content.decode()
    assert "I agree to a report." in page
    assert "There is none for marketing" in page
    assert "Recognised legitimate interest" in page
    publish = reverse("consent:wording-publish", args=["report"])
    assert "I agree to a report." in browser.get(publish).content.decode()
    for text, sentence in (("I agree to a report.", "says the same already"), ("", "The words")):
        wrong = browser.post(publish, {"text": text})
        assert wrong.status_code == 422
        assert sentence in wrong.content.decode()
    assert browser.post(publish, {"text": "I agree to one report."}).status_code == 302
    assert list(Wording.objects.values_list("version", flat=True)) == [2, 1]
    before.refresh_from_db()
    assert before.text == "I agree to a report."


@pytest.mark.parametrize("purpose", ["marketing", "safeguarding"])
def test_there_is_no_page_to_ask_for_what_rests_on_no_consent(purpose):
    page = reverse("consent:wording-publish", args=[purpose])
    assert signed_in(the(Role.DPO)).post(page, {"text": "I agree."}).status_code == 404
    assert not Wording.objects.exists()


def test_others_read_the_words_and_do_not_publish_them():
    WordingFactory(purpose=Purpose.REPORT)
    worker = signed_in(the(Role.CASEWORKER))
    page = worker.get(reverse("consent:wordings")).content.decode()
    assert "Write the next version" not in page
    publish = reverse("consent:wording-publish", args=["report"])
    with entries_since() as left:
        assert worker.post(publish, {"text": "Mine."}).status_code == 403
    assert [entry.verb for entry in left] == [Verb.LOOK_REFUSED]


def test_without_an_entry_it_is_undone(request):
    dpo = UserFactory(roles=[Role.DPO])
    request.getfixturevalue("log_broken")
    with pytest.raises(LogUnavailable):
        publish_wording(purpose=Purpose.REPORT, text="I agree.", by=dpo)
    assert not Wording.objects.exists()


def test_the_drafts_fill_what_is_missing_once():
    dpo = UserFactory(roles=[Role.DPO])
    WordingFactory(purpose=Purpose.REPORT, text="Ours.")
    with entries_since() as left:
        published = publish_drafts(by=dpo)
    assert {wording.purpose for wording in published} == set(ASKED_FOR) - {Purpose.REPORT}
    assert len(left) == len(published)
    assert publish_drafts(by=dpo) == []


def test_the_command_publishes_for_somebody(capsys):
    UserFactory(email="dpo@charity.example", roles=[Role.DPO])
    UserFactory(email="kim@charity.example", roles=[Role.CASEWORKER])
    with pytest.raises(CommandError, match="The Data Protection Officer publishes"):
        call_command("publish_wordings", by="kim@charity.example")
    call_command("publish_wordings", by="DPO@charity.example")
    assert capsys.readouterr().out.count("published: ") == len(ASKED_FOR)
    call_command("publish_wordings", by="dpo@charity.example")
    assert capsys.readouterr().out == "Every purpose has a wording already.\n"
    with pytest.raises(CommandError, match="Nobody signs in as stranger"):
        call_command("publish_wordings", by="stranger@charity.example")


@pytest.mark.parametrize(
    "sql",
    ["UPDATE consent_wording SET text = 'Other words.'", "DELETE FROM consent_wording"],
)
def test_the_application_cannot_change_a_wording(sql):
    WordingFactory()
    with pytest.raises(DatabaseError):
        run(sql)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "sql",
    ["UPDATE consent_wording SET text = 'Other words.'", "DELETE FROM consent_wording"],
)
def test_the_owner_of_the_tables_cannot_either(sql):
    wording = WordingFactory()
    with as_owner(), pytest.raises(IntegrityError, match="publish a new version"):
        run(sql)
    wording.refresh_from_db()
    assert wording.text != "Other words."


def test_the_database_knows_no_other_purpose():
    with pytest.raises(IntegrityError, match="wording_purpose_is_known"):
        WordingFactory(purpose="marketing")


def test_publishing_is_logged_as_by_whom():
    dpo = UserFactory(full_name="Rosa Field", email="rosa@charity.example", roles=[Role.DPO])
    publish_wording(purpose=Purpose.REPORT, text="I agree.", by=dpo)
    assert Entry.objects.get(verb=Verb.WORDING_PUBLISHED).by == "Rosa Field <rosa@charity.example>"
