"""Lists of gaps, on a page and as a file."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit.looks import look_of
from cases.queries.gaps import Gap, Gaps, export_gaps, list_gaps
from core.csv import csv_text
from core.pages import answer


@require_safe
def gaps(request: HttpRequest, kind: str = Gap.QUIET) -> HttpResponse:
    """One list of gaps, of all one's services or of one."""
    service = request.GET.get("service", "")
    found = list_gaps(
        look=look_of(request),
        gap=_gap(kind),
        page=request.GET.get("page", 1),
        service=service,
    )
    context = {"found": found, "tabs": _tabs(found, service), "chosen": service}
    return answer(request, "cases/gaps.html", context)


@require_safe
def gaps_file(request: HttpRequest, kind: str) -> HttpResponse:
    """One list of gaps as a file for spreadsheet programs."""
    gap = _gap(kind)
    rows = export_gaps(look=look_of(request), gap=gap, service=request.GET.get("service", ""))
    text = csv_text(
        ("Reference", "Who", "Service", "Gap"),
        [(row.about.reference, row.names, row.service, row.what) for row in rows],
    )
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="gaps-{gap.value}.csv"'},
    )


def _gap(kind: str) -> Gap:
    if kind not in Gap.values:
        raise Http404
    return Gap(kind)


def _tabs(found: Gaps, service: str) -> list[dict[str, object]]:
    narrowed = f"?service={service}" if service else ""
    return [
        {
            "label": f"{gap.label} ({found.counts[gap]})",
            "url": f"{reverse('cases:gaps', args=[gap.value])}{narrowed}",
            "current": gap == found.gap,
        }
        for gap in Gap
    ]
