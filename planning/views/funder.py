"""Pages and files of what is reported to a funder."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit.looks import look_of
from core.pages import answer
from funding.quarters import quarter_named
from planning.funder import Report
from planning.funder_files import (
    SAYS,
    report_as_csv,
    report_as_ods,
    report_as_pdf,
    report_as_xlsx,
    why_not_shown,
)
from planning.pictures import quarter_by_quarter
from planning.queries import funder as door
from planning.views.figures import FORMS

WRITES: dict[str, Callable[[Report], str | bytes]] = {
    "csv": report_as_csv,
    "xlsx": report_as_xlsx,
    "ods": report_as_ods,
    "pdf": report_as_pdf,
}


@require_safe
def reports(request: HttpRequest, reference: str) -> HttpResponse:
    """What each released quarter shows of a contract, with a picture and the files."""
    found = door.open_reports(reference, look=look_of(request))
    context = {
        "found": found,
        "chart": quarter_by_quarter(found.reports),
        "says": SAYS,
        "why": why_not_shown(found.reports[0].threshold) if found.reports else "",
    }
    return answer(request, "planning/funder.html", context)


@require_safe
def report_file(
    request: HttpRequest, reference: str, quarter: str, version: int, form: str
) -> HttpResponse:
    """The report of one release as a file: csv, xlsx, ods or pdf."""
    if form not in WRITES:
        raise Http404("Reports are taken out as csv, xlsx, ods or pdf.")
    found = door.take_report(reference, quarter_named(quarter), version, look=look_of(request))
    kind, _ = FORMS[form]
    name = f"{reference}-{found.release.quarter.key}-version-{version}.{form}"
    return HttpResponse(
        WRITES[form](found), kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
