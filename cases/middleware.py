"""A form that is sent after the session ended is kept until its writer has signed in again (N2)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from cases.views.unsaved import keep


class NothingTypedIsLost:
    """Before the sign-in page takes over; see `cases.views.unsaved`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or request.user.is_authenticated:
            return None
        return keep(request, view)
