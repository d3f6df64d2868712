"""Why one person's or case's records are still here, and until when."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.pages import answer
from retention import permissions
from retention.queries import due as door


@require_safe
def person(request: HttpRequest, reference: str) -> HttpResponse:
    """How long what is held about a person is kept, record by record (features.md P33)."""
    return _page(request, door.why_person_is_here(reference, look=look_of(request)))


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """How long a case file is kept, and why."""
    return _page(request, door.why_case_is_here(reference, look=look_of(request)))


def _page(request: HttpRequest, why: door.WhyHere) -> HttpResponse:
    can_hold = permissions.may_hold(reader_of(request))
    return answer(request, "retention/kept.html", {"why": why, "can_hold": can_hold})
