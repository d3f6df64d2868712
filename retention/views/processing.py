"""The record of processing: a page, and the same as a file."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.pages import answer
from retention import permissions
from retention.certificate import data_map_on_paper, record_of_processing
from retention.processing import (
    COLUMNS,
    MAP_COLUMNS,
    MAPPED_COLUMNS,
    adopted_rows,
    data_map,
    data_map_by_table,
    processing,
)
from retention.queries.schedule import open_schedule
from retention.tabs import tabs_for
from retention.views.pages import csv_file, pdf_file, refuse_unless


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is held about whom, how long and how it goes, as the code declares it (UK GDPR Art 30)."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    context = {
        "columns": list(COLUMNS),
        "rows": [one.cells for one in processing(adopted_rows())],
        "tabs": tabs_for(reader_of(request), "retention:processing"),
    }
    return answer(request, "retention/processing.html", context)


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """The same as a tagged PDF."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    content = record_of_processing(processing(adopted_rows()), at=timezone.now())
    return pdf_file(content, name="record-of-processing.pdf")


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet (CSV)."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    cells = (one.cells for one in processing(adopted_rows()))
    return csv_file(COLUMNS, cells, name="record-of-processing.csv")


@require_safe
def map_page(request: HttpRequest) -> HttpResponse:
    """The data map: every column of every table, what it holds and how it goes."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    context = {
        "columns": list(MAPPED_COLUMNS),
        "tables": data_map_by_table(),
        "tabs": tabs_for(reader_of(request), "retention:processing"),
    }
    return answer(request, "retention/data_map.html", context)


@require_safe
def map_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a tagged PDF."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    content = data_map_on_paper(data_map_by_table(), at=timezone.now())
    return pdf_file(content, name="data-map.pdf")


@require_safe
def map_file(request: HttpRequest) -> HttpResponse:
    """Every column of every table, with what it holds and how it goes (CSV)."""
    open_schedule(look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    return csv_file(MAP_COLUMNS, data_map(), name="data-map.csv")
