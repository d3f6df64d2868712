"""Pages of what keeps somebody safe: alerts, markers, court orders."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import safety as verbs
from cases.forms.safety import (
    AlertForm,
    AlertReviewForm,
    DoNotContactForm,
    DoNotDiscloseForm,
    MarkerEndForm,
    OrderEndForm,
    OrderForm,
    ReasonForm,
)
from cases.models import Person
from cases.queries.agencies import agencies
from cases.queries.alerts import open_alert, open_order
from cases.queries.opening import find_person
from cases.queries.people import Family, Safety, open_family, open_person, open_safety
from cases.queries.staff import witnesses
from cases.views.people import form_page, record_page
from core.errors import Refused
from core.pages import answer, carry_out, sent

BACK = "cases:person-safety"


@require_safe
def person_safety(request: HttpRequest, reference: str) -> HttpResponse:
    """How somebody may be reached, who must not be told, and every alert and order of theirs."""
    safety, today = open_safety(reference, look=look_of(request)), timezone.localdate()
    context = {
        "safety": safety,
        "ways": list(safety.reach.ways.values()),
        "today": today,
        "can_raise_alert": permissions.can_raise_alert(reader_of(request)),
        "current": {
            "no_contact": _current(safety.no_contact),
            "no_disclosure": _current(safety.no_disclosure),
        },
    }
    return record_page(request, safety.record, "person-safety", "cases/person_safety.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Warn everybody who opens the record."""
    today = timezone.localdate()
    opened = open_person(reference, look=look_of(request), may=permissions.can_raise_alert)
    one = opened.person
    form = AlertForm(sent(request), person=one, cases=opened.cases, on=today)
    if carry_out(form, verbs.raise_alert, person=one, on=today, by=request.user):
        messages.success(request, "The alert comes first from now on when the record is opened.")
        return redirect(BACK, reference)
    return form_page(request, one, form, heading="Raise an alert", back=BACK)


@require_safe
def alert(request: HttpRequest, reference: str) -> HttpResponse:
    """One alert, with when it was looked at and how it ended."""
    opened, reader = open_alert(reference, look=look_of(request)), reader_of(request)
    context = {
        "alert": opened,
        "can_change": opened.ended_at is None and permissions.can_raise_alert(reader),
        "front_desk_sees": opened.for_front_desk or opened.kind in permissions.FOR_EVERYBODY,
        "sees_more": permissions.can_see_entries(reader),
        "today": timezone.localdate(),
    }
    return answer(request, "cases/alert.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_review(request: HttpRequest, reference: str) -> HttpResponse:
    """Look at an alert again: it still holds, as it is now written."""
    today = timezone.localdate()
    opened = open_alert(reference, look=look_of(request), may=permissions.can_raise_alert)
    _still(request, holds=opened.ended_at is None)
    initial = {
        "words": opened.words,
        "source": opened.source,
        "for_front_desk": "yes" if opened.for_front_desk else "no",
        "was_told": "yes" if opened.was_told else "no",
        "not_told_because": opened.not_told_because,
    }
    form = AlertReviewForm(sent(request), on=today, initial=initial)
    if carry_out(form, verbs.review_alert, alert=opened, on=today, by=request.user):
        messages.success(request, "The review is recorded.")
        return redirect(opened)
    return form_page(request, opened.person, form, heading="Review the alert", back=BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def alert_end(request: HttpRequest, reference: str) -> HttpResponse:
    """It is no longer so."""
    opened = open_alert(reference, look=look_of(request), may=permissions.can_raise_alert)
    _still(request, holds=opened.ended_at is None)
    form = ReasonForm(sent(request), on=timezone.localdate())
    if carry_out(form, verbs.end_alert, alert=opened, by=request.user):
        messages.success(request, "The alert is ended; it stays in the record as it was.")
        return redirect(BACK, opened.person.reference)
    return form_page(request, opened.person, form, heading="End the alert", back=BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def no_contact_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody must not be reached, by one means or at all."""
    today = timezone.localdate()
    opened = open_person(reference, look=look_of(request), may=permissions.can_change_basics)
    form = DoNotContactForm(sent(request), on=today)
    if carry_out(form, verbs.bar_contact, person=opened.person, on=today, by=request.user):
        messages.success(request, "It is marked, and shown to everybody who opens the record.")
        return redirect(BACK, reference)
    return form_page(request, opened.person, form, heading="Do not contact", back=BACK)


@require_http_methods(["GET", "HEAD", "POST"])
def no_disclosure_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody must not be told about the person."""
    today, look = timezone.localdate(), look_of(request)
    family = open_family(reference, look=look, may=permissions.can_change_basics)
    one = family.record.person
    form = DoNotDiscloseForm(
        sent(request),
        near=_around(family),
        agencies=agencies(),
        find=lambda words: find_person(words, look=look),
        on=today,
    )
    if carry_out(form, verbs.bar_disclosure, person=one, on=today, by=request.user):
        messages.success(request, "It is marked, and shown to everybody who opens the record.")
        return redirect(BACK, reference)
    return form_page(request, one, form, heading="Do not disclose", back=BACK)


@dataclass(frozen=True, slots=True)
class MarkerEnding:
    """A page on which one of several markers ends."""

    heading: str
    verb: Callable[..., Any]
    markers: Callable[[Safety], list[Any]]


@require_http_methods(["GET", "HEAD", "POST"])
def no_contact_end(request: HttpRequest, reference: str) -> HttpResponse:
    """They may be reached again."""
    ending = MarkerEnding("They may be contacted again", verbs.end_contact_bar, _no_contact)
    return _end_marker(request, reference, ending)


@require_http_methods(["GET", "HEAD", "POST"])
def no_disclosure_end(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody may be told again."""
    ending = MarkerEnding("Somebody may be told again", verbs.end_disclosure_bar, _no_disclosure)
    return _end_marker(request, reference, ending)


@require_http_methods(["GET", "HEAD", "POST"])
def order_add(request: HttpRequest, reference: str) -> HttpResponse:
    """A court order that somebody has seen."""
    today = timezone.localdate()
    family = open_family(reference, look=look_of(request), may=permissions.can_change_confidential)
    one = family.record.person
    form = OrderForm(
        sent(request),
        people=[one, *_around(family)],
        staff=witnesses(),
        on=today,
        initial={"about": [one.reference], "seen_by": request.user.pk, "seen_on": today},
    )
    if made := carry_out(form, verbs.record_order, on=today, by=request.user):
        messages.success(request, f"{made} is recorded, and comes first while it holds.")
        return redirect(BACK, reference)
    return form_page(request, one, form, heading="Record a court order", back=BACK)


@require_safe
def order(request: HttpRequest, reference: str) -> HttpResponse:
    """One court order."""
    opened = open_order(reference, look=look_of(request))
    reader = reader_of(request)
    changes = opened.ended_at is None and permissions.can_change_confidential(reader)
    context = {"order": opened, "can_change": changes, "today": timezone.localdate()}
    return answer(request, "cases/order.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def order_end(request: HttpRequest, reference: str) -> HttpResponse:
    """An order that holds no longer."""
    today, may = timezone.localdate(), permissions.can_change_confidential
    opened = open_order(reference, look=look_of(request), may=may)
    _still(request, holds=opened.ended_at is None)
    form = OrderEndForm(sent(request), on=today)
    if carry_out(form, verbs.end_order, order=opened, on=today, by=request.user):
        messages.success(request, "The end of the order is recorded.")
        return redirect(opened)
    return answer(request, "cases/order_end.html", {"order": opened}, form)


def _end_marker(request: HttpRequest, reference: str, ending: MarkerEnding) -> HttpResponse:
    may = permissions.can_change_basics
    safety = open_safety(reference, look=look_of(request), may=may)
    markers = _current(ending.markers(safety))
    _still(request, holds=bool(markers))
    form = MarkerEndForm(sent(request), markers=markers, on=timezone.localdate())
    if carry_out(form, ending.verb, by=request.user):
        messages.success(request, "The marker is ended; it stays in the record as it was.")
        return redirect(BACK, reference)
    return form_page(request, safety.record.person, form, heading=ending.heading, back=BACK)


def _no_contact(safety: Safety) -> list[Any]:
    return safety.no_contact


def _no_disclosure(safety: Safety) -> list[Any]:
    return safety.no_disclosure


def _current(rows: list[Any]) -> list[Any]:
    return [row for row in rows if row.in_force(timezone.localdate())]


def _still(request: HttpRequest, *, holds: bool) -> None:
    """A form about what has ended is not begun; one that was sent goes on to the verb's refusal."""
    if not holds and request.method != "POST":
        raise Refused("This has ended already. Somebody may have ended it: look again.")


def _around(family: Family) -> list[Person]:
    """Relatives and people of the same cases, each once."""
    related = [one.other for one in family.relations if one.other]
    near = {one.pk: one for one in [*related, *(member.person for member in family.in_same_cases)]}
    return list(near.values())
