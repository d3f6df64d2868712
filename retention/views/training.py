"""Pages of the register of trainings: the officer writes it, everybody reads their own."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from core.pages import answer, carry_out, sent
from retention.actions.training import record_training, strike_out
from retention.forms import Nothing, TrainingForm
from retention.queries.papers import open_file
from retention.queries.training import (
    COLUMNS,
    find_training,
    open_own,
    register_as_rows,
)
from retention.views.pages import csv_file, form_page


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """One's own trainings and undertaking."""
    found = open_own(look=look_of(request))
    return answer(request, "retention/my_training.html", {"own": found})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Write a training down; beginning with the one it follows, where the address names one."""
    look = look_of(request)
    open_file(look=look)
    after = request.GET.get("after", "")
    initial: dict[str, object] = {"what": "Data protection and confidentiality"}
    if after.isascii() and after.isdecimal():
        before = find_training(int(after), look=look)
        initial = {"user": before.user_id, "what": before.what}
    form = TrainingForm(sent(request), initial=initial)
    if made := carry_out(form, record_training, by=request.user):
        messages.success(request, f"{made} is in the register.")
        return redirect("retention:papers")
    return form_page(
        request,
        form,
        title="A training that was done",
        button="Write it down",
        back="retention:papers",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def strike(request: HttpRequest, number: int) -> HttpResponse:
    """Strike out a training that was written down by mistake."""
    look = look_of(request)
    open_file(look=look)
    found = find_training(number, look=look)
    form = Nothing(sent(request))
    if carry_out(form, strike_out, training=found, by=request.user):
        messages.success(request, "It is struck out.")
        return redirect("retention:papers")
    return form_page(
        request,
        form,
        title=f"Strike out “{found}”",
        text="It stays in the database, and counts no more. Whatever training they did before counts again.",
        button="Strike it out",
        back="retention:papers",
    )


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The register as a spreadsheet (CSV)."""
    rows = register_as_rows(open_file(look=look_of(request)).register)
    return csv_file(COLUMNS, rows, name="training-and-undertakings.csv")
