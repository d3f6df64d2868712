"""Why one person's or case's records are still here, and until when."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Case, Person
from core.pages import answer
from retention import permissions
from retention.queries import due as door
from sar.models import Breach


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """How long what is held about a person is kept, record by record (features.md P33)."""
    return _page(request, door.why_person_is_here(reference, look=look_of(request)))


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """How long a case file is kept, and why."""
    return _page(request, door.why_case_is_here(reference, look=look_of(request)))


@require_safe
def concern(request: HttpRequest, reference: str) -> HttpResponse:
    """How long a concern is kept, and why."""
    return _page(request, door.why_concern_is_here(reference, look=look_of(request)))


@require_safe
def allegation(request: HttpRequest, reference: str) -> HttpResponse:
    """How long an allegation is kept, and why."""
    return _page(request, door.why_allegation_is_here(reference, look=look_of(request)))


@require_safe
def breach(request: HttpRequest, number: int) -> HttpResponse:
    """How long a breach is kept, why, and what holds it."""
    return _page(request, door.why_breach_is_here(number, look=look_of(request)))


def _page(request: HttpRequest, why: door.WhyHere) -> HttpResponse:
    user = reader_of(request)
    # A hold is placed on a person, a case or a breach, and holds what is kept apart of them as well.
    is_of_a_family = isinstance(why.subject, Person | Case)
    is_breach = isinstance(why.subject, Breach)
    context = {
        "why": why,
        "can_release": permissions.may_hold(user),
        "can_hold": (is_of_a_family or is_breach) and permissions.may_hold(user),
        # Whoever may read what is kept apart proposes it.
        "can_propose_early": not is_breach
        and (permissions.may_propose(user) or not is_of_a_family),
    }
    return answer(request, "retention/kept.html", context)
