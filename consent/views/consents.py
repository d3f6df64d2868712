"""Pages on which an answer is recorded, signed on a tablet, looked at again, and withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.door import NotNow
from audit.looks import look_of
from audit.verbs import Verb
from consent.actions.consents import record_consent, withdraw_consent
from consent.actions.copies import send_copy
from consent.actions.reviews import review_consent, set_review_birthdays
from consent.forms.consents import BirthdaysForm, ConsentForm, ReviewForm, WithdrawForm
from consent.forms.tablet import SigningForm, TabletForm, handed_over, taken_back
from consent.models import Giver, HowGiven, ReviewBirthday
from consent.queries import open_asking, open_consent
from consent.queries.reviews import review_ages
from consent.queries.stops import what_stops
from core.errors import Refused
from core.pages import answer, attempt, carry_out, sent
from core.printing import printed


@require_http_methods(["GET", "HEAD", "POST"])
def consent_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what somebody answered when they were asked."""
    asking = open_asking(reference, look=look_of(request))
    form = ConsentForm(sent(request), asking=asking, on=timezone.localdate())
    if form.is_bound:
        made = carry_out(form, record_consent, person=asking.person, by=request.user)
        if made is not None:
            messages.success(request, f"The answer of {asking.person} is recorded as {made}.")
            return redirect("consent:person", asking.person.reference)
    return answer(request, "consent/consent_add.html", {"asking": asking}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def consent_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that somebody no longer agrees."""
    row = open_consent(reference, look=look_of(request))
    consent = row.consent
    form = WithdrawForm(sent(request), on=timezone.localdate())
    if form.is_bound:
        made = carry_out(form, withdraw_consent, consent=consent, by=request.user)
        if made is not None:
            messages.success(request, f"{made} is withdrawn. From now on nothing is shared on it.")
            return redirect("consent:person", consent.person.reference)
    context = {"row": row, "stops": what_stops(consent)}
    return answer(request, "consent/consent_withdraw.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def tablet(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose what is asked; then the page for the tablet, in large print, which whoever answers signs."""
    asking, by = open_asking(reference, look=look_of(request)), reader_of(request)
    if asking.death is not None:
        raise Refused(
            f"{asking.person} has died and cannot be asked. What they answered before is written down under "
            "“Record an answer”."
        )
    today, settled = timezone.localdate(), request.POST.get("settled")
    if settled is None:
        choose = TabletForm(sent(request), asking=asking, on=today)
    else:
        choose = taken_back(settled, asking=asking, by=by, on=today)
    if not choose.is_valid():
        return answer(request, "consent/tablet_choose.html", {"asking": asking}, choose)
    if settled is None:
        form = SigningForm(settled=handed_over(choose, asking=asking, by=by))
    else:
        form = SigningForm(request.POST)
        made = carry_out(form, record_consent, **_asked(asking.person, choose), by=by)
        if made is not None:
            return redirect("consent:consent-signed", made.reference)
    return answer(request, "consent/tablet.html", {"asking": asking, **choose.cleaned_data}, form)


def _asked(person: Any, choose: TabletForm) -> dict[str, Any]:
    """What was settled before the tablet was handed over."""
    parent, authority = choose.cleaned_data["parent"], choose.cleaned_data["authority"]
    giver = Giver.PARENT if parent else Giver.AUTHORITY if authority else Giver.SELF
    return {
        "person": person,
        "wording": choose.cleaned_data["wording"],
        "agency": choose.cleaned_data["agency"],
        "parent": parent,
        "giver": giver,
        "authority": authority or ("" if parent else choose.cleaned_data["understanding"]),
        "how": HowGiven.ELECTRONIC,
        "given_on": timezone.localdate(),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def signed(request: HttpRequest, reference: str) -> HttpResponse:
    """Thanks, on the tablet; and the copy, by e-mail where that is safe, or to be printed."""
    row = open_consent(reference, look=look_of(request))
    if request.method == "POST":
        try:
            address = send_copy(consent=row.consent, on=timezone.localdate(), by=reader_of(request))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return attempt(redirect("consent:consent-signed", reference))
        messages.success(request, f"The copy is on its way to {address}.")
        return redirect("consent:consent-signed", reference)
    return answer(request, "consent/signed.html", {"row": row})


@require_safe
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """The copy on paper."""
    row = open_consent(reference, look=look_of(request), verb=Verb.CONSENT_COPY_PRINTED)
    context = {
        "row": row,
        "printed": printed(request.user, reference),
        "back": reverse("consent:person", args=[row.consent.person.reference]),
    }
    return answer(request, "consent/copy.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that they were asked again and still agree."""
    row = open_consent(reference, look=look_of(request))
    form = ReviewForm(sent(request))
    if carry_out(form, review_consent, consent=row.consent, by=request.user):
        messages.success(request, "It is written down that they still agree.")
        return redirect("consent:person", row.consent.person.reference)
    context = {"row": row, "reviews": row.consent.reviews.select_related("recorded_by")}
    return answer(request, "consent/consent_review.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def birthdays(request: HttpRequest) -> HttpResponse:
    """The DPO says on which birthdays consents given for young people are looked at again."""
    look = look_of(request)
    if not look.by.has_perm("consent.set_review_birthdays"):
        raise NotNow(
            "The Data Protection Officer says at which birthdays.", look=look, record=ReviewBirthday
        )
    form = BirthdaysForm(sent(request), initial={"ages": review_ages()})
    if carry_out(form, set_review_birthdays, by=look.by) is not None:
        messages.success(request, "The birthdays are set.")
        return redirect("consent:notices")
    return answer(request, "consent/birthdays.html", {}, form)
