"""A first meeting on one screen, and what each service asks at it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.looks import look_of
from consent.actions.first_meetings import hold_first_meeting, set_first_asked
from consent.forms.first_meetings import FirstAskedForm, FirstMeetingForm
from consent.queries import first_meetings as door
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def meet(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose with whom the meeting was (`?with=`); then the notice and every answer, sent once."""
    meeting = door.open_meeting(
        reference, look=look_of(request), with_whom=request.GET.get("with", "")
    )
    if meeting.asking is None:
        return answer(request, "consent/first_meeting_with.html", {"meeting": meeting})
    person = meeting.asking.person
    form = FirstMeetingForm(
        sent(request), meeting=meeting, asking=meeting.asking, on=timezone.localdate()
    )
    if carry_out(form, hold_first_meeting, person=person, by=request.user):
        messages.success(request, f"The meeting with {person} is written down.")
        if len(meeting.people) == 1:
            return redirect("consent:person", person.reference)
        return redirect("consent:first-meeting", reference)
    return answer(request, "consent/first_meeting.html", {"meeting": meeting}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def first_asked(request: HttpRequest) -> HttpResponse:
    """The DPO says for which consents each service asks at a first meeting."""
    look = door.sets_first_asked(look_of(request))
    form = FirstAskedForm(sent(request), asked=door.first_asked())
    if carry_out(form, set_first_asked, by=look.by) is not None:
        messages.success(request, "It holds from the next meeting on.")
        return redirect("consent:notices")
    return answer(request, "consent/first_asked.html", {}, form)
