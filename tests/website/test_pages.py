"""The public site: open to everybody, in plain words, asking nothing of anybody else."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.organisation import ORGANISATION

pytestmark = pytest.mark.django_db

PAGES = ("home", "privacy", "rights", "complain", "cookies", "accessibility")
# The page about visits holds a form, and so a cookie that guards it.
PLAIN = (*PAGES, "visits")
GRADE = 6.0  # school years; lists and headings count as sentences here, so it reads as about 8


class Page(HTMLParser):
    """What a test wants to know of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.main = ""
        self._inside = 0
        self._sentence_ends = {"p", "li", "h1", "h2", "h3", "dt", "dd", "td", "th", "summary"}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside += tag == "main"

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "main"
        if self._inside and tag in self._sentence_ends:
            self.main += ". "

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.main += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def get(client: Client, name: str) -> Page:
    response = client.get(reverse(f"website:{name}"), secure=True)
    assert response.status_code == 200
    return Page(response.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_is_open_has_one_heading_and_sets_no_cookie(client: Client, name: str):
    page = get(client, name)

    assert len(page.all("h1")) == 1
    assert [meta["content"] for meta in page.all("meta") if meta.get("name") == "description"]
    assert not client.cookies


@pytest.mark.parametrize("name", PAGES)
def test_asks_nothing_of_another_site(client: Client, name: str):
    page = get(client, name)

    fetched = [
        attributes.get("src") or attributes.get("href") or ""
        for tag in ("script", "link", "img", "iframe")
        for attributes in page.all(tag)
    ]
    assert fetched
    assert all(re.match(r"/(?!/)", address) for address in fetched)


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(client: Client, name: str):
    page = get(client, name)

    anchors = {attributes.get("id") for _, attributes in page.tags}
    for link in page.all("a"):
        address = link["href"] or ""
        if address.startswith("#"):
            assert address[1:] in anchors
        elif address.startswith("/"):
            assert client.get(address, secure=True).status_code == 200
        else:
            assert address.startswith(
                ("mailto:", ORGANISATION.regulator_url, ORGANISATION.exit_url)
            )


@pytest.mark.parametrize("name", PLAIN)
def test_is_written_in_plain_words(client: Client, name: str):
    """The Flesch-Kincaid grade, with syllables counted as groups of vowels."""
    text = get(client, name).main
    # Names of Acts and offices are as long as they are.
    text = re.sub(r"UK GDPR|Data Protection (Act|Officer)|Information Commissioner", "it", text)

    sentences = [part for part in re.split(r"[.!?:]\s", text) if re.search(r"[a-z]", part)]
    words = re.findall(r"[A-Za-z’']+", text)
    syllables = sum(
        max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e\b", "", word.lower())))) for word in words
    )
    grade = 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59
    assert grade <= GRADE


@pytest.mark.parametrize("name", PAGES)
def test_foot_says_who_answers_for_information(client: Client, name: str):
    html = client.get(reverse(f"website:{name}"), secure=True).content.decode()

    for detail in (
        ORGANISATION.controller,
        ORGANISATION.phone,
        ORGANISATION.dpo_phone,
        ORGANISATION.dpo_email,
        ORGANISATION.regulator_registration,
    ):
        assert detail in html


def test_nobody_can_send_anything_to_a_page(client: Client):
    assert client.post(reverse("website:privacy"), secure=True).status_code == 405


PROMISES = (
    # What is written down, and where it comes from
    "date of birth",
    "home visit",
    "an offence",
    "Most of it comes from you",
    "an agency that sends you to us",
    # Confidence
    "common law duty of confidence",
    "Human Rights Act 1998",
    "Data (Use and Access) Act 2025",
    "Everybody who sees your record, on paper or on a screen",
    # The ways in which it may be shared, and the one in which it never is
    "check its quality",
    "you ask us to",
    "we ask you, and you say yes to just that",
    "the law says that we must",
    "special authority",
    "ask you first",
    "never share for marketing",
    # Planning
    "figures that show nobody",
    "we ask for your consent first",
    # The end
    "the kind of service",
    "everywhere we hold it",
    # The website
    "shortened network address",
    "never joined to anything that shows who you are",
)


@pytest.mark.parametrize("promise", PROMISES)
def test_notice_keeps_the_charitys_promises(client: Client, promise: str):
    text = " ".join(get(client, "privacy").main.split())

    assert promise in text


@pytest.mark.parametrize(
    "promise",
    [
        "show you what we wrote",
        "It is free",
        "within one month",
        "Nothing leaves us before that",
        "the person in charge of your service",
        "keep your record but not use it",
        "destroy your record",
    ],
)
def test_rights_page_keeps_the_charitys_promises(client: Client, promise: str):
    text = " ".join(get(client, "rights").main.split())

    assert promise in text


def test_texts_of_law_are_marked_as_drafts(client: Client):
    for name in ("privacy", "rights", "complain"):
        assert f"Draft for the {ORGANISATION.dpo_title}" in get(client, name).main


def test_cookie_page_names_the_cookies_of_the_settings(client: Client, settings):
    settings.SESSION_COOKIE_NAME = "signed_in"
    text = get(client, "cookies").main

    assert "signed_in" in text
    assert settings.CSRF_COOKIE_NAME in text
    assert "12 hours" in text
    assert "364 days" in text


def test_colours_are_css_that_may_be_kept(client: Client):
    response = client.get(reverse("website:colours"), secure=True)

    assert response["Content-Type"] == "text/css"
    assert response["Cache-Control"] == "public, max-age=3600"
    assert f"--charity-colour:{ORGANISATION.colour};" in response.content.decode()


def test_current_page_is_marked_in_the_menu(client: Client):
    page = get(client, "rights")

    assert [a["href"] for a in page.all("a") if a.get("aria-current")] == ["/your-rights/"]
