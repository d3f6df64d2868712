"""Visits: what is noted of them, what never is, and that nobody has to be noted at all."""

import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings as product
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.cookies import NOT_COUNTED, ONE_TASK
from tests.cases.world import Browser, signed_in, the
from tests.conftest import entries_since
from website.models import BusyHour, HourTotal, Visit
from website.tally import tally
from website.visitors import browser_of, came_from, is_program, shortened, system_of
from website.writing import tidy_visits, write_down

pytestmark = pytest.mark.django_db

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.0 Mobile/15E148 Safari/604.1"
)
WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Safari/537.36"
)
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
NOON = datetime(2026, 11, 24, 12, 7, 31, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _counting(settings):
    """Visits are noted; what waits is written by the test, not by the clock."""
    settings.VISITS = {**product.VISITS, "months": 3, "seconds": 3600}
    yield
    if tally._timer is not None:
        tally._timer.cancel()
    tally.__init__()


def visit(where, *, agent=PHONE, address="203.0.113.77", at=NOON, **headers):
    browser = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent)
    with time_machine.travel(at, tick=False):
        answer = browser.get(where, headers=headers)
    tally.write()
    return answer


# --- What is noted -----------------------------------------------------------------------------------


def test_a_page_is_noted_without_anything_that_tells_who_read_it():
    visit("/your-rights/?name=Amelia", Referer="https://www.google.com/search?q=amelia+hart#x")
    (row,) = Visit.objects.values()
    assert row == {
        "id": row["id"],
        "moment": NOON.replace(second=0),
        "network": "203.0.113.0/24",
        "browser": "Safari",
        "system": "iPhone or iPad",
        "referrer": "https://www.google.com/search",
        "page": "/your-rights/",
        "status": 200,
        "is_program": False,
    }
    total = HourTotal.objects.get()
    assert (total.hour, total.page, total.number) == (
        NOON.replace(minute=0, second=0),
        "/your-rights/",
        1,
    )


@pytest.mark.parametrize(
    ("where", "headers", "cookies"),
    [
        ("/", {"DNT": "1"}, {}),
        ("/", {"Sec-GPC": "1"}, {}),
        ("/", {"Sec-Purpose": "prefetch;prerender"}, {}),
        ("/", {}, {NOT_COUNTED.name: "1"}),
        ("/", {}, {product.SESSION_COOKIE_NAME: "somebody-at-work"}),
        ("/ask/request/", {"DNT": "1"}, {}),
        ("/sign-in/login/", {}, {}),
        ("/colours.css", {}, {}),
        ("/casework/", {}, {}),
    ],
)
def test_nothing_is_noted_of_whoever_says_no_of_colleagues_and_of_other_pages(
    where, headers, cookies
):
    browser = Client(HTTP_USER_AGENT=PHONE)
    for name, value in cookies.items():
        browser.cookies[name] = value
    browser.get(where, headers=headers)
    tally.write()
    assert not Visit.objects.exists()
    assert not HourTotal.objects.exists()
    # The same browser without its no is noted, so there was something that could have been.
    Client(HTTP_USER_AGENT=PHONE).get("/")
    tally.write()
    assert Visit.objects.count() == 1


def test_forms_are_counted_by_the_hour_and_joined_to_nothing():
    visit("/ask/request/what/", Referer="http://testserver/ask/request/")
    visit(
        "/ask/request/what/", agent=WINDOWS, address="198.51.100.9", at=NOON + timedelta(minutes=9)
    )
    # Whoever goes on from a form to another page is not followed from there.
    visit("/complain/", Referer="http://testserver/ask/request/check/")
    visit("/privacy/", Referer="http://testserver/your-rights/?x=1")
    form = HourTotal.objects.get(page="/ask/request/what/")
    assert (form.hour, form.number) == (NOON.replace(minute=0, second=0), 2)
    assert dict(Visit.objects.values_list("page", "referrer")) == {
        "/complain/": "",
        "/privacy/": "/your-rights/",
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'website_hourtotal'"
        )
        assert {name for (name,) in cursor.fetchall()} == {
            "id",
            "hour",
            "page",
            "is_program",
            "number",
        }


@pytest.mark.parametrize("where", ["/privacy/half-of-a-secret/9/", "/there/is/no/such/page/"])
def test_of_a_page_that_is_not_there_the_address_is_not_kept(where):
    assert visit(where).status_code == 404
    assert [*Visit.objects.values_list("page", "status")] == [("No such page", 404)]


def test_programs_are_kept_apart():
    visit("/")
    visit("/", agent=ROBOT)
    visit("/", agent="")
    assert Counter(Visit.objects.values_list("is_program", flat=True)) == {True: 2, False: 1}
    assert sorted(HourTotal.objects.values_list("is_program", "number")) == [(False, 1), (True, 2)]


def test_nothing_is_noted_where_the_charity_wants_none(settings):
    settings.VISITS = {**settings.VISITS, "months": 0}
    visit("/")
    assert not Visit.objects.exists()
    assert "We note nothing of your visit." in visit("/cookies/visits/").content.decode()


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        (None, ""),
        ("nonsense", ""),
    ],
)
def test_addresses_lose_their_end(address, network):
    assert shortened(address) == network


@pytest.mark.parametrize(
    ("agent", "browser", "system", "program"),
    [
        (PHONE, "Safari", "iPhone or iPad", False),
        (WINDOWS, "Chrome", "Windows", False),
        (f"{WINDOWS} Edg/131.0", "Edge", "Windows", False),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0",
            "Firefox",
            "Linux",
            False,
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko)"
            " SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36",
            "Samsung Internet",
            "Android",
            False,
        ),
        (ROBOT, "Other", "Other", True),
        ("curl/8.5.0", "Other", "Other", True),
    ],
)
def test_browsers_and_systems_are_named_by_family(agent, browser, system, program):
    assert (browser_of(agent), system_of(agent), is_program(agent)) == (browser, system, program)


@pytest.mark.parametrize(
    "referrer", ["", "javascript:alert(1)", "https://[bad", "android-app://x", "nonsense"]
)
def test_what_is_no_page_led_nobody_here(referrer):
    assert came_from(referrer, here="testserver") == ""


def test_a_name_and_a_password_in_an_address_are_not_kept():
    given = "https://amelia:secret@mail.example/read?id=7"
    assert came_from(given, here="testserver") == "https://mail.example/read"


# --- Saying no ---------------------------------------------------------------------------------------


def test_somebody_says_no_and_takes_it_back():
    browser = Browser()
    where = reverse("website:visits")
    assert "Do not count my visits" in browser.get(where).content.decode()
    assert browser.post(where)["Location"] == where
    cookie = browser.cookies[NOT_COUNTED.name]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("1", True, "Lax")
    assert "Your visits are not counted" in browser.get(where).content.decode()
    browser.post(where, {"count": "1"})
    assert browser.cookies[NOT_COUNTED.name].value == ""
    assert ONE_TASK.name not in browser.cookies


# --- How it is written, and how it goes -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_visits_are_written_beside_the_request_and_together(settings):
    settings.VISITS = {**settings.VISITS, "seconds": 0.2}
    browser = Client(HTTP_USER_AGENT=PHONE)
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            browser.get("/accessibility/")
    assert not any("website_" in one["sql"] for one in asked)
    assert not Visit.objects.exists()
    for _ in range(100):
        if Visit.objects.exists():
            break
        time.sleep(0.1)
    assert Visit.objects.count() == 3
    assert HourTotal.objects.get().number == 3


def test_a_database_that_is_away_costs_visits_and_no_page(caplog):
    tally.saw(Visit(page="x" * 201, moment=NOON, status=200, is_program=False))
    tally.write()
    assert "1 visits of the public site could not be written." in caplog.text
    assert visit("/").status_code == 200


def test_old_visits_go_and_the_totals_stay():
    rows = [
        Visit(moment=NOON + timedelta(minutes=minute), network=network, browser="Safari", system="Mac",
              page="/", status=200, is_program=False)
        for minute, network in ((0, "a"), (1, "a"), (2, "b"), (20, "c"), (59, "c"), (59, "d"))
    ]  # fmt: skip
    rows = [one for one in rows if one.moment.hour == NOON.hour]
    for one in rows:
        one.moment = one.moment.replace(second=0)
    write_down(rows, Counter())
    assert tidy_visits(months=3, now=NOON) == 0
    assert not BusyHour.objects.exists()  # the hour is not over
    tidy_visits(months=3, now=NOON + timedelta(hours=1))
    assert [*BusyHour.objects.values_list("hour", "at_once")] == [
        (NOON.replace(minute=0, second=0), 2)
    ]
    assert tidy_visits(months=3, now=datetime(2027, 2, 24, 13, tzinfo=UTC)) == 0
    assert tidy_visits(months=3, now=datetime(2027, 2, 25, 13, tzinfo=UTC)) == len(rows)
    assert HourTotal.objects.get().number == len(rows)
    assert BusyHour.objects.count() == 1


# --- For staff ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_those_who_look_after_the_site_see_how_it_is_used_and_nobody_else(role):
    visit("/your-rights/", at=timezone.now())
    visit("/", agent=ROBOT, at=timezone.now())
    answer = signed_in(the(role)).get(reverse("planning:visits"))
    if role not in {Role.SERVICE_MANAGER, Role.DPO, Role.SYSTEM_ADMINISTRATOR}:
        assert answer.status_code == 403
        return
    page = " ".join(answer.content.decode().split())
    assert "1 page read by people, 1 by programs" in page
    assert "/your-rights/" in page
    assert "Pages that people read most" in page


def test_a_look_at_visits_is_about_nobody_and_leaves_no_entry():
    browser = signed_in(the(Role.DPO))
    with entries_since() as left:
        assert browser.get(reverse("planning:visits"), {"days": "90"}).status_code == 200
    assert left == []


# --- Logs of servers ---------------------------------------------------------------------------------


def test_no_server_of_ours_writes_addresses_down():
    """Gunicorn writes no log of requests unless it is told to; no other web server is in the repository."""
    compose = (product.BASE_DIR / "docker-compose.yml").read_text()
    ours = [
        compose,
        (product.BASE_DIR / "Dockerfile").read_text(),
        (product.BASE_DIR / "Makefile").read_text(),
    ]
    assert "gunicorn" in compose
    for text in ours:
        assert not re.search(r"access.?log", text)
    assert set(product.LOGGING["loggers"]) >= {"axes"}
