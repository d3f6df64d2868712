"""Enquiries: the list, writing one down, and reading one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import enquiries as verbs
from cases.forms.enquiries import EnquiryForm
from cases.models import Service
from cases.permissions import may_open_cases
from cases.queries import enquiries as door
from cases.queries.opening import find_person
from cases.queries.referrals import open_services
from core.pages import answer, carry_out, sent


@require_safe
def enquiries(request: HttpRequest) -> HttpResponse:
    """The enquiries of one's services, the latest first."""
    chosen = request.GET.get("service", "")
    found = door.list_enquiries(
        look=look_of(request), page=request.GET.get("page", 1), service=chosen
    )
    context = {"page": found.page, "tabs": _tabs(found.services, chosen)}
    return answer(request, "cases/enquiries.html", context)


def _tabs(services: list[Service], chosen: str) -> list[dict[str, object]]:
    here = reverse("cases:enquiries")
    everything: dict[str, object] = {"label": "All", "url": here, "current": not chosen}
    return [everything] + [
        {"label": one.name, "url": f"{here}?service={one.slug}", "current": chosen == one.slug}
        for one in services
    ]


@require_safe
def enquiry(request: HttpRequest, reference: str) -> HttpResponse:
    """One enquiry, and what became of it."""
    found = door.open_enquiry(reference, look=look_of(request))
    user = reader_of(request)
    waits = found.enquiry.turned_at is None
    context = {
        "record": found,
        "can_refer": waits,
        "can_open": waits and found.person is not None and may_open_cases(user),
    }
    return answer(request, "cases/enquiry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enquiry_add(request: HttpRequest) -> HttpResponse:
    """Write down what somebody asked; no case is opened."""
    today, look = timezone.localdate(), look_of(request)
    door.begin_enquiry(look=look)
    form = EnquiryForm(
        sent(request),
        services=open_services(),
        find=lambda words: find_person(words, look=look),
        on=today,
        person=request.GET.get("person", ""),
    )
    if made := carry_out(form, verbs.record_enquiry, on=today, by=request.user):
        messages.success(request, f"The enquiry {made.reference} is written down.")
        return redirect(made)
    return answer(request, "cases/enquiry_add.html", {}, form)
