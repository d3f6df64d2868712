"""A case goes to another worker, who says that they have read what they must know."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import hand_overs as verbs
from cases.forms.hand_overs import HandOverForm, LeavingForm
from cases.queries.cases import open_case, workers_for_case
from cases.queries.hand_overs import begin_leaving, open_hand_over
from core.dates import plural
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def case_hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Hand a case to a colleague, with what they must know."""
    case = open_case(reference, look=look_of(request), may=permissions.may_hand_over)
    working = [one.worker for one in case.allocations.all() if one.until is None]
    if request.method != "POST" and not permissions.can_hand_over(reader_of(request), case):
        raise Refused(f"{case.reference} is closed: open it again first.")
    if not working:
        raise Refused(f"Nobody works on {case.reference}: its manager allocates it to somebody.")
    form = HandOverForm(
        sent(request), working=working, workers=workers_for_case(case), by=reader_of(request)
    )
    if handed := carry_out(form, verbs.hand_over, case=case, by=request.user):
        messages.success(request, f"{handed.to_worker} works on {case.reference} from today.")
        return redirect(case)
    context = {"case": case, "heading": "Hand the case over", "submit": "Hand it over"}
    context["hint"] = "They are told at once, and asked to say that they have read it."
    return answer(request, "cases/case_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Read a hand-over; its next worker says here that they have."""
    opened = open_hand_over(reference, look=look_of(request))
    if request.method == "POST":
        verbs.acknowledge(hand_over=opened, by=reader_of(request))
        messages.success(request, "Thank you. That you have read it is written down.")
        return redirect("cases:case", opened.case.reference)
    waits = opened.acknowledged_at is None and opened.to_worker == request.user
    return answer(request, "cases/hand_over.html", {"handed": opened, "waits": waits})


@require_http_methods(["GET", "HEAD", "POST"])
def leaving(request: HttpRequest) -> HttpResponse:
    """Hand over the cases of somebody who leaves (`?worker=`), all that are filled in or none."""
    found = begin_leaving(request.GET.get("worker", ""), look=look_of(request))
    if found.leaver is None and request.method == "POST":
        raise Refused("Choose whose cases are handed over.")
    form = LeavingForm(sent(request), cases=found.cases)
    made = carry_out(form, verbs.hand_over_all, from_worker=found.leaver, by=request.user)
    if made:
        messages.success(request, f"{plural(len(made), 'case')} of {found.leaver} handed over.")
        return redirect("cases:team")
    return answer(request, "cases/leaving.html", {"found": found}, form)
