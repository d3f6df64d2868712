"""The page after signing in, and the manager's page about the team."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.kinds import kind_of
from cases.permissions import manages
from cases.queries import my_work as door
from core.charts import Chart, Series, stacked_bar_chart
from core.pages import answer


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for the reader; whoever works only in the admin is led there."""
    user = reader_of(request)
    if not user.has_perm("cases.search_people") and user.has_perm("accounts.enter_admin"):
        return redirect("admin:index")
    work = door.open_my_work(look=look_of(request))
    context = {
        "work": work,
        "to_sign_off": [
            {"entry": one, "url": kind_of(one).address(one)} for one in work.to_sign_off.rows
        ],
        "manages": manages(user),
        "has_role": bool(user.role_names),
    }
    return answer(request, "cases/work.html", context)


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """Who of the team has how much to do."""
    found = door.open_team(look=look_of(request))
    return answer(request, "cases/team.html", {"team": found, "chart": _chart(found)})


def _chart(found: door.Team) -> Chart:
    return stacked_bar_chart(
        key="workload",
        title="Who has how much to do",
        labels=[str(load.worker) for load in found.loads],
        series=[
            Series("Open cases", [load.cases for load in found.loads]),
            Series("Tasks in time", [load.tasks - load.late for load in found.loads]),
            Series("Tasks that are late", [load.late for load in found.loads]),
        ],
    )
