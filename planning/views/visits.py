"""How much the public site is used, as pictures."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit.looks import look_of
from core.charts import Chart, Series, bar_chart, line_chart
from core.pages import answer
from planning.queries.visits import SPANS, open_visits
from website.queries import MOST, Use


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """Pages that are read, people at once by hour, and what browsers say; `?days=` of 30, 90 or 365."""
    asked = request.GET.get("days", "")
    days = next((span for span in SPANS if str(span) == asked), SPANS[0])
    use = open_visits(days=days, look=look_of(request))
    context = {
        "use": use,
        "days": days,
        "spans": SPANS,
        "months": settings.VISITS["months"],
        # The table behind the first picture has them all, if they are few.
        "more_pages": len(use.pages) > MOST,
        "charts": [_popularity(use), _capacity(use), _months(use)],
    }
    return answer(request, "planning/visits.html", context)


def _popularity(use: Use) -> Chart:
    return bar_chart(
        key="pages",
        title="Pages that people read most",
        labels=[page for page, _ in use.pages[:MOST]],
        values=[often for _, often in use.pages[:MOST]],
    )


def _capacity(use: Use) -> Chart:
    return line_chart(
        key="at-once",
        title="Most people at once, by hour of the day",
        labels=[f"{hour}:00" for hour in use.at_once],
        series=[Series("People", list(use.at_once.values()))],
    )


def _months(use: Use) -> Chart:
    return line_chart(
        key="months",
        title="Pages read in each month",
        labels=[month for month, _ in use.by_month],
        series=[Series("Pages", [often for _, often in use.by_month])],
    )
