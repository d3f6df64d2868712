"""Pages of holds, and the switch that stops everything."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Case, Person
from cases.queries.opening import find_person
from core.pages import answer, carry_out, sent
from retention import permissions
from retention.actions import holds as verbs
from retention.forms import BecauseForm, HoldForm, Nothing
from retention.queries import holds as door
from retention.tabs import tabs_for
from retention.views.pages import form_page, refuse_unless
from sar.models import Breach

BACK = "retention:holds"


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """The holds that stand, the one to look at first on top."""
    found = door.list_holds(look=look_of(request))
    user = reader_of(request)
    context = {
        "rows": found.rows,
        "stop": found.stop,
        "may_stop": permissions.may_stop(user),
        "can_start": found.stop is not None and permissions.can_start_again(user, found.stop),
        "tabs": tabs_for(user, BACK),
    }
    return answer(request, "retention/holds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def hold_add(request: HttpRequest) -> HttpResponse:
    """Place a hold on a person, on a case or on a breach."""
    look = look_of(request)
    door.begin_hold(look=look)

    def find(words: str) -> Person | Case | Breach | None:
        return (
            door.find_breach(words, look=look)
            or door.find_visitor(words, look=look)
            or find_person(words, look=look)
            or door.find_case(words, look=look)
        )

    initial = {"reference": request.GET.get("on", "")}
    form = HoldForm(sent(request), find=find, initial=initial)
    if carry_out(form, verbs.place_hold, by=request.user):
        messages.success(
            request, "The hold stands. Nothing of it is destroyed until it is released."
        )
        return redirect(BACK)
    return form_page(request, form, title="Place a hold", button="Place the hold", back=BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def hold_release(request: HttpRequest, number: int) -> HttpResponse:
    """Release a hold, with the reason."""
    found = door.open_hold(number, look=look_of(request))
    form = BecauseForm(sent(request))
    if carry_out(form, verbs.release_hold, hold=found.hold, by=request.user):
        messages.success(request, "The hold is released.")
        return redirect(BACK)
    return form_page(
        request, form, title=f"Release the hold on {found.on}", button="Release it", back=BACK
    )


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest) -> HttpResponse:
    """Stop all destruction at once."""
    door.begin_hold(look=look_of(request))
    refuse_unless(permissions.may_stop, request)
    form = BecauseForm(sent(request))
    if carry_out(form, verbs.stop_everything, by=request.user):
        messages.success(request, "Nothing is destroyed from now on.")
        return redirect(BACK)
    return form_page(
        request, form, title="Stop all destruction", button="Stop it now", back=BACK, is_final=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Let what was approved be destroyed again: somebody else than whoever stopped it."""
    found = door.list_holds(look=look_of(request)).stop
    refuse_unless(permissions.may_stop, request)
    form = Nothing(sent(request))
    if found is None:
        return redirect(BACK)
    if carry_out(form, verbs.start_again, stop=found, by=request.user):
        messages.success(request, "What was approved may be destroyed again.")
        return redirect(BACK)
    return form_page(
        request,
        form,
        title="Allow destruction again",
        text=f"It was stopped by {found.recorded_by}: {found.because}",
        button="Allow it again",
        back=BACK,
    )
