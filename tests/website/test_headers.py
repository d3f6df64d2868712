"""What the public site tells browsers and caches: keep no page, trust nobody else, say nobody where one was."""

import re

import pytest
from django.core.management import call_command
from django.http import HttpResponseNotFound
from django.test import Client, RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware

from core.cookies import ONE_TASK
from tests.factories.consent import PrivacyNoticeFactory
from tests.journeys.places import public

pytestmark = pytest.mark.django_db

PLAIN = ("/", "/privacy/", "/your-rights/", "/complain/", "/cookies/", "/accessibility/")
FORMS = [where for where in public() if where.startswith("/ask/")]
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
}
# A script that holds data is none.
INLINE = re.compile(
    r"""<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\s(?:src=|type="application/json"))"""
)
# What a page may weigh and ask for before it can be read, over a telephone's connection.
MOST_OF_A_PAGE = 32_000  # bytes of HTML, before it is packed
MOST_OF_ALL = 450_000  # bytes with style, script and font, before they are packed


@pytest.mark.parametrize("where", [*public(), "/no/such/page/"])
def test_no_page_is_kept_and_none_trusts_or_tells_another_site(client: Client, where: str):
    answer = client.get(where, secure=True)
    # Whoever presses “back” after them, or uses the same cache, finds no page of ours.
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert set(answer["Content-Security-Policy"].split("; ")) == STRICT
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    html = answer.content.decode()
    assert not INLINE.search(html)


@pytest.mark.parametrize("where", [*PLAIN, "/ask/request/", "/ask/refer/", "/ask/complain/"])
def test_reading_sets_no_cookie(client: Client, where: str):
    answer = client.get(where, secure=True)
    assert answer.status_code == 200
    assert not client.cookies
    # What can be read can be found.
    assert b'<meta name="description"' in answer.content
    assert b"noindex" not in answer.content


@pytest.mark.parametrize("where", FORMS)
def test_opening_a_form_sets_no_cookie_of_a_task(client: Client, where: str):
    answer = client.get(where, secure=True)
    assert ONE_TASK.name not in client.cookies
    assert (b"noindex" in answer.content) is (where.count("/") > 3)


def test_whoever_may_be_watched_finds_the_way_out_on_every_page(client: Client):
    """The adopted notice too, for everybody and for children; a page that is not there as well."""
    for readers in ("everybody", "children"):
        PrivacyNoticeFactory(readers=readers)
    site = [where for where in public() if not where.startswith("/sign-in/")]
    for where in (*site, "/privacy/children/", "/requests/status/nothing/", "/no/such/page/"):
        html = client.get(where, secure=True).content.decode()
        assert html.count('data-module="govuk-exit-this-page"') == 1, where
        assert html.index("govuk-exit-this-page") < html.index("<main"), where
    # Colleagues who sign in are not in danger from who sees that they do.
    assert b"exit-this-page" not in client.get("/sign-in/login/", secure=True).content


@pytest.mark.parametrize("where", PLAIN)
def test_a_page_can_be_read_before_its_scripts_come_and_is_light(client: Client, where: str):
    html = client.get(where, secure=True).content.decode()
    assert len(html.encode()) < MOST_OF_A_PAGE
    head = html[: html.index("</head>")]
    assert "<script" not in head
    scripts = re.findall(r"<script[^>]*>", html)
    # One that waits by itself, being a module, and one that says that there are scripts at all.
    assert [("module" in one) or ("enabled.js" in one) for one in scripts] == [True, True]
    fetched = {
        *re.findall(r'<(?:link|script)[^>]*?(?:href|src)="(/[^"]+)"', html),
    } - {"/"}
    weight = 0
    for address in fetched:
        answer = client.get(address, secure=True)
        assert answer.status_code == 200, address
        assert answer["Cache-Control"].startswith(("max-age=", "public, max-age=")), address
        weight += len(b"".join(answer))
        answer.close()
    assert weight < MOST_OF_ALL


def test_built_files_are_kept_for_ever_under_a_name_of_their_own(settings, tmp_path):
    """Their name holds their hash, so what changes has another name."""
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "app.css").write_text("p{color:red}")
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATICFILES_DIRS = [tmp_path / "from"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = str(tmp_path / "root")
    settings.WHITENOISE_USE_FINDERS = False
    call_command("collectstatic", interactive=False, verbosity=0)
    (built,) = (tmp_path / "root").glob("app.*.css")
    serve = WhiteNoiseMiddleware(HttpResponseNotFound)
    answer = serve(RequestFactory().get(f"/static/{built.name}"))
    assert answer["Cache-Control"] == "max-age=315360000, public, immutable"
    answer.close()
