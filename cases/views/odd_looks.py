"""The list of looks that want an explanation, and the page on which it is given."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from cases.actions.odd_looks import review_look
from cases.forms.odd_looks import ReviewForm
from cases.odd import EXPLANATIONS, OddKind
from cases.queries import odd_looks as door
from cases.queries.homes import how_many_gave_their_home
from core.pages import answer, carry_out, sent


@require_safe
def odd_looks(request: HttpRequest) -> HttpResponse:
    """Odd looks that wait for somebody to say what they were, or those reviewed."""
    reviewed = request.GET.get("show") == "reviewed"
    page, rows = door.list_odd_looks(
        look=look_of(request), page=request.GET.get("page", 1), reviewed=reviewed
    )
    here = reverse("cases:odd-looks")
    tabs = [
        {"label": "Waiting", "url": here, "current": not reviewed},
        {"label": "Reviewed", "url": f"{here}?show=reviewed", "current": reviewed},
    ]
    given, of = how_many_gave_their_home()
    context = {"page": page, "rows": rows, "tabs": tabs, "given": given, "of": of}
    return answer(request, "cases/odd_looks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def odd_look(request: HttpRequest, reference: str) -> HttpResponse:
    """Say what one odd look was."""
    odd = door.open_odd_look(reference, look=look_of(request))
    form = ReviewForm(sent(request))
    if carry_out(form, review_look, odd=odd, by=request.user):
        messages.success(request, f"What {odd} was is written down.")
        return redirect("cases:odd-looks")
    context = {"odd": odd, "why": EXPLANATIONS[OddKind(odd.kind)]}
    return answer(request, "cases/odd_look.html", context, form)
