"""What a browser is told to keep, whom it is sent to, and what the pages forbid it."""

from collections.abc import Callable

import pytest

from core.cookies import cookies
from tests.journeys.charity import Charity, a_family
from tests.journeys.conftest import Visitor
from tests.journeys.places import casework, desk, public

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COOKIES = {cookie.name for cookie in cookies()}
# What Django's admin remembers in the browser itself: how the lists look, for the Data Protection
# Officer and the system administrator.
REMEMBERED_BY_THE_ADMIN = {
    "django.admin.navSidebarIsOpen",
    "django.admin.filtersState",
    "theme",
}
STORED = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


def test_listed_cookies_no_strangers_and_a_strict_policy(
    visitor: Callable[..., Visitor], charity: Charity
):
    family = a_family(charity)
    reader, dean, dpo = visitor(), visitor(), visitor()
    dean.signs_in(charity.caseworker)
    dpo.signs_in(charity.dpo)

    for person, addresses in (
        (reader, public()),
        (dean, casework(family)),
        (dpo, desk(family)),
    ):
        for address in (*addresses, "/there-is-no-such-page/"):
            person.opens(address)

    for person in (reader, dean, dpo):
        assert {cookie["name"] for cookie in person.page.context.cookies()} <= COOKIES
        stored = set(person.page.evaluate(STORED))
        assert stored <= (REMEMBERED_BY_THE_ADMIN if person is dpo else set())
        assert person.foreign == []
        for page in person.pages:
            assert page.status in {200, 404}, page.url
            policy = page.header_value("content-security-policy") or ""
            assert "default-src 'none'" in policy, page.url
            assert "script-src 'self'" in policy, page.url
            assert "unsafe" not in policy, page.url
    # Somebody who only reads the public pages is given none at all, until there is a form to send.
    stranger = visitor()
    stranger.opens("/")
    assert stranger.page.context.cookies() == []
