"""Answers to what went wrong: each says what happened, that nothing was half-written, and what to do."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string

from core.organisation import ORGANISATION


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where more was sent than one form may hold."""
    if isinstance(exception, RequestDataTooBig):
        limit = filesizeformat(
            getattr(
                exception, "limit", settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            )  # a file's, or a form's
        )
        return _without_database("413.html", status=413, limit=limit)
    return _without_database("400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: it is there, but not for this role, or not now."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: for this visitor it does not exist; nothing tells whether it does for another."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without database and without whoever is signed in, either may be what broke."""
    return _without_database("500.html", status=500)


def closed(request: HttpRequest) -> HttpResponse:
    """404 for a page of a library that would show names without an entry in the log."""
    raise Http404


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that is too old or came from elsewhere; `reason` is for programmers."""
    sentence = "This form was open for too long, or did not come from our own pages."
    return _without_database("403.html", status=403, reason=sentence)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503: the look could not be written in the log, or the database is away; nothing is shown."""
    return _without_database("503.html", status=503)


def _without_database(template: str, *, status: int, **context: str) -> HttpResponse:
    return HttpResponse(
        render_to_string(template, {"organisation": ORGANISATION, **context}), status=status
    )
