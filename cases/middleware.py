"""A form that is sent after the session ended is kept until its writer has signed in again (N2); names."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from cases.models import Restriction
from cases.names_in_full import names_in_full
from cases.permissions import can_restrict
from cases.restricted import grants_of
from cases.views.unsaved import keep, keep_to_send_again, keep_until_accepted, sent_again


class NothingTypedIsLost:
    """Before the sign-in page takes over, or a new wording of the undertaking; see `cases.views.unsaved`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and hasattr(request, "waits_for_undertaking"):
            return keep_until_accepted(request) or response
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST":
            return None
        if request.user.is_authenticated:
            sent_again(request)
            return None
        if kept := keep(request, view) or keep_to_send_again(request, view):
            return kept
        # A button that sends nothing, or a file alone: back to the page that it stands on.
        return (
            redirect_to_login(_page_before(request)) if hasattr(request, "was_signed_in") else None
        )


def _page_before(request: HttpRequest) -> str:
    """The page that held the form, of our own pages only."""
    page = urlsplit(request.headers.get("Referer", ""))
    return page.path if page.netloc == request.get_host() else "/"


class RestrictedNames:
    """Names of restricted people are shown to whoever restricts records and, of those, to whom leave was
    given (UK GDPR Art 18(2)); to everybody else their number stands instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with names_in_full(_leave_of(request)):
            return self.get_response(request)


def _leave_of(request: HttpRequest) -> Callable[[int], bool]:
    """Says whether a restricted person is named to whoever sent `request`; asks the database once, and
    only where a restricted person is named at all.
    """
    known: list[frozenset[int] | None] = []

    def named(number: int) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        if not known:
            known.append(None if can_restrict(user) else _granted(user))
        return known[0] is None or number in known[0]

    return named


def _granted(user: User) -> frozenset[int]:
    of = Restriction.objects.filter(grants__in=grants_of(user), lifted_at=None)
    return frozenset(of.exclude(person=None).values_list("person_id", flat=True))
