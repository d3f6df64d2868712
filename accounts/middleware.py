"""What comes before the first record: a session that is fresh enough, a second step, the undertaking."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.queries import undertaking_to_accept
from accounts.two_step import must_have_second_step
from core.errors import Refused

# Pages of these addresses show nobody's record; everything else waits for the undertaking.
OPEN_NAMESPACES = frozenset({"website"})
OPEN_NAMES = frozenset(
    {
        "accounts:undertaking",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "accounts:account",
        "accounts:two-step-picture",
        "usersessions_list",
    }
)
# The pages of the second step itself.
TWO_STEP = "mfa_"
# Session keys: when somebody signed in, and when they last asked for a page; seconds.
BEGAN, SEEN = "signed-in", "seen"
# Seconds between two notes of the last page: not every page writes the session.
SEEN_EVERY = 60


def _is_open(request: HttpRequest) -> bool:
    """Whether the page shows nobody's record and so opens whatever is still to be done."""
    match = request.resolver_match
    return match is None or bool(
        match.view_name in OPEN_NAMES
        or match.view_name.startswith(TWO_STEP)
        or OPEN_NAMESPACES.intersection(match.namespaces)
    )


class SessionLimits:
    """Ends a session after an hour without a page, and after a working day whatever was done in it.

    Where somebody was is kept for after they have signed in again. A form that they send goes on as a
    stranger's with their number on it (`was_signed_in`), so that what they typed can be kept for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ended = self._why_it_ends(request) if request.user.is_authenticated else ""
        if ended:
            request.was_signed_in = request.user.pk  # type: ignore[attr-defined]  # ours alone
            request.session.flush()
            request.user = AnonymousUser()
            messages.info(request, f"You were signed out because {ended}.")
            if request.method != "POST":
                return redirect_to_login(request.get_full_path())
        return self.get_response(request)

    def _why_it_ends(self, request: HttpRequest) -> str:
        now = time.time()
        began = request.session.setdefault(BEGAN, now)
        seen = request.session.get(SEEN, now)
        if now - began > settings.SESSION_COOKIE_AGE:
            return "a working day is over"
        if now - seen > settings.SESSION_IDLE_MINUTES * 60:
            return "nothing happened for a while"
        if SEEN not in request.session or now - seen > SEEN_EVERY:
            request.session[SEEN] = now
        return ""


class TwoStepFirst:
    """Leads whoever must have a second step and has none to set it up (features.md S8)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or _is_open(request):
            return None
        if not must_have_second_step(request.user):
            return None
        messages.warning(request, "Set up a second step of signing in first: it protects families.")
        return redirect("mfa_index")


class UndertakingFirst:
    """Leads everybody who has not accepted the current wording to it, and back afterwards (features.md S8).

    A form that was sent meanwhile is kept for them (`cases.middleware.NothingTypedIsLost`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated or _is_open(request):
            return None
        try:
            waiting = undertaking_to_accept(request.user)
        except Refused as refusal:
            return render(request, "409.html", {"reason": str(refusal)}, status=409)
        if waiting is None:
            return None
        request.waits_for_undertaking = True  # type: ignore[attr-defined]  # ours alone
        page = request.get_full_path() if request.method == "GET" else ""
        return redirect_to_login(page, login_url=reverse("accounts:undertaking"))
