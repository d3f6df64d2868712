"""The register of destructions, and the certificate of each run."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.pages import answer
from retention.certificate import certificate_of
from retention.queries import proposals as door
from retention.tabs import tabs_for


@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Every run of the destruction, the latest first."""
    rows = door.list_runs(look=look_of(request), page=request.GET.get("page", 1))
    tabs = tabs_for(reader_of(request), "retention:runs")
    return answer(request, "retention/runs.html", {"page": rows, "tabs": tabs})


@require_safe
def run(request: HttpRequest, reference: str) -> HttpResponse:
    """What a run destroyed, and what it did not and why."""
    record = door.open_run(reference, look=look_of(request))
    return answer(request, "retention/run.html", {"record": record})


@require_safe
def certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """The certificate as a file: numbers, rules, hashes and who decided, and none of whom it was about."""
    record = door.open_run(reference, look=look_of(request))
    response = HttpResponse(certificate_of(record), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="certificate-{record.run}.pdf"'
    return response
