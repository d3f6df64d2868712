"""The record of processing: a page, and the same as a file."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.csv import csv_text
from core.pages import answer
from retention import permissions
from retention.certificate import record_of_processing
from retention.processing import COLUMNS, processing
from retention.queries.schedule import open_schedule
from retention.tabs import tabs_for
from retention.views.pages import refuse_unless


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is held about whom, how long and how it goes, as the code declares it (UK GDPR Art 30)."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    context = {
        "columns": list(COLUMNS),
        "rows": [one.cells for one in processing()],
        "tabs": tabs_for(reader_of(request), "retention:processing"),
    }
    return answer(request, "retention/processing.html", context)


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same as a tagged PDF."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    response = HttpResponse(
        record_of_processing(processing(), at=timezone.now()), content_type="application/pdf"
    )
    response["Content-Disposition"] = 'attachment; filename="record-of-processing.pdf"'
    return response


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet (CSV)."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    response = HttpResponse(
        csv_text(COLUMNS, (one.cells for one in processing())),
        content_type="text/csv; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="record-of-processing.csv"'
    return response
