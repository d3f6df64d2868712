"""Drafts in the browser's words: the script's savings, the button, two windows, and a session that ended."""

import re
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from audit.verbs import Verb
from cases.models import CaseNote, Contact, Draft
from cases.views import unsaved
from tests.cases.typed import KINDS, token_in, typed_note, words_of
from tests.cases.world import Browser, a_world, member_of, signed_in, the
from tests.conftest import entries_since
from tests.factories.cases import CaseNoteFactory, ContactFactory, ServiceMemberFactory

pytestmark = pytest.mark.django_db

EACH = pytest.mark.parametrize("name", KINDS)


@pytest.fixture
def world():
    return a_world()


@pytest.fixture
def browser(world):
    return signed_in(world.worker)


def page(world, name="note-add"):
    return reverse(f"cases:{name}", args=[world.case.reference])


def hidden(response, name):
    return re.search(rf'name="{name}"[^>]*? value="([^"]*)"', words_of(response))[1]


def form_on(response):
    """The hidden answers of the form on a page."""
    return {name: hidden(response, name) for name in ("token", "sitting", "version", "stamp")}


def by_script(browser, address, given):
    return browser.post(f"{address}draft/", given, headers={"Accept": "application/json"})


@EACH
def test_what_is_typed_is_there_again_as_it_was_typed(world, browser, name):
    model, typed, verb = KINDS[name]
    # Half a day and a time that cannot be: nothing is too wrong to be kept.
    given = typed(world, happened_on_1="", happened_time="noonish")
    given |= form_on(browser.get(page(world, name)))
    with entries_since() as left:
        answer = by_script(browser, page(world, name), given).json()
    assert [e.verb for e in left] == [Verb.DRAFT_BEGUN]
    assert (answer["state"], answer["version"]) == ("kept", 1)
    assert not model.objects.exists()
    again = browser.get(answer["page"])
    assert again.status_code == 200
    shown = words_of(again)
    assert "There is a problem" not in shown
    assert "Joe built a tower.\n\nThen it fell &lt;script&gt;" in shown
    assert "noonish" in shown
    for value in ("P-", "home_visit", "observation"):
        if any(value in str(one) for one in given.values()):
            assert re.search(rf'value="{value}[^"]*"[^>]*checked', shown)
    assert (hidden(again, "token"), hidden(again, "version")) == (given["token"], "1")
    # Saved from there, it is one entry, and the draft is gone.
    given |= form_on(again) | typed(world)
    with entries_since() as left:
        assert browser.post(page(world, name), given).status_code == 302
    assert [e.verb for e in left] == [Verb.CASE_OPENED_TO_READ, verb]
    assert not Draft.objects.exists()
    assert browser.get(answer["page"]).status_code == 409


def test_without_script_the_button_keeps_and_comes_back_to_the_draft(world, browser):
    given = typed_note(world, kind="") | form_on(browser.get(page(world)))
    response = browser.post(f"{page(world)}draft/", given)
    draft = Draft.objects.get()
    assert response.headers["Location"] == f"{page(world)}?draft={draft.token}"
    shown = words_of(browser.get(response.headers["Location"]))
    assert "The draft is saved" in shown
    assert "Joe built a tower." in shown
    # Pressed twice, it is one draft.
    browser.post(f"{page(world)}draft/", given)
    assert Draft.objects.count() == 1


def test_a_form_that_is_begun_again_offers_what_was_begun_before(world, browser):
    by_script(browser, page(world), typed_note(world) | form_on(browser.get(page(world))))
    draft = Draft.objects.get()
    shown = words_of(browser.get(page(world)))
    assert "You began this" in shown
    assert f"?draft={draft.token}" in shown
    assert "You began this" not in words_of(browser.get(page(world, "contact-add")))
    assert "You began this" not in words_of(signed_in(world.manager).get(page(world)))


def test_of_two_windows_the_older_is_told_and_can_decide(world, browser):
    given = typed_note(world) | form_on(browser.get(page(world)))
    here = by_script(browser, page(world), given).json()["page"]
    one, two = (typed_note(world) | form_on(browser.get(here)) for _ in range(2))
    assert by_script(browser, page(world), two | {"body": "Newer"}).status_code == 200
    answer = by_script(browser, page(world), one | {"body": "Older"})
    assert answer.status_code == 409
    assert "another window" in answer.json()["words"]
    assert Draft.objects.get().typed["body"] == ["Newer"]
    # Nor does the older window save a note over it, until its writer says so.
    refused = browser.post(page(world), one | {"body": "Older"})
    assert refused.status_code == 422
    assert "another window" in words_of(refused)
    assert "Older" in words_of(refused)
    assert not CaseNote.objects.exists()
    by_button = browser.post(f"{page(world)}draft/", one | {"body": "Older"})
    assert by_button.status_code == 422
    assert "Older" in words_of(by_button)
    again = one | {"body": "Older"} | form_on(refused)
    assert browser.post(page(world), again).status_code == 302
    assert CaseNote.objects.get().body == "Older"
    assert not Draft.objects.exists()


def test_a_window_whose_note_was_saved_elsewhere_is_told(world, browser):
    given = typed_note(world) | form_on(browser.get(page(world)))
    browser.post(page(world), given)
    note = CaseNote.objects.get()
    with entries_since() as left:
        answer = by_script(browser, page(world), given | {"body": "More"})
        # The script asks again with each key: the attempt is written once.
        by_script(browser, page(world), given | {"body": "More and more"})
    assert answer.status_code == 409
    assert [e.verb for e in left] == [Verb.ACT_REFUSED]
    assert f"saved as {note.reference}" in answer.json()["words"]
    assert not Draft.objects.exists()


@pytest.mark.parametrize("noun", ["note", "contact"])
def test_a_correction_is_kept_as_well(world, browser, noun):
    make = {"note": CaseNoteFactory, "contact": ContactFactory}[noun]
    entry = make(case=world.case, people=[world.joe], recorded_by=world.worker)
    address = reverse(f"cases:{noun}-correct", args=[entry.reference])
    given = {"reason": "A slip.", "body": "Anew", "summary": "Anew"}
    answer = by_script(browser, address, given | form_on(browser.get(address))).json()
    draft = Draft.objects.get()
    assert (draft.noun, draft.corrects) == (noun, entry.reference)
    shown = words_of(browser.get(answer["page"]))
    assert "A slip." in shown
    assert "Anew" in shown
    assert not (CaseNote if noun == "note" else Contact).objects.exclude(pk=entry.pk).exists()


# --- A session that ended -------------------------------------------------------------------------


@pytest.mark.parametrize("button", ["", "draft/"])
def test_what_is_sent_after_the_session_ended_is_there_after_signing_in(world, browser, button):
    given = typed_note(world) | form_on(browser.get(page(world)))
    browser.logout()
    response = browser.post(f"{page(world)}{button}", given)
    assert response.headers["Location"] == page(world)
    asked = browser.get(page(world))
    assert asked.headers["Location"].startswith("/sign-in/login/?next=")
    assert not Draft.objects.exists()
    session = dict(browser.session)
    browser.force_login(world.worker, backend="allauth.account.auth_backends.AuthenticationBackend")
    stay(browser, session)
    again = browser.get(page(world))
    shown = words_of(again)
    assert "You were signed out" in shown
    assert "Joe built a tower." in shown
    assert "data-draft-not-kept" in shown
    assert hidden(again, "token") == given["token"]
    assert browser.post(page(world), typed_note(world) | form_on(again)).status_code == 302
    assert CaseNote.objects.count() == 1
    assert "You were signed out" not in words_of(browser.get(page(world)))


def stay(browser, session):
    """Signing in takes the stranger's session over; the test client begins a new one."""
    mine = browser.session
    mine[unsaved.KEY] = session[unsaved.KEY]
    mine.save()


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(world, browser):
    given = typed_note(world) | form_on(browser.get(page(world)))
    browser.logout()
    browser.post(page(world), given)
    session = dict(browser.session)
    browser.force_login(
        world.manager, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    stay(browser, session)
    assert "Joe built a tower." not in words_of(browser.get(page(world)))


@pytest.mark.parametrize("stamp", ["", "x", "forged", "old"])
def test_nothing_is_kept_for_a_form_that_we_did_not_give(world, stamp):
    stranger = Browser()
    stamps = {"forged": signing.dumps(world.worker.pk, salt="another")}
    given = typed_note(world) | {"stamp": stamps.get(stamp, stamp)}
    response = stranger.post(page(world), given)
    assert response.headers["Location"].startswith("/sign-in/login/")
    assert unsaved.KEY not in stranger.session


def test_a_script_is_not_answered_by_a_page_and_keeps_nothing_for_a_stranger(world, browser):
    given = typed_note(world) | form_on(browser.get(page(world)))
    browser.logout()
    assert by_script(browser, page(world), given).status_code == 302
    assert unsaved.KEY not in browser.session


def test_a_proof_out_of_date_loses_nothing(world):
    browser = signed_in(world.worker, enforce_csrf_checks=True)
    given = typed_note(world) | form_on(browser.get(page(world)))
    answer = by_script(browser, page(world), given)
    assert (answer.status_code, answer.json()["state"]) == (403, "renewed")
    given["csrfmiddlewaretoken"] = answer.json()["token"]
    headers = {"Referer": f"https://testserver{page(world)}"}
    kept = browser.post(
        f"{page(world)}draft/", given, headers={"Accept": "application/json"} | headers
    )
    assert kept.status_code == 200
    # The form itself, without script: it stands there again with a new proof.
    given["csrfmiddlewaretoken"] = "x" * 64
    response = browser.post(page(world), given, headers=headers)
    assert response.headers["Location"] == page(world)
    assert "Joe built a tower." in words_of(browser.get(page(world)))
    given["stamp"] = "forged"
    assert browser.post(page(world), given, headers=headers).status_code == 403


# --- Who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "member", "status"),
    [
        (Role.CASEWORKER, True, 200),
        (Role.CASEWORKER, False, 404),
        (Role.QUALITY_REVIEWER, True, 403),
        (Role.FRONT_DESK, True, 404),
        (Role.SYSTEM_ADMINISTRATOR, True, 404),
    ],
)
def test_who_keeps_a_draft(world, role, member, status):
    user = member_of(world.service, role, name="Some One") if member else the(role)
    if not member:
        ServiceMemberFactory(user=user)
    browser, note = signed_in(user), CaseNoteFactory(case=world.case, people=[world.joe])
    correction = reverse("cases:note-correct", args=[note.reference])
    given = {"token": uuid4(), "sitting": uuid4(), "body": "Mine"}
    for address in (page(world), correction):
        with entries_since() as left:
            answer = by_script(browser, address, given | {"token": uuid4()})
        assert answer.status_code == status
        expected = Verb.DRAFT_BEGUN if status == 200 else Verb.LOOK_REFUSED
        assert [e.verb for e in left] == [expected]
    assert Draft.objects.exists() is (status == 200)


def test_one_reads_ones_own_drafts_and_each_row_is_logged(world, browser):
    with entries_since() as left:
        assert "No drafts" in words_of(browser.get(reverse("cases:drafts")))
    assert left == []
    by_script(browser, page(world), typed_note(world) | form_on(browser.get(page(world))))
    draft = Draft.objects.get()
    with entries_since() as left:
        shown = words_of(browser.get(reverse("cases:drafts")))
    assert "Joe built a tower." in shown
    assert [(e.verb, e.people) for e in left] == [
        (Verb.DRAFT_LISTED, sorted([world.amelia.pk, world.joe.pk]))
    ]
    manager = signed_in(world.manager)
    assert "Joe built" not in words_of(manager.get(reverse("cases:drafts")))
    address = reverse("cases:draft-discard", args=[draft.token])
    for ask in (manager.get, manager.post):
        with entries_since() as left:
            assert ask(address).status_code == 404
        assert [e.verb for e in left] == [Verb.LOOK_REFUSED]
    with entries_since() as left:
        assert "Discard this draft?" in words_of(browser.get(address))
    assert [e.verb for e in left] == [Verb.DRAFT_READ]
    assert browser.post(address).headers["Location"] == reverse("cases:drafts")
    assert not Draft.objects.exists()


def test_the_list_costs_the_same_for_one_draft_and_for_thirty(world, browser):
    counts = []
    for number in (1, 29):
        for _ in range(number):
            given = {"token": uuid4(), "sitting": uuid4(), "body": "Mine"}
            by_script(browser, page(world), given)
        with CaptureQueriesContext(connection) as queries:
            assert "Mine" in words_of(browser.get(reverse("cases:drafts")))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_draft_is_held_and_counts_at_a_request(world, browser):
    by_script(browser, page(world), typed_note(world) | form_on(browser.get(page(world))))
    draft = Draft.objects.get()
    for person in (world.amelia, world.joe):
        assert draft in Draft.objects.filter(case__people=person)
    assert "Note: Joe built a tower." in draft.typed_in_words
    assert token_in(browser.get(page(world)))
