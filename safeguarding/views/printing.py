"""A concern and an allegation on paper, as a strategy meeting or the council asks for it (features.md P12, P41).

Printing is a look of its own kind. Whoever may not open the page has no sheet of it either.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from audit.verbs import Verb
from core.pages import answer
from core.printing import printed
from safeguarding.clock import clock_of
from safeguarding.models import Allegation, Concern
from safeguarding.queries.allegations import open_allegation
from safeguarding.queries.concerns import open_concern


@require_safe
def concern(request: HttpRequest, reference: str) -> HttpResponse:
    """One concern with everything that was done about it."""
    opened = open_concern(reference, look=look_of(request), verb=Verb.CONCERN_PRINTED)
    context = {"concern": opened, **_on_paper(request, opened)}
    return answer(request, "safeguarding/print_concern.html", context)


@require_safe
def allegation(request: HttpRequest, reference: str) -> HttpResponse:
    """One allegation with everything that was done about it."""
    opened = open_allegation(reference, look=look_of(request), verb=Verb.ALLEGATION_PRINTED)
    context = {"allegation": opened, **_on_paper(request, opened)}
    return answer(request, "safeguarding/print_allegation.html", context)


def _on_paper(request: HttpRequest, opened: Concern | Allegation) -> dict[str, Any]:
    return {
        "clock": clock_of(opened, now=timezone.now(), today=timezone.localdate()),
        "back": opened.get_absolute_url(),
        "printed": printed(reader_of(request), opened.reference),
    }
