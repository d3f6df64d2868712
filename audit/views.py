"""The desk of the log: pages of it, one entry, and the file to take away."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.forms import LogForm
from audit.looks import look_of
from audit.models import Entry
from audit.queries import (
    EVERYTHING,
    open_entry,
    purpose_in_words,
    read_log,
    record_in_words,
    reference_of,
    take_log,
)
from core.csv import csv_lines
from core.pages import answer

HEADINGS = (
    "Number",
    "When",
    "Who",
    "Roles",
    "What",
    "Kind",
    "About whom",
    "Record",
    "Why",
    "Follows from",
    "Address",
    "Request",
)
PLACES = ("before", "after")


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The log, the latest first, as far as the filter lets it through."""
    form = LogForm(request.GET)
    asked = form.asked()
    before, after = (_number(request.GET.get(place, "")) for place in PLACES)
    page = read_log(asked or EVERYTHING, look=look_of(request), before=before, after=after)
    context = {
        "page": page,
        "filter": form,
        "selected": _selected(form, request.GET),
        "url": reverse("audit:log"),
        "csv": f"{reverse('audit:log-csv')}?{_but(request.GET, *PLACES)}",
        "newer": f"?{_but(request.GET, *PLACES, after=page.newer)}" if page.newer else "",
        "older": f"?{_but(request.GET, *PLACES, before=page.older)}" if page.older else "",
    }
    shown = answer(request, "audit/log.html", context)
    shown.status_code = HTTPStatus.OK if asked else HTTPStatus.UNPROCESSABLE_ENTITY
    return shown


@require_safe
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """One entry, with everything that is kept of it."""
    return answer(request, "audit/entry.html", {"one": open_entry(number, look=look_of(request))})


@require_safe
def log_csv(request: HttpRequest) -> HttpResponseBase:
    """The entries that fit, as a file; sent while it is read, however long it is."""
    form = LogForm(request.GET)
    asked = form.asked()
    if asked is None:
        return log(request)
    entries = take_log(asked, look=look_of(request))
    name = f"log-{timezone.localdate():%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        csv_lines(HEADINGS, _rows(entries)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(entries: Iterator[Entry]) -> Iterator[tuple[Any, ...]]:
    for one in entries:
        yield (
            one.pk,
            timezone.localtime(one.at).isoformat(sep=" ", timespec="seconds"),
            one.by,
            one.by_roles,
            one.words,
            one.action,
            " ".join(reference_of(number) for number in one.people),
            record_in_words(one),
            purpose_in_words(one),
            one.because,
            one.address,
            one.request,
        )


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def _selected(form: LogForm, query: QueryDict) -> list[dict[str, str]]:
    """The filters in use, each with the address that takes it away."""
    chosen = []
    for name, value in form.cleaned_data.items():
        if value:
            question = form.fields[name]
            said = dict(getattr(question, "choices", ())).get(value) or form[name].value()
            if name in {"since", "until"}:
                said = f"{value:%-d %B %Y}"
            away = _but(query, name, *(f"{name}_{part}" for part in range(3)), *PLACES)
            chosen.append({"text": f"{question.label}: {said}", "url": f"?{away}"})
    return chosen


def _but(query: QueryDict, *names: str, **more: int | None) -> str:
    """The filter of the page without `names`, and with `more`."""
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    for name, value in more.items():
        kept[name] = str(value)
    return kept.urlencode()
