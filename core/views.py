"""Answers to what went wrong: each says what happened, that nothing was half-written, and what to do."""

import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string

from core.organisation import ORGANISATION


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where more was sent than one form may hold."""
    too_big = isinstance(exception, RequestDataTooBig)
    if said := _said(request, 413 if too_big else 400, "This was too much, or not as it must be."):
        return said
    if too_big:
        limit = filesizeformat(
            getattr(
                exception, "limit", settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            )  # a file's, or a form's
        )
        return _without_database("413.html", status=413, limit=limit)
    return _without_database("400.html", status=400)


# Programs are answered in JSON, whatever went wrong.
FOR_PROGRAMS = "/api/v1/"


# What a form carries beside what somebody typed; and what must not stand on a page as it was typed.
NOT_TYPED = ("csrfmiddlewaretoken", "token", "stamp", "version", "next", "code")
SECRET = ("password", "passphrase", "secret")
A_WORD = re.compile(r"[^\W\d_]|\d{6}|\d[ +]")
# The name of a choice ("not_asked"), which nobody typed.
A_CHOICE = re.compile(r"[a-z]+(_[a-z]+)+")
A_NUMBER_OF_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """What whoever is signed in typed into the form that is refused, to be copied: out of what they sent and
    nowhere else, and the same whether the record is there or not. By the name of the question; numbers of
    choices and the like are left out.
    """
    user = getattr(request, "user", None)
    # Without a page of ours nobody has looked yet whether the form is ours.
    if request.method != "POST" or request.resolver_match is None or user is None:
        return []
    if not user.is_authenticated:
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value.strip())
        for name, values in request.POST.lists()
        if name not in NOT_TYPED and not any(word in name for word in SECRET)
        for value in values
        if A_WORD.search(value)
        and not A_NUMBER_OF_OURS.fullmatch(value)
        and not A_CHOICE.fullmatch(value)
    ]


def _said(request: HttpRequest, status: int, sentence: str) -> HttpResponse | None:
    """The answer for a program; None where a person asks, who gets a page."""
    if not request.path.startswith(FOR_PROGRAMS):
        return None
    return JsonResponse({"error": sentence, "fields": {}}, status=status)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: it is there, but not for this role, or not now."""
    if said := _said(request, 403, str(exception)):
        return said
    context = {
        "reason": str(exception),
        "leads_to": getattr(exception, "leads_to", ""),
        "typed": typed_in(request),
    }
    return render(request, "403.html", context, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: for this visitor it does not exist; nothing tells whether it does for another."""
    if said := _said(request, 404, "There is no such record, or it is not yours to see."):
        return said
    return render(request, "404.html", {"typed": typed_in(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: drawn without database and without whoever is signed in, either may be what broke."""
    if said := _said(request, 500, "Something broke. Nothing was half-written; try again."):
        return said
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
    if said := _said(request, 503, "The log cannot be written, so nothing is shown. Try again."):
        return said
    return _without_database("503.html", status=503)


def _without_database(template: str, *, status: int, **context: str) -> HttpResponse:
    return HttpResponse(
        render_to_string(template, {"organisation": ORGANISATION, **context}), status=status
    )
