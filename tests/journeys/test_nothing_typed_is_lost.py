"""What workers complain about in other tools: notes that vanish, and notes that are saved five times."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from playwright.sync_api import expect

from cases.models import CaseNote, Draft
from tests.factories.accounts import PASSWORD
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import ROOT, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "Joe told me about his new school. His teacher is Ms Bell."
KEPT = re.compile("Draft saved at")


def begins(dean: Visitor, family, words: str = WORDS) -> None:
    dean.opens(f"/casework/cases/{family.case.reference}/notes/add/")
    dean.chooses("What kind of note", "Observation")
    dean.chooses("Whom it is about", "Joe Hart")
    dean.writes("Note", words)


def is_kept(dean: Visitor) -> None:
    expect(dean.page.locator("[data-draft-when]")).to_have_text(KEPT)


def test_a_browser_that_is_closed_loses_nothing(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor()
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    is_kept(dean)
    dean.writes("Note", f"{WORDS} And more.")
    # Closed before the next saving was due: leaving the page saves it.
    dean.page.close()
    again = visitor()
    again.signs_in(charity.caseworker)
    again.opens(f"/casework/cases/{family.case.reference}/notes/add/")
    again.follows("Go on with that draft")
    assert again.has_written("Note") == f"{WORDS} And more."
    again.presses("Save the note")
    again.reads("is saved.")
    assert CaseNote.objects.filter(body=f"{WORDS} And more.").count() == 1
    assert not Draft.objects.exists()


def test_two_windows_and_a_double_click_make_one_note(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor()
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    is_kept(dean)
    other = Visitor(dean.page.context.new_page(), dean.address)
    other.opens(dean.path)
    assert other.has_written("Note") == WORDS
    other.writes("Note", f"{WORDS} From the other window.")
    is_kept(other)
    dean.writes("Note", f"{WORDS} From the first.")
    dean.reads("You wrote on in another window")
    other.page.get_by_role("button", name="Save the note").dblclick()
    other.reads("is saved.")
    # The first window holds what was typed there, and is told again before it saves anything.
    assert dean.has_written("Note") == f"{WORDS} From the first."
    dean.presses("Save the note")
    dean.reads("was saved before, as")
    dean.is_answered(422)
    assert dean.has_written("Note") == f"{WORDS} From the first."
    assert CaseNote.objects.filter(body__startswith=WORDS).count() == 1
    # It is another form now, and kept as a draft of its own.
    is_kept(dean)


def test_a_session_that_ended_leads_back_to_what_was_typed(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor()
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    is_kept(dean)
    Session.objects.all().delete()
    dean.writes("Note", f"{WORDS} After the session ended.")
    dean.reads("You have been signed out.")
    dean.presses("Save the note")
    dean.writes("E-mail address", charity.caseworker.email)
    dean.writes("Password", PASSWORD)
    dean.presses("Sign in")
    dean.reads("You were signed out.")
    assert dean.has_written("Note") == f"{WORDS} After the session ended."
    dean.presses("Save the note")
    dean.reads("is saved.")
    assert CaseNote.objects.filter(body=f"{WORDS} After the session ended.").count() == 1
    assert not Draft.objects.exists()


def test_without_javascript_the_button_and_the_ended_session_do_the_same(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor(javascript=False)
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    dean.presses("Save draft")
    dean.reads("The draft is saved")
    assert dean.has_written("Note") == WORDS
    dean.writes("Words 1", "Ms Bell")
    dean.picks("What words 1 are", "About somebody else")
    Session.objects.all().delete()
    dean.presses("Save the note")
    dean.writes("E-mail address", charity.caseworker.email)
    dean.writes("Password", PASSWORD)
    dean.presses("Sign in")
    dean.reads("You were signed out.")
    assert dean.has_written("Words 1") == "Ms Bell"
    dean.presses("Save the note")
    dean.reads("is saved.")
    note = CaseNote.objects.get(body=WORDS)
    assert note.passages.get().kind == "third_party"


def test_passages_are_marked_by_keyboard(visitor, charity: Charity):
    family = a_family(charity)
    dean = visitor()
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    note = dean.page.get_by_label("Note", exact=True)
    note.focus()
    note.press("Control+End")
    for _ in range(len("Ms Bell.")):
        note.press("Shift+ArrowLeft")
    dean.page.get_by_role("button", name="About somebody else", exact=True).press("Enter")
    dean.reads("Marked as about somebody else: “Ms Bell.”")
    assert dean.has_written("Words 1") == "Ms Bell."
    assert dean.axe() == []
    dean.presses("Save the note")
    dean.reads("is saved.")
    mark = dean.page.locator("mark.app-passage").first
    expect(mark).to_contain_text("about somebody else")


# --- A server that is killed ----------------------------------------------------------------------


class Server:
    """A server of its own over the same database, which can be killed and started again."""

    def __init__(self, anchor: Path) -> None:
        """`anchor`: the folder for what it notes outside the database, which is the test's and not the clone's."""
        self.anchor = anchor
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        given = connection.settings_dict
        address = f"postgres://{given['USER']}@:{given['PORT']}/{given['HOST']}/{given['NAME']}"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", str(self.port)],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": address,
                "DEMO": "1",
                "SITE_URL": self.address,
                "AUDIT_ANCHOR": str(self.anchor / "seals.jsonl"),
                "ERASURE_LEDGER": str(self.anchor / "erased.txt"),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("localhost", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture
def server(charity: Charity, tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "anchor")
    made.start()
    yield made
    made.kill()


def test_a_server_that_is_killed_in_mid_typing_loses_nothing(
    browser, charity: Charity, server: Server
):
    family = a_family(charity)
    context = browser.new_context(locale="en-GB")
    dean = Visitor(context.new_page(), server.address)
    dean.signs_in(charity.caseworker)
    begins(dean, family)
    is_kept(dean)
    server.kill()
    dean.writes("Note", f"{WORDS} While it was away.")
    dean.reads("The connection is lost.")
    dean.presses("Save the note")
    dean.page.wait_for_timeout(500)
    # The page stays, and what was typed with it.
    assert dean.has_written("Note") == f"{WORDS} While it was away."
    server.start()
    is_kept(dean)
    dean.presses("Save the note")
    dean.reads("is saved.")
    context.close()
    assert CaseNote.objects.filter(body=f"{WORDS} While it was away.").count() == 1
    assert not Draft.objects.exists()
