"""Pages of what people asked to be erased: which requests wait, and putting one before the engine."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.dates import plural
from core.pages import answer, carry_out, sent
from retention.actions.erasures import take_up
from retention.forms import Nothing
from retention.queries import proposals as door
from retention.tabs import tabs_for
from retention.views.pages import form_page


@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """The requests of which something approved is here still."""
    rows = door.list_erasures(look=look_of(request))
    tabs = tabs_for(reader_of(request), "retention:erasures")
    return answer(request, "retention/erasures.html", {"rows": rows, "tabs": tabs})


@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest, reference: str) -> HttpResponse:
    """Put what was approved for one request before the engine."""
    found = door.open_erasure(reference, look=look_of(request))
    form = Nothing(sent(request))
    if made := carry_out(form, take_up, request=found.request, by=request.user):
        messages.success(request, "Taken up. Rehearse it next: nothing was erased yet.")
        return redirect(made[0] if len(made) == 1 else "retention:proposals")
    return form_page(
        request,
        form,
        title=f"Erase what was approved for {reference}",
        text=f"{plural(found.count, 'item')} approved, one by one, by a second person. They go the way of "
        "everything that is destroyed: rehearsed, waited for, searched for, certified.",
        button="Take it up",
        back="retention:erasures",
    )
