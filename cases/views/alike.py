"""Likely matches: beside a form while it is typed, and once more before somebody new is saved."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audit.looks import look_of
from cases.alike import Described
from cases.forms.newcomers import described_while_typing
from cases.queries.duplicates import Offer, offer_matches
from core.pages import answer


@require_POST
def people_alike(request: HttpRequest) -> HttpResponse:
    """Whom we may know already of those on a form that is being typed. A part of a page."""
    offers = offer_matches(
        described_while_typing(request.POST), look=look_of(request), on=timezone.localdate()
    )
    form_id = "referral-form" if "rows" in request.POST else "person-form"
    return answer(request, "cases/_alike.html", {"offers": offers, "form_id": form_id})


def unanswered(request: HttpRequest, described: Iterable[tuple[str, Described]]) -> list[Offer]:
    """The likely matches about which the form has not been asked yet.

    The first press of Save shows them, the second says with `sure` that it is none of them; a match
    that has come up since is asked about again.
    """
    offers = offer_matches(described, look=look_of(request), on=timezone.localdate())
    sure = set(request.POST.get("sure", "").split())
    return [] if all(offer.names <= sure for offer in offers) else offers


def sure_of(offers: Iterable[Offer]) -> str:
    """What the form sends back when it is none of them."""
    return " ".join(sorted(name for offer in offers for name in offer.names))
