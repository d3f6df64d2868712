"""Templates: nothing inline, nothing unescaped, nothing unused."""

import re
from importlib import import_module

import pytest
from django.forms import Textarea
from django.template.loader import render_to_string

from core.templatetags.pages import around_references
from tests.architecture.sources import OUR_FOLDERS, ROOT, modules

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
BANNED = {
    # What is marked as JSON is data, and no browser runs it.
    "inline script": re.compile(
        r"<script(?![^>]*(?:\bsrc=|type=\"application/json\"))", re.IGNORECASE
    ),
    "inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "inline handler": re.compile(r"\son(click|load|submit|change|input|error)\s*=", re.IGNORECASE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq"),
    "another site's file": re.compile(r"(src|href)=\"(https?:)?//(?!\{)", re.IGNORECASE),
}


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_holds_nothing_inline_and_nothing_unescaped(path):
    text = path.read_text()
    assert {
        why: found.group() for why, rule in BANNED.items() if (found := rule.search(text))
    } == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_loads_stand_one_a_line_and_in_order(path):
    loads = re.findall(r"{%\s*load\s+([^%]+?)\s*%}", path.read_text())
    assert all(" " not in load for load in loads)
    assert loads == sorted(loads)


# Named by Django or by libraries, not by our code.
FOUND_BY_NAME = (
    "400",
    "403",
    "404",
    "409",
    "413",
    "429",
    "500",
    "503",
    "account/",
    "admin/",
    "mfa/",
    "usersessions/",
    "allauth/",
    "gds/errors.html",
)


HEADING = re.compile(r"<h([1-4])\b.*?</h\1>", re.DOTALL)
# What stands in a heading and is a reference, or may have one in it.
MAY_BREAK = re.compile(r"(?<!app-reference\">)\{\{ *(?:(?:\w+\.)*reference|heading|title) *\}\}")
# Titles in which no reference stands: of a card, a list, something that happened.
WITHOUT = {"components/card.html", "components/summary_list.html", "components/timeline_item.html"}


def may_break(text):
    """The places in the headings of a template where a reference could be broken in two lines."""
    return [
        found.group()
        for heading in HEADING.finditer(text)
        for found in MAY_BREAK.finditer(heading.group())
    ]


def test_a_reference_in_a_heading_stays_on_one_line():
    assert may_break('<h1 class="x">Case {{ one.reference }}</h1>') == ["{{ one.reference }}"]
    assert may_break("<h1>{{ heading }}</h1><p>{{ heading }}</p>") == ["{{ heading }}"]
    assert {
        name: found
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        if not name.startswith("pdf/")
        and name not in WITHOUT
        and (found := may_break(path.read_text()))
    } == {}


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Erase what was approved for Q-000007",
            [("Erase what was approved for ", False), ("Q-000007", True)],
        ),
        ("BRE-000004: end", [("BRE-000004", True), (": end", False)]),
        ("Nothing & nobody", [("Nothing & nobody", False)]),
        ("", []),
    ],
)
def test_references_are_found_among_words(text, pieces):
    assert around_references(text) == pieces
    shown = render_to_string("components/words.html", {"text": text})
    assert shown.count("app-reference") == sum(is_one for _, is_one in pieces)
    assert "& " not in shown


def test_every_template_is_used():
    sources = "\n".join(
        path.read_text()
        for folder in (*OUR_FOLDERS, "templates")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".html", ".txt"}
    )
    unused = [
        name
        for name in NAMES
        if not name.startswith(FOUND_BY_NAME)
        and f'"{name}' not in sources
        and f"'{name}" not in sources
    ]
    assert unused == []


# Forms whose answers stand in the address, which histories of browsers and logs of proxies keep; and what
# stands there. Words about somebody are sent (POST) instead: whoever adds a form here says what it carries.
IN_THE_ADDRESS = {
    "allauth/elements/form.html": "nothing: every page of signing in that uses it posts",
    "cases/gaps.html": "a service",
    "cases/leaving.html": "a member of staff, by number",
    "cases/merge_which.html": "a reference",
    "cases/person_household.html": "a day",
    "cases/search.html": "what somebody is looked for by, which the log keeps as well",
    "cases/sign_offs.html": "a service",
    "components/filter.html": "kinds, days, references, and words to find",
    "consent/agencies.html": "part of the name of an agency",
    "consent/send_to.html": "people, a professional and an agency, by number; a gateway; a purpose",
    "diary/diary.html": "a service or a member of staff, by number",
    "letters/choose.html": "a person, by number; a template; a way",
    "retention/due.html": "records, by kind and number",
    "sar/_erasure_narrow.html": "a kind of item; a case and a person, by reference; erased or kept",
    "sar/items.html": "a part of the record",
    "sar/letter_choose.html": "a kind of letter",
}
BY_GET = re.compile(r"<form(?![^>]*method=\"post\")")


def test_no_form_puts_words_about_somebody_into_an_address():
    found = {
        name for path, name in zip(TEMPLATES, NAMES, strict=True) if BY_GET.search(path.read_text())
    }
    assert found == set(IN_THE_ADDRESS)
    # And what is read from an address asks for no long words.
    asked = [
        (str(path), getattr(import_module(".".join(path.with_suffix("").parts)), form))
        for path, _tree in modules("*/views.py", "*/views/*.py")
        for form in re.findall(r"\b(\w+Form)\(\s*request\.GET", (ROOT / path).read_text())
    ]
    assert len(asked) > 3
    assert [
        (path, form.__name__, name)
        for path, form in asked
        for name, question in form.base_fields.items()
        if isinstance(question.widget, Textarea)
    ] == []


# Where words become HTML, and what makes them safe in the line before.
CLEANED = {"consent/markdown.py": "nh3 keeps nothing but words, headings, lists, tables and links"}


def test_python_makes_no_html_safe():
    wrong = [
        str(path.relative_to(ROOT))
        for folder in OUR_FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bmark_safe\(|SafeString\(", path.read_text())
    ]
    assert wrong == list(CLEANED)
