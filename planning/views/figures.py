"""Pages of released figures."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from audit.verbs import Verb
from core.charts import Series, line_chart
from core.pages import answer, carry_out, sent
from funding.quarters import quarter_named
from planning.actions import figures as verbs
from planning.files import as_csv, as_open_document, as_pdf, as_spreadsheet
from planning.forms.figures import CorrectForm
from planning.pictures import with_pictures
from planning.queries import figures as door

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_DOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
FORMS: dict[str, tuple[str, Callable[..., str | bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": (SPREADSHEET, as_spreadsheet),
    "ods": (OPEN_DOCUMENT, as_open_document),
    "pdf": ("application/pdf", as_pdf),
}


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The quarters that have been released."""
    found = door.open_quarters(look=look_of(request))
    return answer(request, "planning/figures.html", {"found": found})


@require_safe
def release(request: HttpRequest, quarter: str, version: int) -> HttpResponse:
    """One release: every measure with its definition, pictures and tables; `?rounded=1` rounds them."""
    found = door.open_release(quarter_named(quarter), version, look=look_of(request))
    figures = found.release.figures.rounded() if _rounds(request) else found.release.figures
    context = {
        "found": found,
        "figures": figures,
        "measures": with_pictures(figures),
        "rounds": _rounds(request),
    }
    return answer(request, "planning/release.html", context)


@require_safe
def year(request: HttpRequest, number: int) -> HttpResponse:
    """A year of what can be added up, from its released quarters."""
    found = door.open_year(number, look=look_of(request))
    measures = [
        (
            measure,
            line_chart(
                key=measure.key,
                title=f"{measure.title}, quarter by quarter",
                labels=found.short,
                series=[Series("In all", tables[0].together)],
            ),
            tables,
        )
        for measure, tables in found.measures
    ]
    return answer(request, "planning/year.html", {"year": found, "measures": measures})


@require_safe
def release_file(request: HttpRequest, quarter: str, version: int, form: str) -> HttpResponse:
    """One release as a file: csv, xlsx, ods or pdf; `?rounded=1` rounds its figures."""
    if form not in FORMS:
        raise Http404("Figures are taken out as csv, xlsx, ods or pdf.")
    found = door.open_release(
        quarter_named(quarter), version, look=look_of(request), verb=Verb.FIGURES_TAKEN
    ).release
    kind, write = FORMS[form]
    rounded = "-rounded" if _rounds(request) else ""
    name = f'attachment; filename="figures-{found.quarter.key}-version-{version}{rounded}.{form}"'
    return HttpResponse(
        write(found, rounded=_rounds(request)), kind, headers={"Content-Disposition": name}
    )


@require_POST
def release_figures(request: HttpRequest, quarter: str) -> HttpResponse:
    """Release a quarter that has ended."""
    door.begin_release(look=look_of(request))
    named = quarter_named(quarter)
    if named is None:
        raise Http404("No such quarter.")
    today = timezone.localdate()
    made = verbs.release_figures(quarter=named, on=today, by=reader_of(request))
    messages.success(request, f"The figures of {named} are released. They do not change any more.")
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_figures(request: HttpRequest, quarter: str) -> HttpResponse:
    """Make a new version of a quarter's figures, with the reason."""
    newest = door.begin_correction(quarter_named(quarter), look=look_of(request))
    form = CorrectForm(sent(request))
    made = carry_out(form, verbs.correct_figures, quarter=newest.quarter, by=request.user)
    if made:
        messages.success(request, f"{made} is released. The earlier ones stay.")
        return redirect(made)
    return answer(request, "planning/correct.html", {"release": newest}, form)


def _rounds(request: HttpRequest) -> bool:
    return request.GET.get("rounded") == "1"
