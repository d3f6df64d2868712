"""Pages of complaints, and the one on which any member of staff reports a mistake."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.queries import reader_of
from audit.looks import look_of
from cases.queries.opening import find_person
from core.errors import Refused
from core.pages import answer, carry_out, sent
from sar.actions.breaches import report
from sar.actions.complaints import add_step, record_complaint
from sar.complaint_letters import letters_about, owed_for
from sar.desk_permissions import can_work_complaint, may_write_of_complaints, who_works_on
from sar.forms.rights import ComplaintForm, MistakeForm, step_form
from sar.permissions import may_open
from sar.queries import complaints as door


@require_http_methods(["GET", "HEAD", "POST"])
def complaint_add(request: HttpRequest) -> HttpResponse:
    """Write down a complaint or a compliment, whatever way it came."""
    look, user = look_of(request), reader_of(request)
    door.begin_complaint(look=look)
    form = ComplaintForm(
        sent(request),
        find=lambda words: find_person(words, look=look),
        find_request=lambda words: door.find_request(words, by=user),
        initial={
            "received_on": timezone.localdate(),
            "person": request.GET.get("person", ""),
            "request": request.GET.get("request", ""),
        },
    )
    if made := carry_out(form, record_complaint, by=user):
        messages.success(
            request,
            f"{made.reference} is recorded, and those who work on it are told."
            if who_works_on(made)
            else f"{made.reference} is recorded. Today nobody is there who may work on it: whoever gives roles is told.",
        )
        return redirect(made)
    return answer(request, "sar/complaint_add.html", {}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def complaint(request: HttpRequest, reference: str) -> HttpResponse:
    """One complaint: what was said, who looks into it and what they found, letters, and how it ended."""
    opened = door.open_complaint(reference, look=look_of(request))
    user = reader_of(request)
    works = can_work_complaint(user, opened)
    if request.method == "POST" and not works:
        raise Refused("This complaint is closed, or it is not yours to work on.")
    form = step_form(opened)(sent(request)) if works else None
    if form is not None and carry_out(form, add_step, complaint=opened, by=user):
        messages.success(request, f"{opened.reference}: written down.")
        return redirect(opened)
    writes = may_write_of_complaints(user)
    letters = letters_about(opened) if writes else []
    context = {
        "opened": opened,
        "writes": writes,
        "letters": letters,
        "owed": owed_for(opened, letters) if writes else [],
        "sees_request": opened.request is not None and may_open(user, opened.request),
    }
    return answer(request, "sar/complaint.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def mistake(request: HttpRequest) -> HttpResponse:
    """Report a mistake with personal data: the 72 hours run."""
    look = look_of(request)
    door.begin_report(look=look)
    now = timezone.localtime()
    form = MistakeForm(
        sent(request),
        find=lambda words: find_person(words, look=look),
        initial={"day": now.date(), "hour": now.strftime("%H:%M")},
    )
    if made := carry_out(form, report, by=reader_of(request)):
        messages.success(
            request, f"Thank you. {made.reference} is reported, and the officer has been told."
        )
        return redirect("cases:work")
    return answer(request, "sar/mistake.html", {}, form)
