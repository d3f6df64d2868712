"""The public site and signing in, met as people meet them: on a telephone, enlarged, without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.factories.accounts import PASSWORD, UserFactory
from tests.journeys.conftest import PHONE, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESSES = (
    "/",
    "/privacy/",
    "/your-rights/",
    "/complain/",
    "/cookies/",
    "/cookies/visits/",
    "/accessibility/",
    "/sign-in/login/",
    "/sign-in/password/reset/",
)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "telephone"])
def test_nothing_is_in_the_way_of_anybody(visitor: Callable, viewport: dict):
    reader = visitor(viewport=viewport)

    for address in ADDRESSES:
        reader.opens(address)
        assert reader.axe() == []
        assert sideways(reader.page) <= 0, address


def test_menu_folds_on_a_telephone_and_is_there_without_scripts(visitor: Callable):
    with_scripts, without = visitor(viewport=PHONE), visitor(viewport=PHONE, javascript=False)
    with_scripts.opens("/")
    without.opens("/")

    link = "nav[aria-label=Menu] >> text=Your rights"
    assert not with_scripts.page.is_visible(link)
    with_scripts.presses("Menu")
    assert with_scripts.page.is_visible(link)
    assert without.page.is_visible(link)


def test_keyboard_comes_first_to_the_way_past_the_menu(visitor: Callable):
    reader = visitor()
    reader.opens("/privacy/")

    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")

    assert reader.page.evaluate("document.activeElement.id") == "main-content"


def test_errors_take_the_reader_to_the_box(visitor: Callable):
    reader = visitor()
    reader.opens("/sign-in/login/")

    reader.presses("Sign in")
    reader.reads("There is a problem")
    assert reader.axe() == []
    reader.follows("Fill in “Password”.")

    assert reader.page.evaluate("document.activeElement.id") == "id_password"


def test_only_cookies_of_the_cookie_page_are_set(visitor: Callable):
    reader = visitor()
    for address in ADDRESSES:
        reader.opens(address)
    # Back to a public page, so that this test needs no casework.
    reader.opens("/sign-in/login/?next=/cookies/")
    reader.page.get_by_label("E-mail address").fill(UserFactory().email)
    reader.page.get_by_label("Password").fill(PASSWORD)
    reader.presses("Sign in")

    reader.reads("A cookie is a small note")
    named = reader.page.locator("main th[scope=row]").all_inner_texts()
    assert {cookie["name"] for cookie in reader.page.context.cookies()} <= set(named)


def test_charitys_own_font_and_colour_are_used(visitor: Callable):
    reader = visitor()
    reader.opens("/")

    assert reader.page.evaluate("document.fonts.check('16px \"Atkinson Hyperlegible Next\"')")
    assert (
        reader.page.evaluate(
            "getComputedStyle(document.querySelector('.app-header')).backgroundColor"
        )
        == "rgb(91, 45, 130)"
    )
