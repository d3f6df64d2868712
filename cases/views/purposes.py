"""The question that comes before a record which is not one's own work."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from audit.looks import look_of
from cases.actions.purposes import state_purpose
from cases.forms.purposes import WhyForm
from cases.permissions import is_asked_why
from cases.queries.people import gather
from cases.queries.purposes import begin_why
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def person_why(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why; then lead to the page that was asked for. Nothing of the person is shown yet."""
    look = look_of(request)
    person = gather(reference, look=look, may=is_asked_why).person
    task = begin_why(person, look=look)
    form = WhyForm(sent(request), initial={"purpose": task.value})
    if carry_out(form, state_purpose, person=person, by=request.user):
        return redirect(_asked_for(request, reference))
    return answer(request, "cases/why.html", {"reference": reference}, form)


def _asked_for(request: HttpRequest, reference: str) -> str:
    """The page that led here, of our own pages only; else the record."""
    page = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else reverse("cases:person", args=[reference])
