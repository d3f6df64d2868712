"""What every request gets before anything else happens to it."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.files.uploads import NamesAsSent


class RequestIdentity:
    """Gives each request a number of our own, which its log entries share.

    The number is made here and never taken from the visitor, who could otherwise file their look under
    somebody else's.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.identity = uuid.uuid4()  # type: ignore[attr-defined]
        request.multipart_parser_class = NamesAsSent  # type: ignore[assignment]
        response = self.get_response(request)
        # Pages about people stay out of every cache between the server and the reader.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
