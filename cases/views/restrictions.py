"""What is shown of a restricted record, and going through the entries that others share with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions.restrictions import hold_passages
from cases.forms.restrictions import HoldForm
from cases.queries.restrictions import open_marker, open_to_go_through
from core.pages import answer, carry_out, sent


@require_safe
def person_restricted(request: HttpRequest, reference: str) -> HttpResponse:
    """That a record is restricted, with its alerts and court orders, which protect others."""
    marker = open_marker(reference, look=look_of(request))
    return answer(request, "cases/person_restricted.html", {"marker": marker})


@require_http_methods(["GET", "HEAD", "POST"])
def restriction_entry(request: HttpRequest, reference: str, noun: str, entry: str) -> HttpResponse:
    """Say which passages of an entry about several people are held back for the restricted one."""
    opened = open_to_go_through(reference, noun, entry, look=look_of(request))
    form = HoldForm(sent(request), initial={"passages": "\n".join(opened.proposed)})
    held = carry_out(
        form,
        hold_passages,
        restriction=opened.restriction,
        entry=opened.entry,
        by=reader_of(request),
    )
    if held:
        messages.success(request, f"{entry} shows again, without what is held back.")
        return redirect(opened.restriction)
    return answer(request, "cases/restriction_entry.html", {"opened": opened}, form)
