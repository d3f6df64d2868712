"""Pages about what people agreed to and what was shared about them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Case
from cases.queries.cases import open_case, professionals
from cases.written import SavedAlready
from consent.actions import referrals_out as referring
from consent.actions.sharing import record_share
from consent.forms.referrals_out import CHASED, AnswerForm, ReferOutForm, can_become
from consent.forms.sharing import ShareForm
from consent.gateways import LEFT_US
from consent.models import ReferralOut, ReferralOutChase, Share
from consent.permissions import (
    can_record_consent,
    can_record_share,
    can_review_share,
    can_send,
    can_write_letter,
    may_write_letter,
)
from consent.queries import (
    begins_referral,
    list_referrals_out,
    list_sharing,
    open_consents,
    open_share,
    referral_of,
)
from consent.queries.pictures import grid_of
from consent.queries.record import review_of, victim_request_of
from consent.queries.referrals_out import ANSWERED, STATES, WAITING
from consent.workflow import ReferralOutMove
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent
from letters import views as letters


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """What somebody agreed to, and what was last shared about them."""
    record = open_consents(reference, look=look_of(request), page=request.GET.get("page", 1))
    user = reader_of(request)
    context = {
        "record": record,
        "grid": grid_of(record.person, on=timezone.localdate()),
        "can_record": can_record_consent(user),
        "can_share_in": [case for case in record.cases if can_record_share(user, case)],
        "can_send_from": [case for case in record.cases if can_send(user, case)],
    }
    return answer(request, "consent/person.html", context)


@require_safe
def sharing(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole sharing log about one person, page by page."""
    record = list_sharing(reference, look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "consent/sharing.html", {"record": record})


@require_http_methods(["GET", "HEAD", "POST"])
def share_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write in the sharing log of a case; `?person=` ticks somebody to begin with."""
    case = open_case(reference, look=look_of(request), may=can_record_share)
    user = reader_of(request)
    form = ShareForm(
        sent(request),
        case=case,
        professionals=professionals(),
        by=user,
        now=timezone.now(),
        about=request.GET.get("person", ""),
    )
    if made := _written(form, case, user):
        messages.success(request, f"Written in the sharing log as {made}.")
        return redirect("consent:share", made.reference)
    return answer(request, "consent/share_add.html", {"case": case}, form)


def _written(form: ShareForm, case: Case, by: User) -> Share | None:
    """The entry, or None: then the form says why, and holds all that was typed."""
    if not form.is_valid():
        return None
    try:
        return record_share(case=case, by=by, **form.cleaned_data)
    except SavedAlready as refusal:
        form.renew_token()
        refused(form, refusal)
    except Refused as refusal:
        refused(form, refusal)
    return None


@require_safe
def share(request: HttpRequest, reference: str) -> HttpResponse:
    """One entry of the sharing log."""
    entry = open_share(reference, look=look_of(request))
    can_write = can_write_letter(reader_of(request), entry)
    context = {
        "share": entry,
        "can_write": can_write,
        "replies": entry.replies.all(),
        "review": review_of(entry),
        "asked_for": victim_request_of(entry),
        "can_review": can_review_share(reader_of(request), entry),
    }
    return answer(request, "consent/share.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def share_letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Write the letter to a professional that an entry of the sharing log is about (docs/adr/0015)."""
    entry = open_share(reference, look=look_of(request), may=may_write_letter)
    case, reached = entry.case, entry.outcome in LEFT_US and entry.professional is not None
    begun = request.method == "POST"  # the verb's own refusal keeps what was typed
    if case is None or not reached or not (begun or can_write_letter(reader_of(request), entry)):
        raise Refused(
            "A letter goes with an entry that says something was shared with a professional, in an open "
            "case."
        )
    return letters.write(
        request,
        case=case,
        about=[link.person for link in entry.share_people.all()],
        professional=entry.professional,
        shared_as=str(entry.reference),
    )


@require_safe
def referrals_out(request: HttpRequest) -> HttpResponse:
    """The referrals to agencies that wait for an answer, or that have one."""
    state = request.GET.get("show", WAITING)
    rows = list_referrals_out(look=look_of(request), state=state, page=request.GET.get("page", 1))
    here = reverse("consent:referrals-out")
    tabs = [
        {"label": words, "url": f"{here}?show={name}", "current": name == state}
        for name, words in STATES.items()
    ]
    context = {"page": rows, "tabs": tabs, "answered": state == ANSWERED}
    return answer(request, "consent/referrals_out.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def referral_out(request: HttpRequest, reference: str) -> HttpResponse:
    """A referral to an agency: what was asked and what became of it; or saying that a sharing was one."""
    share = open_share(reference, look=begins_referral(look_of(request)))
    referral = referral_of(share)
    form: ReferOutForm | AnswerForm
    if referral is None:
        form = ReferOutForm(sent(request))
        done = carry_out(form, referring.refer_out, share=share, by=request.user)
    else:
        form = AnswerForm(sent(request), status=referral.status)
        done = _answered(form, referral, reader_of(request))
    if done:
        messages.success(request, "It is written down.")
        return redirect("consent:referral-out", reference)
    context = {
        "share": share,
        "referral": referral,
        "asks": form.is_bound or referral is None or bool(can_become(referral.status)),
    }
    return answer(request, "consent/referral_out.html", context, form)


def _answered(
    form: AnswerForm, referral: ReferralOut, by: User
) -> ReferralOut | ReferralOutChase | None:
    def said(*, became: str, words: str, chase_on: object) -> ReferralOut | ReferralOutChase:
        if became == CHASED:
            return referring.chase(referral=referral, words=words, chase_on=chase_on, by=by)  # type: ignore[arg-type]
        return referring.answer(referral=referral, move=ReferralOutMove(became), words=words, by=by)

    return carry_out(form, said)
