"""A form that is sent after the session ended is kept until its writer has signed in again (N2)."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from cases.models import Restriction
from cases.names_in_full import names_in_full
from cases.permissions import can_restrict
from cases.restricted import grants_of
from cases.views.unsaved import keep


class NothingTypedIsLost:
    """Before the sign-in page takes over; see `cases.views.unsaved`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if request.method != "POST" or request.user.is_authenticated:
            return None
        return keep(request, view)


class RestrictedNames:
    """Names of restricted people are shown to whoever restricts records and, of those, to whom leave was
    given (UK GDPR Art 18(2)); to everybody else their number stands instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with names_in_full(_leave_of(request)):
            return self.get_response(request)


def _leave_of(request: HttpRequest) -> Callable[[int], bool]:
    """Says whether a restricted person is named to whoever sent `request`; asks the database once, and
    only where a restricted person is named at all.
    """
    known: list[frozenset[int] | None] = []

    def named(number: int) -> bool:
        user = request.user
        if not isinstance(user, User):
            return False
        if not known:
            known.append(None if can_restrict(user) else _granted(user))
        return known[0] is None or number in known[0]

    return named


def _granted(user: User) -> frozenset[int]:
    of = Restriction.objects.filter(grants__in=grants_of(user), lifted_at=None)
    return frozenset(of.exclude(person=None).values_list("person_id", flat=True))
