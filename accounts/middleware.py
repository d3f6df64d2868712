"""Nobody opens a record before accepting the confidentiality undertaking."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.queries import undertaking_to_accept
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
    }
)


class UndertakingFirst:
    """Leads everybody who has not accepted the current wording to it (features.md S8)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not request.user.is_authenticated:
            return None
        if match.view_name in OPEN_NAMES or OPEN_NAMESPACES.intersection(match.namespaces):
            return None
        try:
            waiting = undertaking_to_accept(request.user)
        except Refused as refusal:
            return render(request, "409.html", {"reason": str(refusal)}, status=409)
        if waiting is None:
            return None
        return redirect("accounts:undertaking")
