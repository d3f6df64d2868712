"""Referrals: the list, taking one in, reading one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import referrals as verbs
from cases.actions.enquiries import turn_into
from cases.forms.newcomers import described_new, with_reference
from cases.forms.referral_source import ReferralCorrectionForm
from cases.forms.referrals import ReferralForm
from cases.permissions import can_correct_referral, services_of
from cases.queries import referrals as door
from cases.queries.agencies import agencies
from cases.queries.cases import professionals
from cases.queries.duplicates import Offer
from cases.queries.enquiries import enquiry_to_turn
from cases.queries.opening import find_person
from cases.views.alike import sure_of, unanswered
from cases.views.referral_decisions import moves_of
from cases.workflow import ReferralStatus
from core.pages import answer, carry_out, sent


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """The referrals of one's services, those that wait first."""
    status = request.GET.get("status", "")
    rows = door.list_referrals(
        look=look_of(request), page=request.GET.get("page", 1), status=status
    )
    context = {"page": rows, "tabs": _tabs(status), "waiting": services_of(reader_of(request))}
    return answer(request, "cases/referrals.html", context)


def _tabs(status: str) -> list[dict[str, object]]:
    here = reverse("cases:referrals")
    everything = {"label": "All", "url": here, "current": status not in ReferralStatus.values}
    return [everything] + [
        {"label": one.label, "url": f"{here}?status={one.value}", "current": status == one.value}
        for one in (ReferralStatus.RECEIVED, ReferralStatus.SCREENED, ReferralStatus.WAITING)
    ]


@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """One referral: who asks for what, for whom, and what became of it."""
    opened = door.open_referral(reference, look=look_of(request))
    buttons = moves_of(reader_of(request), opened.referral)
    if can_correct_referral(reader_of(request), opened.referral):
        correct = reverse("cases:referral-correct", args=[reference])
        buttons += [{"text": "Correct", "url": correct, "kind": "secondary"}]
    return answer(request, "cases/referral.html", {"record": opened, "buttons": buttons})


@require_http_methods(["GET", "HEAD", "POST"])
def referral_add(request: HttpRequest) -> HttpResponse:
    """Take in a referral; "Add another person" draws the form again with one more row."""
    today, look = timezone.localdate(), look_of(request)
    asked = enquiry_to_turn(request.GET.get("enquiry", ""), look=look)
    door.begin_referral(look=look)
    grows = "another" in request.POST
    used = request.POST.get("use", "")
    form = ReferralForm(
        with_reference(request.POST, used) if used else sent(request),
        services=door.open_services(),
        agencies=agencies(),
        professionals=professionals(),
        find=lambda words: find_person(words, look=look),
        on=today,
        more_rows=1 if grows else 0,
        person=request.GET.get("person", ""),
    )
    if asked is not None:
        form.begins_with(asked)
    doubts = [] if grows or used else _doubts(request, form)
    context = {"offers": doubts, "sure": sure_of(doubts), "form_id": "referral-form"}
    if grows or used:
        return answer(request, "cases/referral_add.html", context, form.as_typed())
    if not doubts and (taken := carry_out(form, verbs.take_in, on=today, by=request.user)):
        if asked is not None:
            turn_into(enquiry=asked, became=taken, by=reader_of(request))
        messages.success(request, f"The referral {taken.reference} is taken in.")
        return redirect("cases:referral", taken.reference)
    return answer(request, "cases/referral_add.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def referral_correct(request: HttpRequest, reference: str) -> HttpResponse:
    """Put right how a referral was taken in; what stood there stays readable."""
    today = timezone.localdate()
    opened = door.open_referral(reference, look=look_of(request), may=can_correct_referral)
    form = ReferralCorrectionForm(
        sent(request),
        referral=opened.referral,
        seen=len(opened.corrections),
        agencies=agencies(),
        professionals=professionals(),
        on=today,
    )
    corrected = {"referral": opened.referral, "on": today, "by": request.user}
    if carry_out(form, verbs.correct_referral, **corrected):
        messages.success(request, "The referral is corrected. What stood there stays readable.")
        return redirect("cases:referral", reference)
    return answer(request, "cases/referral_correct.html", {"record": opened}, form)


def _doubts(request: HttpRequest, form: ReferralForm) -> list[Offer]:
    """The likely matches of its new people; none for a form sent twice, which is refused as such."""
    if not form.is_valid():
        return []
    given = form.cleaned_data
    people = [person for person, _ in given["people"]]
    again = door.taken_in_before(
        given["service"], given["received_on"], given["reason"], people, by=reader_of(request)
    )
    return [] if again else unanswered(request, described_new(given["people"]))
