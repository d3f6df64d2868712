"""Signing in and writing a note without a mouse, always seeing where one is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from cases.models import CaseNote
from tests.factories.accounts import PASSWORD
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NOTE = "Written without a mouse."
# More presses than any way to any place on these pages.
FAR = 80

# What the browser says of the place where the keyboard is. Radios and boxes draw their ring on the
# label beside them, so how the place looks is asked of both.
FOCUS = """() => {
    const here = document.activeElement;
    const drawn = [here, ...(here.labels || [])].flatMap((each) =>
        ['', '::before', '::after'].map((part) => getComputedStyle(each, part || null)));
    return {
        words: [here.innerText, ...[...(here.labels || [])].map((each) => each.innerText)]
            .map((each) => (each || '').trim()).filter(Boolean),
        looks: drawn.map((each) => [each.outlineStyle, each.outlineColor, each.outlineWidth,
            each.boxShadow, each.backgroundColor, each.borderColor, each.borderWidth].join(' ')).join(),
        onScreen: (() => { const box = (here.labels?.[0] || here).getBoundingClientRect();
            return box.bottom > 0 && box.top < innerHeight && box.width > 0; })(),
    };
}"""
WITHOUT_FOCUS = "() => { const here = document.activeElement; here.blur(); window.left = here; }"
BACK = "() => window.left.focus({preventScroll: true, focusVisible: true})"


class AtTheKeyboard:
    """Somebody who has keys only."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page

    def goes_to(self, words: str) -> None:
        """Press Tab until the keyboard is at `words`."""
        for _ in range(FAR):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(FOCUS)
            if words in here["words"]:
                self._sees_where_it_is(words)
                return
        pytest.fail(f"The keyboard does not reach {words!r}.")

    def _sees_where_it_is(self, words: str) -> None:
        focused = self.page.evaluate(FOCUS)
        self.page.evaluate(WITHOUT_FOCUS)
        # What fades in and out has come to its end.
        self.page.wait_for_timeout(50)
        plain = self.page.evaluate(FOCUS.replace("document.activeElement", "window.left"))
        self.page.evaluate(BACK)
        assert focused["onScreen"], words
        assert focused["looks"] != plain["looks"], f"Nobody sees that the keyboard is at {words!r}."

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)


def test_a_note_is_written_with_the_keyboard_alone(
    visitor: Callable[..., Visitor], charity: Charity
):
    family = a_family(charity)
    dean = visitor()
    hands = AtTheKeyboard(dean)

    dean.opens("/sign-in/login/")
    hands.goes_to("E-mail address")
    hands.types(charity.caseworker.email)
    hands.goes_to("Password")
    hands.types(PASSWORD)
    hands.presses("Enter")

    expect(dean.page.get_by_role("heading", name="My work", exact=True)).to_be_visible()
    hands.goes_to("Skip to main content")
    hands.presses("Enter")
    hands.goes_to(family.case.reference)
    hands.presses("Enter")

    expect(dean.page.get_by_role("heading", name="What happened")).to_be_visible()
    hands.goes_to("Write a note")
    hands.presses("Enter")

    expect(dean.page.get_by_role("heading", name="Write a note")).to_be_visible()
    hands.goes_to("Observation")
    hands.presses("Space")
    hands.goes_to("Joe Hart")
    hands.presses("Space")
    hands.goes_to("Note")
    hands.types(NOTE)
    hands.goes_to("Save the note")
    hands.presses("Enter")

    dean.reads("is saved.")
    assert list(CaseNote.objects.get(body=NOTE).people.all()) == [family.child]
