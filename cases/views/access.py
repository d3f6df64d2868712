"""Access with an end: the list, giving it, and ending it early."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from accounts.views import SOON
from audit.looks import look_of
from cases.actions import access as verbs
from cases.forms.access import AccessForm
from cases.models import Access
from cases.permissions import can_give_access
from cases.queries import access as door
from core.dates import plain
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """What ends when: what one was given, and for whoever gives it what others were given."""
    ended = request.GET.get("show") == "ended"
    user, today, here = reader_of(request), timezone.localdate(), reverse("cases:access")
    context = {
        "rows": door.list_access(look=look_of(request), ended=ended),
        "ended": ended,
        "gives": can_give_access(user),
        "soon": today + SOON,
        "tabs": [
            {"label": "Now and to come", "url": here, "current": not ended},
            {"label": "Over", "url": f"{here}?show=ended", "current": ended},
        ],
    }
    return answer(request, "cases/access.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def access_add(request: HttpRequest) -> HttpResponse:
    """Give somebody access with an end."""
    services, colleagues = door.begin_access(look=look_of(request))
    form = AccessForm(
        sent(request), services=services, colleagues=colleagues, by=reader_of(request)
    )
    if given := carry_out(form, _give, by=request.user):
        messages.success(request, f"{given.user} has access from {plain(given.since)}.")
        return redirect("cases:access")
    return answer(request, "cases/access_add.html", {}, form)


def _give(
    *,
    kind: str,
    whole: Any,
    colleague: Any,
    drawn_from: Any,
    size: Any,
    references: str,
    **given: Any,
) -> Access:
    """The verb of the kind that was chosen."""
    if kind == Access.Kind.COVER:
        return verbs.give_cover(colleague=colleague, **given)
    if kind == Access.Kind.SAMPLE and references:
        return verbs.choose_sample(service=drawn_from, references=references, **given)
    if kind == Access.Kind.SAMPLE:
        return verbs.give_sample(service=drawn_from, size=size, **given)
    return verbs.give_service(service=whole, **given)


@require_POST
def access_end(request: HttpRequest) -> HttpResponse:
    """End it before its last day; the button sends which."""
    ending = door.access_to_end(request.POST.get("access", ""), by=reader_of(request))
    if ending is None:
        raise Refused("It is ended already, or it is not yours to end.")
    verbs.end_access(access=ending, by=reader_of(request))
    messages.success(request, f"The access of {ending.user} is ended.")
    return redirect("cases:access")
