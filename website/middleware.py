"""Noting visits to the public site: no cookie, nobody's name, nothing of whoever asks not to be counted."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone

from core.addresses import address_of
from core.cookies import NOT_COUNTED
from website.models import Visit
from website.tally import tally
from website.visitors import browser_of, came_from, is_program, shortened, system_of

NOT_FOUND = "No such page"
FOUND, MISSING = 200, 404
UNWANTED = (("DNT", "1"), ("Sec-GPC", "1"), ("Sec-Purpose", "prefetch"))


class Visits:
    """Notes each public page after it was answered; pages of forms are only counted by the hour."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.VISITS["months"] and _may_be_counted(request, response):
            _note(request, response.status_code)
        return response


def _may_be_counted(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether it is a page, and whoever reads it is no colleague and has not said no.

    A browser says no by Do Not Track or Global Privacy Control, a person by the button on the page about
    visits.
    """
    unwanted = any(
        request.headers.get(name, "").startswith(value) for name, value in UNWANTED
    ) or not {NOT_COUNTED.name, settings.SESSION_COOKIE_NAME}.isdisjoint(request.COOKIES)
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return is_page and request.method == "GET" and not unwanted


def _note(request: HttpRequest, status: int) -> None:
    agent = request.headers.get("User-Agent", "")
    now = timezone.now().replace(second=0, microsecond=0)
    if _is_form(request):
        if status == FOUND:
            tally.counted((now.replace(minute=0), request.path, is_program(agent)))
        return
    if not _is_page(request) and status != MISSING:
        return
    tally.saw(
        Visit(
            moment=now,
            network=shortened(address_of(request)),
            browser=browser_of(agent),
            system=system_of(agent),
            referrer=_referrer(request),
            # What does not exist is not written down: it may be half of a secret address.
            page=NOT_FOUND if status == MISSING else request.path,
            status=status,
            is_program=is_program(agent),
        )
    )


def _is_page(request: HttpRequest) -> bool:
    return _namespace(request.resolver_match) in settings.VISITS["pages"]


def _is_form(request: HttpRequest) -> bool:
    return _namespace(request.resolver_match) in settings.VISITS["forms"]


def _namespace(match: ResolverMatch | None) -> str:
    return match.namespace if match else ""


def _referrer(request: HttpRequest) -> str:
    """Where they came from; nothing if it was a form, since it would tell who filled it in."""
    found = came_from(request.headers.get("Referer", ""), here=request.get_host())
    if not found.startswith("/"):
        return found
    try:
        return found if _namespace(resolve(found)) in settings.VISITS["pages"] else ""
    except Resolver404:
        return ""
