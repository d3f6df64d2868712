"""Opening a record in an emergency, and the desk on which somebody else says whether it was needed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import Look, look_of
from cases.actions import emergencies as verbs
from cases.forms.emergencies import EmergencyForm, EmergencyReviewForm
from cases.models import EmergencyLook
from cases.permissions import can_end_emergency, can_review_emergency, can_review_looks
from cases.queries import emergencies as door
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Say whose record is needed and what happened; it opens, or the page says whom to call."""
    look = look_of(request)
    calls = door.begin_emergency(look=look)
    form = EmergencyForm(sent(request), initial={"words": request.GET.get("words", "")})
    begun = carry_out(form, _open, look=look)
    if begun:
        messages.success(
            request, "The record is open to you. The Data Protection Officer was told."
        )
        return redirect(begun.person)
    return answer(request, "cases/emergency.html", {"calls": calls}, form)


def _open(*, look: Look, words: str, reason: str) -> EmergencyLook:
    person = door.find_in_emergency(words, look=look)
    return verbs.open_in_emergency(person=person, reason=reason, by=look.by)


@require_safe
def emergency_looks(request: HttpRequest) -> HttpResponse:
    """Emergency looks that wait for a review, or those reviewed, and how often there are any."""
    reviewed = request.GET.get("show") == "reviewed"
    page, rate = door.list_emergencies(
        look=look_of(request), page=request.GET.get("page", 1), reviewed=reviewed
    )
    here = reverse("cases:emergencies")
    tabs = [
        {"label": "To be reviewed", "url": here, "current": not reviewed},
        {"label": "Reviewed", "url": f"{here}?show=reviewed", "current": reviewed},
    ]
    context = {"page": page, "rate": rate, "tabs": tabs, "today": timezone.localdate()}
    return answer(request, "cases/emergency_looks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def emergency_look(request: HttpRequest, reference: str) -> HttpResponse:
    """One emergency look: what happened, what was seen by it, and whether it was needed."""
    found, reader = door.open_emergency(reference, look=look_of(request)), reader_of(request)
    form = EmergencyReviewForm(sent(request))
    if carry_out(form, verbs.review_emergency, emergency=found.look, by=reader):
        messages.success(request, "What you found is written down.")
        return redirect("cases:emergencies")
    context = {
        "found": found,
        "one": found.look,
        "can_end": can_end_emergency(reader, found.look),
        "can_review": can_review_emergency(reader, found.look),
        "reviews": can_review_looks(reader),
    }
    return answer(request, "cases/emergency_look.html", context, form)


@require_POST
def emergency_end(request: HttpRequest, reference: str) -> HttpResponse:
    """End it before its time."""
    found = door.open_emergency(reference, look=look_of(request))
    verbs.end_emergency(emergency=found.look, by=reader_of(request))
    messages.success(request, f"{found.look} is over: the record is closed again.")
    return redirect(found.look)
