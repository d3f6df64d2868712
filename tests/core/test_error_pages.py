"""The pages for what did not work: plain, and drawn with nothing but the templates themselves.

No test here asks for the database, so pytest-django refuses any query.
"""

from typing import Any

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template import engines
from django.template.loader import get_template

from core.organisation import ORGANISATION
from core.templatetags.pages import asset

CODES = ("400", "403", "404", "409", "413", "429", "500", "503")


def page(code: str, **context: Any) -> str:
    return " ".join(get_template(f"{code}.html").render(context).split())


@pytest.fixture(autouse=True)
def no_context_processors(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines["django"].engine, "context_processors", [])


@pytest.mark.parametrize("code", CODES)
def test_says_what_happened_to_the_data_and_what_to_do(code: str):
    text = page(code)

    assert "othing" in text or "not saved" in text
    assert "What to do next" in text
    assert ORGANISATION.phone in text
    assert text.count("<h1") == 1


@pytest.mark.parametrize("code", CODES)
def test_is_drawn_where_the_front_end_was_never_built(code: str, monkeypatch: pytest.MonkeyPatch):
    def missing(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")

    monkeypatch.setattr(staticfiles_storage, "url", missing)

    assert 'href="/static/build/app.css"' in page(code)
    assert asset("build/app.css") == "/static/build/app.css"


@pytest.mark.parametrize("code", ["403", "409"])
def test_says_the_reason_as_text(code: str):
    text = page(code, reason="Record the identity <b>first</b>.")

    assert "Record the identity &lt;b&gt;first&lt;/b&gt;." in text


def test_too_large_names_the_limit():
    assert "<strong>5.0 MB</strong>" in page("413", limit="5.0 MB")


def test_unavailable_says_why_nothing_was_shown():
    assert "because the look could not be written in the log" in page("503")


def test_too_many_tries_says_wait():
    assert "please wait" in page("429")
