"""Pages of uses with names."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.pages import answer, carry_out, sent
from planning.actions import uses as verbs
from planning.forms.uses import AskUseForm, DecideUseForm
from planning.queries import uses as door
from planning.with_names import as_file


@require_safe
def uses(request: HttpRequest) -> HttpResponse:
    """What was asked for and what became of it."""
    return answer(request, "planning/uses.html", {"uses": door.list_uses(look=look_of(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def use_ask(request: HttpRequest) -> HttpResponse:
    """Ask for a use with names."""
    door.begin_use(look=look_of(request))
    form = AskUseForm(sent(request))
    made = carry_out(form, verbs.ask_use, on=timezone.localdate(), by=reader_of(request))
    if made:
        messages.success(request, f"{made} waits for the Data Protection Officer’s decision.")
        return redirect(made)
    return answer(request, "planning/use_ask.html", {}, form)


@require_safe
def use(request: HttpRequest, reference: str) -> HttpResponse:
    """One use, its people, and what can be done now."""
    found = door.open_use(reference, look=look_of(request))
    return answer(request, "planning/use.html", {"found": found}, DecideUseForm())


@require_POST
def use_decide(request: HttpRequest, reference: str) -> HttpResponse:
    """Approve or refuse; the button says which."""
    asked = door.begin_change(reference, look=look_of(request))
    form = DecideUseForm(request.POST)
    carry_out(
        form,
        verbs.decide_use,
        use=asked,
        approve="approve" in request.POST,
        on=timezone.localdate(),
        by=reader_of(request),
    )
    if not form.errors:
        messages.success(request, f"{asked} is {asked.get_status_display().lower()}.")
        return redirect(asked)
    found = door.open_use(reference, look=look_of(request))
    return answer(request, "planning/use.html", {"found": found}, form)


@require_POST
def use_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Nothing is taken out any more."""
    asked = door.begin_change(reference, look=look_of(request))
    verbs.end_use(use=asked, by=reader_of(request))
    messages.success(request, f"{asked} is ended.")
    return redirect(asked)


@require_safe
def use_file(request: HttpRequest, reference: str) -> HttpResponse:
    """What was allowed, as a file."""
    taken, people = door.take_use(reference, look=look_of(request))
    text = as_file(taken, people, on=timezone.localdate())
    name = f'attachment; filename="{taken.reference}.csv"'
    return HttpResponse(text, "text/csv; charset=utf-8", headers={"Content-Disposition": name})
