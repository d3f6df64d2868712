"""A real browser before a real server: what a journey needs to be told in a few words."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.factories.accounts import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 700}


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
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.foreign: list[str] = []
        page.on("request", self._watch)

    def _listen(self, message) -> None:
        # A form that is not right answers 422, which the browser mentions; nothing else is expected.
        if message.type == "error" and "422" not in message.text:
            self.errors.append(message.text)

    def _watch(self, request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.foreign.append(request.url)

    def opens(self, path: str) -> None:
        self.page.goto(self.address + path)

    def signs_in(self, user, password: str = PASSWORD) -> None:
        self.opens("/sign-in/login/")
        self.page.get_by_label("E-mail").fill(user.email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def follows(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def reads(self, text: str) -> None:
        """The text is on the page; fails, naming the page, if it is not within five seconds."""
        from playwright.sync_api import expect  # noqa: PLC0415

        expect(self.page.locator("body")).to_contain_text(text, timeout=5000)

    def does_not_read(self, text: str) -> None:
        assert text not in self.page.locator("body").inner_text()

    def axe(self) -> list[str]:
        """What the page puts in the way of people with disabilities, one line a finding."""
        # By evaluate and not by a script element: the page's own policy forbids the latter.
        self.page.evaluate(AXE.read_text())
        result = self.page.evaluate(
            "axe.run({runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa']})"
        )
        return [
            f"{self.page.url}: {v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in result["violations"]
        ]


@pytest.fixture
def visitor(browser: Browser, live_server) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors, each with cookies of their own; in the end nobody met an error of ours."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(*, viewport: dict = WIDE, javascript: bool = True) -> Visitor:
        context = browser.new_context(
            viewport=viewport, java_script_enabled=javascript, locale="en-GB", accept_downloads=True
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
def worker() -> Callable[[], None]:
    """Runs the queue until it is empty, as the worker process does, in a thread of its own."""

    def run() -> None:
        from django.core.management import call_command  # noqa: PLC0415

        failed: list[BaseException] = []

        def work() -> None:
            try:
                call_command("procrastinate", "worker", "--one-shot", "--concurrency=1")
            except BaseException as error:  # noqa: BLE001  # handed to the test below
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=120)
        assert failed == []
        assert not thread.is_alive(), "the worker did not finish"

    return run
