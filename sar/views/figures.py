"""The pages of figures about requests, and about complaints and mistakes."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.looks import look_of
from core.charts import Chart, Series, stacked_bar_chart
from core.pages import answer
from sar.kinds import Kind
from sar.models import Breach, Complaint
from sar.queries import complaint_figures as complained
from sar.queries.figures import Quarter, open_figures


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Received, on time, days taken, outcomes and reasons for lateness, by quarter."""
    quarters = open_figures(look=look_of(request), on=timezone.localdate())
    charts = [_in_time(quarters), _kinds(quarters)] if quarters else []
    return answer(request, "sar/figures.html", {"quarters": quarters, "charts": charts})


def _in_time(quarters: list[Quarter]) -> Chart:
    return stacked_bar_chart(
        key="in-time",
        title="Answered in time, late, and still open",
        labels=[one.name for one in quarters],
        series=[
            Series("Answered in time", [one.on_time for one in quarters]),
            Series("Answered late", [one.late for one in quarters]),
            Series("Open and late", [one.late_open for one in quarters]),
            Series("Open, in time", [one.running for one in quarters]),
        ],
    )


def _kinds(quarters: list[Quarter]) -> Chart:
    return stacked_bar_chart(
        key="kinds",
        title="What was asked for",
        labels=[one.name for one in quarters],
        series=[Series(kind.label, [one.kinds[kind.label] for one in quarters]) for kind in Kind],
    )


@require_safe
def complaint_figures(request: HttpRequest) -> HttpResponse:
    """Complaints, compliments and mistakes, and what became of them, by quarter."""
    quarters = complained.open_figures(look=look_of(request), on=timezone.localdate())
    charts = [_complaints(quarters), _breaches(quarters)] if quarters else []
    return answer(request, "sar/complaint_figures.html", {"quarters": quarters, "charts": charts})


def _complaints(quarters: list[complained.Quarter]) -> Chart:
    return stacked_bar_chart(
        key="complaints",
        title="Complaints and compliments",
        labels=[one.name for one in quarters],
        series=[
            Series(kind.label, [one.kinds[kind.value] for one in quarters])
            for kind in Complaint.Kind
        ],
    )


def _breaches(quarters: list[complained.Quarter]) -> Chart:
    risks = [("", "Risk not decided yet"), *((risk.value, risk.label) for risk in Breach.Risk)]
    return stacked_bar_chart(
        key="breaches",
        title="Mistakes with personal data, by their risk",
        labels=[one.name for one in quarters],
        series=[
            Series(label.partition(":")[0], [one.breaches[value] for one in quarters])
            for value, label in risks
        ],
    )
