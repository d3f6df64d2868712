"""Consents that end soon, and the sharing log in figures."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audit.looks import look_of
from consent.queries import pictures as door
from core.pages import answer


@require_safe
def ending(request: HttpRequest) -> HttpResponse:
    """Consents that end within a month."""
    rows = door.list_ending(look=look_of(request), page=request.GET.get("page", 1))
    return answer(request, "consent/ending.html", {"page": rows})


@require_safe
def quarters(request: HttpRequest) -> HttpResponse:
    """How often information left through each gateway, quarter by quarter."""
    chart = door.sharing_by_quarter(look=look_of(request))
    return answer(request, "consent/quarters.html", {"chart": chart})
