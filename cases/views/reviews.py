"""Supervision: the list of what waits for a manager, and the page on which they sign off."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import reviews as verbs
from cases.forms.reviews import ReviewForm, SignOffFilterForm
from cases.kinds import KINDS, kind_of
from cases.models import Review
from cases.permissions import can_sign_off, may_review
from cases.queries.entries import open_entry
from cases.queries.reviews import STATES, WAITING, list_sign_offs
from cases.queries.timeline import told_by
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def sign_offs(request: HttpRequest) -> HttpResponse:
    """What waits to be signed off in one's services, what went back, and what was signed off."""
    state = request.GET.get("state", "")
    state = state if state in STATES else WAITING
    service = request.GET.get("service", "")
    found = list_sign_offs(
        look=look_of(request), state=state, service=service, page=request.GET.get("page", 1)
    )
    address = reverse("cases:sign-offs")
    reader = reader_of(request)
    context = {
        "page": found.page,
        "rows": [
            {"entry": one, "told": told_by(one, reader=reader), "url": kind_of(one).address(one)}
            for one in found.page
        ],
        "tabs": [
            {
                "label": words,
                "url": f"{address}?state={name}&service={service}",
                "current": name == state,
            }
            for name, words in STATES.items()
        ],
        "filter": SignOffFilterForm(request.GET, services=found.services),
        "several": len(found.services) > 1,
        "state": state,
    }
    return answer(request, "cases/sign_offs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_review(request: HttpRequest, reference: str, noun: str) -> HttpResponse:
    """Sign off one entry, or ask for its correction."""
    record = open_entry(KINDS[noun], reference, look=look_of(request), may=may_review)
    newest, user = record.newest, reader_of(request)
    if request.method != "POST" and not can_sign_off(user, record.versions):
        raise Refused("There is nothing here for you to sign off: it is your own, or it is done.")
    form = ReviewForm(sent(request))
    if review := carry_out(form, _said, entry=newest, by=user):
        messages.success(request, f"{review.get_verdict_display()}: {newest.reference}.")
        return redirect("cases:sign-offs")
    context = {
        "record": record,
        "told": told_by(newest, reader=user),
        "back": record.kind.address(newest),
    }
    return answer(request, "cases/entry_review.html", context, form)


def _said(*, verdict: str, **given: object) -> Review:
    verb = verbs.sign_off if verdict == Review.Verdict.SIGNED_OFF else verbs.send_back
    return verb(**given)  # type: ignore[arg-type]
