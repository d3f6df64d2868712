"""Referrals: the list, taking one in, reading one, accepting and declining it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit.looks import look_of
from cases import permissions
from cases.actions import referrals as verbs
from cases.forms.referrals import AcceptForm, DeclineForm, ReferralForm
from cases.queries import referrals as door
from cases.queries.cases import professionals
from cases.queries.opening import find_person, takers
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """The referrals of one's services, those that wait first."""
    rows = door.list_referrals(look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "cases/referrals.html", {"page": rows})


@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """One referral: who asks for what, for whom, and what became of it."""
    opened = door.open_referral(reference, look=look_of(request))
    can_decide = permissions.can_decide(request.user, opened.referral)  # type: ignore[arg-type]
    return answer(request, "cases/referral.html", {"record": opened, "can_decide": can_decide})


@require_http_methods(["GET", "HEAD", "POST"])
def referral_add(request: HttpRequest) -> HttpResponse:
    """Take in a referral; "Add another person" draws the form again with one more row."""
    today, look = timezone.localdate(), look_of(request)
    door.begin_referral(look=look)
    grows = "another" in request.POST
    form = ReferralForm(
        sent(request),
        services=door.open_services(),
        agencies=door.agencies(),
        professionals=professionals(),
        find=lambda words: find_person(words, look=look),
        on=today,
        more_rows=1 if grows else 0,
        person=request.GET.get("person", ""),
    )
    if grows:
        return answer(request, "cases/referral_add.html", {}, form.as_typed())
    if taken := carry_out(form, verbs.take_in, on=today, by=request.user):
        messages.success(request, f"The referral {taken.reference} is taken in.")
        return redirect("cases:referral", taken.reference)
    return answer(request, "cases/referral_add.html", {}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def referral_accept(request: HttpRequest, reference: str) -> HttpResponse:
    """Accept a referral: a case opens."""
    opened = _to_decide(request, reference)
    form = AcceptForm(
        sent(request),
        referral=opened.referral,
        workers=takers(request.user, opened.referral.service),  # type: ignore[arg-type]
        on=timezone.localdate(),
    )
    if case := carry_out(form, verbs.accept, referral=opened.referral, by=request.user):
        messages.success(request, f"The referral is accepted: {case.reference} is open.")
        return redirect(case)
    context = {
        "record": opened,
        "heading": "Accept the referral",
        "submit": "Accept and open a case",
    }
    return answer(request, "cases/referral_decide.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def referral_decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Decline a referral, with the reason."""
    opened = _to_decide(request, reference)
    form = DeclineForm(sent(request))
    if carry_out(form, verbs.decline, referral=opened.referral, by=request.user):
        messages.success(request, "The referral is declined. Tell whoever referred.")
        return redirect("cases:referral", reference)
    context = {
        "record": opened,
        "heading": "Decline the referral",
        "submit": "Decline the referral",
    }
    return answer(request, "cases/referral_decide.html", context, form)


def _to_decide(request: HttpRequest, reference: str) -> door.ReferralRecord:
    """The referral, opened by somebody whose work it is to decide it.

    A page for what is decided is not begun; a form that was sent goes on to the verb, whose refusal
    keeps what was typed.
    """
    opened = door.open_referral(reference, look=look_of(request), may=permissions.may_decide)
    decided = door.decided_already(opened.referral)
    if decided and request.method != "POST":
        raise Refused(f"{decided} It cannot be decided again.")
    return opened
