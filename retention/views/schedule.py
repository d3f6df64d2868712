"""Pages of the schedule: what holds, what is suggested, adopting and ending a row."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.pages import answer, carry_out, sent
from retention import permissions
from retention.actions.schedule import adopt_row, end_row
from retention.certificate import schedule_on_paper
from retention.forms import AdoptForm, Nothing
from retention.models import ScheduleRow
from retention.processing import SCHEDULE_COLUMNS, adopted_schedule
from retention.queries.schedule import open_row, open_schedule
from retention.remains import REMAINS, kind_words, told_of
from retention.suggestions import suggestion_named
from retention.tabs import tabs_for
from retention.views.pages import csv_file, form_page, pdf_file, refuse_unless
from retention.wording import category_words, words_of

ADOPT = "Adopt this row"


@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """What is kept for how long and why; what nobody has adopted yet, and so is never due."""
    found = open_schedule(look=look_of(request))
    user = reader_of(request)
    context = {
        "rows": [(row, words_of(row), category_words(row)) for row in found.rows],
        "suggested": [(one, words_of(one), category_words(one)) for one in found.suggested],
        "ended": found.ended,
        "stays": [(kind_words(kind), told_of(kind)) for kind in REMAINS],
        "may_adopt": permissions.may_adopt(user),
        "tabs": tabs_for(user, "retention:schedule"),
    }
    return answer(request, "retention/schedule.html", context)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """What is adopted, as a spreadsheet (CSV)."""
    open_schedule(look=look_of(request))
    return csv_file(SCHEDULE_COLUMNS, adopted_schedule(), name="retention-schedule.csv")


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """What is adopted, as a tagged PDF."""
    open_schedule(look=look_of(request))
    content = schedule_on_paper(adopted_schedule(), at=timezone.now())
    return pdf_file(content, name="retention-schedule.pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, kind: str) -> HttpResponse:
    """Adopt a row, beginning with a suggestion or with nothing."""
    open_schedule(look=look_of(request))
    suggestion = suggestion_named(kind)
    if suggestion is None and kind != "new":
        raise Http404
    return _adopt(request, asdict(suggestion) if suggestion else {}, title=ADOPT)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Adopt the next version of a row, beginning with what it says now."""
    row = open_row(number, look=look_of(request))
    if row is None:
        raise Http404
    return _adopt(request, model_to_dict(row), title=f"Change “{row.title}”", anew=row)


def _adopt(
    request: HttpRequest, initial: dict[str, Any], *, title: str, anew: ScheduleRow | None = None
) -> HttpResponse:
    refuse_unless(permissions.may_adopt, request)
    form = AdoptForm(sent(request), initial=initial, anew=anew)
    if made := carry_out(form, adopt_row, by=request.user):
        messages.success(request, f"{made} is adopted. It decides from now on.")
        return redirect("retention:schedule")
    return form_page(request, form, title=title, button=ADOPT, back="retention:schedule")


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, number: int) -> HttpResponse:
    """End a row: nothing is due under it any more."""
    row = open_row(number, look=look_of(request))
    refuse_unless(permissions.may_adopt, request)
    if row is None:
        raise Http404
    form = Nothing(sent(request))
    if carry_out(form, end_row, row=row, by=request.user):
        messages.success(request, f"{row} holds no more.")
        return redirect("retention:schedule")
    return form_page(
        request,
        form,
        title=f"End “{row.title}”",
        text="Nothing is due under it from then on. What was proposed under it goes back.",
        button="End this row",
        back="retention:schedule",
        is_final=True,
    )
