"""Pictures of what falls due, what is kept and why, and what was destroyed."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.charts import Chart, Series, bar_chart, stacked_bar_chart
from core.pages import answer
from retention.queries.figures import (
    ANONYMOUS_COLUMNS,
    Figures,
    export_anonymous,
    open_figures,
)
from retention.tabs import tabs_for
from retention.views.pages import csv_file


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Each picture with its table behind it."""
    found = open_figures(look=look_of(request), on=timezone.localdate())
    context = {
        "charts": _charts(found),
        "anonymous": found.anonymous,
        "tabs": tabs_for(reader_of(request), "retention:figures"),
    }
    return answer(request, "retention/figures.html", context)


@require_safe
def anonymous_file(request: HttpRequest) -> HttpResponse:
    """What stays of records that were made anonymous, as a spreadsheet (CSV)."""
    rows = export_anonymous(look=look_of(request))
    return csv_file(ANONYMOUS_COLUMNS, rows, name="anonymous-records.csv")


def _charts(found: Figures) -> list[Chart]:
    return [
        _bars("due", "Records whose time is over, by year", found.due),
        _bars("without-a-day", "Records without a day, and why", found.without_a_day),
        _bars("held", "What is held, and why", found.held),
        stacked_bar_chart(
            key="destroyed",
            title="Proposals destroyed and not destroyed, by quarter",
            labels=list(found.destroyed),
            series=[
                Series("Destroyed", list(found.destroyed.values())),
                Series("Not destroyed", list(found.not_destroyed.values())),
            ],
        ),
    ]


def _bars(key: str, title: str, counts: dict[str, int]) -> Chart:
    return bar_chart(key=key, title=title, labels=list(counts), values=list(counts.values()))
