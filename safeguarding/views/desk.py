"""The desk of the safeguarding lead and the deputy, and the pages of the people named for allegations."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.queries.opening import find_person
from core.errors import Refused
from core.pages import answer, carry_out, sent
from safeguarding.clock import clock_of
from safeguarding.levers import ALLEGATION_LEVERS, CONCERN_LEVERS, Lever, lever_named, offered
from safeguarding.models import Allegation, Concern
from safeguarding.permissions import receives
from safeguarding.queries import allegations as allegations_door
from safeguarding.queries import concerns as door
from safeguarding.workflow import ConcernStatus

LISTS = {
    "to-do": ("To do", door.TO_DO),
    "watched": ("Being watched", (ConcernStatus.WATCHED,)),
    "ended": ("Dealt with", (ConcernStatus.ENDED,)),
}


@require_safe
def concerns(request: HttpRequest) -> HttpResponse:
    """The concerns, those in danger and unread first, each with its age and its clock."""
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in LISTS else "to-do"
    page = door.list_concerns(
        look=look_of(request),
        page=request.GET.get("page", 1),
        statuses=LISTS[chosen][1],
        now=timezone.now(),
        today=timezone.localdate(),
    )
    tabs = [
        {
            "label": label,
            "url": f"{reverse('safeguarding:concerns')}?list={name}",
            "current": name == chosen,
        }
        for name, (label, _) in LISTS.items()
    ]
    context = {"page": page, "tabs": tabs, "receives": receives(reader_of(request))}
    return answer(request, "safeguarding/concerns.html", context)


@require_safe
def concern(request: HttpRequest, reference: str) -> HttpResponse:
    """One concern, and everything that was done about it."""
    opened = door.open_concern(reference, look=look_of(request))
    context = {
        "concern": opened,
        "clock": clock_of(opened, now=timezone.now(), today=timezone.localdate()),
        "levers": offered(CONCERN_LEVERS, reader_of(request), opened),
    }
    return answer(request, "safeguarding/concern.html", context)


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """The concerns about one person."""
    record = door.list_about(
        reference,
        look=look_of(request),
        page=request.GET.get("page", 1),
        now=timezone.now(),
        today=timezone.localdate(),
    )
    return answer(request, "safeguarding/person.html", {"record": record})


@require_http_methods(["GET", "HEAD", "POST"])
def concern_lever(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one thing about a concern."""
    opened = door.open_concern(reference, look=look_of(request))
    return _pulled(request, opened, lever_named(CONCERN_LEVERS, name))


@require_safe
def allegations(request: HttpRequest) -> HttpResponse:
    """The allegations, for the people named for them."""
    page = allegations_door.list_allegations(
        look=look_of(request),
        page=request.GET.get("page", 1),
        now=timezone.now(),
        today=timezone.localdate(),
    )
    return answer(request, "safeguarding/allegations.html", {"page": page})


@require_safe
def allegation(request: HttpRequest, reference: str) -> HttpResponse:
    """One allegation, and everything that was done about it."""
    opened = allegations_door.open_allegation(reference, look=look_of(request))
    context = {
        "allegation": opened,
        "clock": clock_of(opened, now=timezone.now(), today=timezone.localdate()),
        "levers": offered(ALLEGATION_LEVERS, reader_of(request), opened),
    }
    return answer(request, "safeguarding/allegation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def allegation_lever(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one thing about an allegation."""
    opened = allegations_door.open_allegation(reference, look=look_of(request))
    return _pulled(request, opened, lever_named(ALLEGATION_LEVERS, name))


def _pulled(
    request: HttpRequest, opened: Concern | Allegation, lever: Lever | None
) -> HttpResponse:
    """The page of a lever, or what its verb made of it."""
    if lever is None:
        raise Http404
    user, look = reader_of(request), look_of(request)
    if request.method != "POST" and not lever.can(user, opened):
        raise Refused(f"“{lever.label}” is not for you to do to {opened}, or not now. Look again.")
    form = lever.make_form(
        sent(request), opened=opened, by=user, find=lambda words: find_person(words, look=look)
    )
    carry_out(form, lever.verb, **{lever.takes: opened}, by=user)
    if form.is_bound and not form.errors:
        messages.success(request, f"{opened}: {lever.done}")
        return redirect(opened)
    return answer(request, "safeguarding/lever.html", {"opened": opened, "lever": lever}, form)
