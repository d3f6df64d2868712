"""Pages about agencies: what is known of them, whether it was checked, doubles, and agreements."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import agencies as verbs
from cases.models import Agency, Professional
from consent.actions import agreements as agreeing
from consent.forms import agencies as forms
from consent.models import Agreement
from consent.queries import agency_pages as door
from core.pages import answer, carry_out, sent


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All agencies; `?words=` finds some by name or reference."""
    words = request.GET.get("words", "")
    rows = door.list_agencies(look=look_of(request), words=words, page=request.GET.get("page", 1))
    return answer(request, "consent/agencies.html", {"page": rows, "words": words})


@require_safe
def agency(request: HttpRequest, reference: str) -> HttpResponse:
    """One agency."""
    opened = door.open_agency(reference, look=look_of(request))
    return answer(request, "consent/agency.html", {"opened": opened})


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, reference: str) -> HttpResponse:
    """Change what is known of an agency."""
    one = door.open_agency(reference, look=look_of(request)).agency
    form = forms.AgencyForm(sent(request), agency=one)
    done = carry_out(form, verbs.change_agency, agency=one, by=request.user)
    return _step(request, one, form, done, "Change what we know of them", "Save")


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that the address of an agency was checked."""
    one = door.open_agency(reference, look=look_of(request)).agency
    return _check(request, one)


@require_http_methods(["GET", "HEAD", "POST"])
def professional_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Change what is known of a professional."""
    one = door.open_professional(reference, look=look_of(request)).of
    form = forms.ProfessionalForm(sent(request), professional=one)
    done = carry_out(form, verbs.change_professional, professional=one, by=request.user)
    return _step(request, one, form, done, "Change what we know of them", "Save")


@require_http_methods(["GET", "HEAD", "POST"])
def professional_check(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down that the address of a professional was checked."""
    return _check(request, door.open_professional(reference, look=look_of(request)).of)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Say which other agency is this one."""
    one = door.open_agency(reference, look=look_of(request), may="cases.merge_agencies").agency
    form = forms.MergeForm(sent(request), survivor=one)
    done = carry_out(form, verbs.merge_agencies, survivor=one, by=request.user)
    return _step(request, one, form, done, "Another agency is this one", "They are one")


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """Two agencies that were said to be one are two."""
    one = door.open_agency(reference, look=look_of(request), may="cases.merge_agencies").agency
    form = forms.PartForm(sent(request))
    done = carry_out(form, verbs.part_agencies, other=one, by=request.user)
    return _step(request, one, form, done, "They are two after all", "They are two")


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down an agreement with an agency."""
    one = door.open_agency(reference, look=look_of(request), may="consent.keep_agreements").agency
    form = forms.AgreementForm(sent(request))
    done = carry_out(form, agreeing.make_agreement, agency=one, by=request.user)
    return _step(request, one, form, done, "Write down an agreement", "Save the agreement")


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """One agreement; it was looked at again, or it ends."""
    one = door.open_agreement(reference, look=look_of(request))
    form = forms.AgreementStepForm(sent(request))

    def stepped(**said: Any) -> Any:
        if "ended_on" in said:
            return agreeing.end_agreement(agreement=one, by=reader_of(request), **said)
        return agreeing.review_agreement(agreement=one, by=reader_of(request), **said)

    if carry_out(form, stepped):
        messages.success(request, "It is written down.")
        return redirect("consent:agency", one.agency.reference)
    return answer(request, "consent/agreement.html", {"agreement": one}, form)


def _check(request: HttpRequest, one: Agency | Professional) -> HttpResponse:
    form = forms.CheckForm(sent(request), of=one, on=timezone.localdate())
    done = carry_out(form, verbs.check_contact, of=one, by=request.user)
    heading = f"Does {one.email} reach them?" if one.email else "No e-mail address stands there"
    return _step(request, one, form, done, heading, "It reaches them")


def _step(
    request: HttpRequest,
    one: Agency | Professional | Agreement,
    form: BaseForm,
    done: object,
    *words: str,
) -> HttpResponse:
    """Back to the agency once it is done; until then the form, under its heading and with its button."""
    if done:
        messages.success(request, "It is written down.")
        return redirect(one.get_absolute_url())
    heading, button = words
    context = {"one": one, "heading": heading, "button": button}
    return answer(request, "consent/agency_step.html", context, form)
