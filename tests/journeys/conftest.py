"""A real browser before a real server: what a journey needs to be told in a few words.

Journeys commit for real and the owner empties the tables after each, so they are few and long.
"""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.factories.accounts import PASSWORD
from tests.journeys.charity import Charity, a_charity

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}
# Answers that a journey provokes on purpose; the browser mentions them, and each is asserted where it
# is provoked.
MENTIONED = re.compile(r"status of (404|409|422)")
# What is folded away until somebody opens it, or gives the answer that brings it, counts as well.
UNFOLD = """() => {
    document.querySelectorAll("details").forEach((each) => { each.open = true; });
    document.querySelectorAll(".app-further").forEach((each) => { each.style.display = "block"; });
}"""
# Milliseconds. Nobody waits so long but where nothing comes: a busy machine is no mistake of ours.
PATIENCE = 40_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The machine's own Chromium; it calls nobody."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


class Visitor:
    """Somebody in front of a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.foreign: list[str] = []
        # Every page that came, the last one last; pictures and styles are not pages.
        self.pages: list[Response] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._watch)
        page.on("response", self._keep)

    def _listen(self, message) -> None:
        if message.type == "error" and not MENTIONED.search(message.text):
            self.errors.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.foreign.append(request.url)

    def _keep(self, response: Response) -> None:
        redirected = 300 <= response.status < 400
        if response.request.is_navigation_request() and not redirected:
            self.pages.append(response)

    # --- Going about --------------------------------------------------------------------------

    def opens(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.address + path)

    def signs_in(self, user, password: str = PASSWORD) -> None:
        self.opens("/sign-in/login/")
        self.writes("E-mail address", user.email)
        self.writes("Password", password)
        self.presses("Sign in")
        expect(self.page).not_to_have_url(re.compile("/sign-in/login/"))

    def follows(self, name: str) -> None:
        """Click a link by its words, also one that looks like a button."""
        links = self.page.get_by_role("link", name=name, exact=True)
        links.or_(self.page.get_by_role("button", name=name, exact=True)).first.click()
        self.page.wait_for_load_state()

    def presses(self, name: str) -> None:
        """Click a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    @property
    def path(self) -> str:
        """What the address bar says, without the server."""
        return self.page.url.removeprefix(self.address)

    # --- Filling in ---------------------------------------------------------------------------

    def writes(self, label: str, text: str, *, under: str = "") -> None:
        """Type into the box with `label`; `under` is the heading of its group of questions."""
        self._box(label, under).fill(text)

    def picks(self, label: str, option: str, *, under: str = "") -> None:
        """Choose `option` from a list."""
        self._box(label, under).select_option(label=option)

    def chooses(self, question: str, answer: str) -> None:
        """Choose one answer of radio buttons, or tick a box."""
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).first.check()

    def writes_day(self, question: str, day: date, *, under: str = "") -> None:
        group = self._part(under).get_by_role("group", name=question)
        for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            group.get_by_label(label, exact=True).fill(str(number))

    def _part(self, under: str) -> Page | Locator:
        return self.page.get_by_role("group", name=under, exact=True) if under else self.page

    def _box(self, label: str, under: str) -> Locator:
        return self._part(under).get_by_label(label, exact=True)

    # --- Reading ------------------------------------------------------------------------------

    def reads(self, text: str) -> None:
        """The text is on the page; fails, showing the page, if it does not come."""
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_read(self, text: str) -> None:
        assert text not in self.page.locator("body").inner_text()

    def is_answered(self, status: int) -> None:
        """What the server answered for the page that is shown."""
        assert self.pages[-1].status == status, self.page.url

    def has_written(self, label: str) -> str:
        """What stands in a box now."""
        return self._box(label, "").input_value()

    def can_do_now(self) -> list[str]:
        """The steps that the page of a request offers, by their words."""
        heading = self.page.get_by_role("heading", name="What you can do now")
        return heading.locator("xpath=following-sibling::ul").get_by_role("link").all_inner_texts()

    def axe(self) -> list[str]:
        """What the page puts in the way of people with disabilities, one line a finding."""
        self.page.wait_for_load_state()
        self.page.evaluate(UNFOLD)
        # By evaluate and not by a script element: the page's own policy forbids the latter.
        self.page.evaluate(AXE.read_text())
        result = self.page.evaluate(
            "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
        )
        return [
            f"{self.path}: {finding['id']}: {node['html'][:200]}"
            for finding in result["violations"]
            for node in finding["nodes"][:3]
        ]

    def sideways(self) -> int:
        """How many pixels the page is wider than the window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )


@pytest.fixture
def visitor(browser: Browser, live_server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each with cookies of their own; in the end nobody met an error of ours."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(*, viewport: dict = WIDE, javascript: bool = True, colours: str = "none") -> Visitor:
        context = browser.new_context(
            viewport=viewport,
            java_script_enabled=javascript,
            forced_colors=colours,
            locale="en-GB",
            accept_downloads=True,
        )
        contexts.append(context)
        made = Visitor(context.new_page(), live_server.url)
        visitors.append(made)
        return made

    yield make
    problems = [error for each in visitors for error in each.errors]
    foreign = [url for each in visitors for url in each.foreign]
    for context in contexts:
        context.close()
    assert problems == []
    assert foreign == []


@pytest.fixture
def charity(transactional_db: None) -> Charity:
    """Two services with their staff, and nobody who has asked them for help yet."""
    return a_charity()


@pytest.fixture
def worker() -> Callable[[], None]:
    """Runs the queue until it is empty, as the worker process does, in a thread of its own."""

    def run() -> None:
        failed: list[BaseException] = []

        def work() -> None:
            try:
                call_command("procrastinate", "worker", "--one-shot", "--concurrency=1")
            except BaseException as error:  # noqa: BLE001  # handed to the test below
                failed.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(timeout=300)
        assert failed == []
        assert not thread.is_alive(), "the worker did not finish"

    return run
