"""Makes the pictures of the manual from the pages themselves: `python -m tests.journeys.manual_pictures ADDRESS`.

ADDRESS is a running demo, such as http://localhost:8000. Every picture shows invented people only.
"""

import io
import shutil
import sys
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "manual" / "pictures"
WIDE, PHONE = {"width": 960, "height": 760}, {"width": 360, "height": 640}
PASSWORD = "demo password 2000"
COUNT = "Where the law says so"  # stands on one page alone
GAP = 6  # between pages that stand beside each other
PATIENCE = 90_000  # milliseconds, on a machine with other work


def main(address: str) -> None:
    """One picture after the other, in the order of the chapter “Answering a request”."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_context(viewport=WIDE, locale="en-GB").new_page()
        page.set_default_timeout(PATIENCE)
        _sign_in(page, address, "dpo@demo.example")
        at_work = f"{address}/requests/Q-000001/"
        page.goto(f"{at_work}items/")
        _take(page, "items")
        page.goto(f"{at_work}notes/")
        page.locator(".govuk-inset-text").first.locator("xpath=preceding::h2[1]//a").click()
        page.wait_for_load_state()
        _take(page, "decided", top="What is withheld")
        _take(page, "proposed", top="Proposed")
        page.goto(f"{at_work}names/")
        _take(page, "names")
        page.goto(f"{at_work}notes/")
        _take(page, "notes")
        page.goto(_answered(page, address))
        _take(page, "signed", top="The answer")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the pack").first.click()
        take_pages(download.value.path().read_bytes())
        page.get_by_role("link", name="Hand it over, and see whether it was fetched").click()
        page.wait_for_load_state()
        _take(page, "handed-over")
        stranger = browser.new_context(viewport=PHONE, locale="en-GB").new_page()
        stranger.set_default_timeout(PATIENCE)
        stranger.goto(f"{address}/requests/collect/as-in-the-e-mail/")
        _keep(stranger.screenshot(full_page=True), "fetch")
        browser.close()


def _sign_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/sign-in/login/")
    page.fill("#id_login", email)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).first.click()
    page.wait_for_url(lambda there: "login" not in there)


def _answered(page: Page, address: str) -> str:
    """The request of the demo whose pack went out."""
    for number in range(1, 40):
        answer = page.goto(f"{address}/requests/Q-{number:06d}/")
        if answer is not None and answer.ok and "see whether it was fetched" in page.content():
            return page.url
    raise SystemExit("This demo has no pack that went out. Load it afresh: make clean, make demo.")


def _take(page: Page, name: str, *, top: str = "") -> None:
    """What is seen of the page from its heading `top` down."""
    start = page.get_by_role("heading", name=top).first if top else page.locator("main")
    start.evaluate("(it) => window.scrollTo(0, it.getBoundingClientRect().top + scrollY - 16)")
    _keep(page.screenshot(), name)


def take_pages(pack: bytes) -> None:
    """Three pages of a pack beside each other: the cover, one where something is withheld, and the count."""
    pdf = pypdfium2.PdfDocument(pack)
    words = [page.get_textpage().get_text_range() for page in pdf]
    withheld = next(n for n, text in enumerate(words) if "[withheld: " in text)
    count = next(n for n, text in enumerate(words) if COUNT in text)
    pages = [pdf[number].render(scale=0.8).to_pil() for number in (0, withheld, count)]
    width, height = pages[0].size
    beside = Image.new("RGB", ((width + GAP) * len(pages) - GAP, height), "#888888")
    for place, picture in enumerate(pages):
        beside.paste(picture, (place * (width + GAP), 0))
    out = io.BytesIO()
    beside.save(out, format="PNG")
    _keep(out.getvalue(), "pack")


def _keep(picture: bytes, name: str) -> None:
    small = Image.open(io.BytesIO(picture)).convert("RGB").quantize(colors=32)
    small.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
