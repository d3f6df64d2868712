"""The pages on which it is written down that somebody has died, and that it was a mistake."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.looks import look_of
from cases import permissions
from cases.actions.deaths import record_death, take_back_death
from cases.forms.deaths import DeathForm, LivesForm
from cases.queries.people import open_person
from cases.views.people import form_page
from core.pages import carry_out, sent

BACK = "cases:person-safety"


@require_http_methods(["GET", "HEAD", "POST"])
def death(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody has died."""
    today = timezone.localdate()
    one = open_person(reference, look=look_of(request), may=permissions.can_change_basics).person
    form = DeathForm(sent(request), on=today)
    if carry_out(form, record_death, person=one, on=today, by=request.user):
        messages.success(request, "It is written down. Nothing is sent to them any more.")
        return redirect(BACK, reference)
    return form_page(request, one, form, heading="They have died", back=BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def lives(request: HttpRequest, reference: str) -> HttpResponse:
    """That they had died was a mistake."""
    one = open_person(reference, look=look_of(request), may=permissions.can_change_basics).person
    form = LivesForm(sent(request))
    if carry_out(form, take_back_death, person=one, by=request.user):
        messages.success(request, "It is taken back. They can be reached again.")
        return redirect(BACK, reference)
    return form_page(request, one, form, heading="That they died was a mistake", back=BACK)
