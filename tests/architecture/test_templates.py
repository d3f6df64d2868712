"""Templates: nothing inline, nothing unescaped, nothing unused."""

import re

import pytest

from tests.architecture.sources import OUR_FOLDERS, ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
BANNED = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
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
    "allauth/",
)


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
