"""The page on which a signed paper is put beside an answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from consent.actions.papers import attach_paper, upload_paper
from consent.forms.papers import PaperForm
from consent.queries.papers import open_attaching
from core.pages import answer, carry_out, sent, sent_files


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the paper that they signed beside what they answered."""
    attaching = open_attaching(reference, look=look_of(request))
    form = PaperForm(sent(request), sent_files(request), attaching=attaching)
    if carry_out(form, _beside, by=reader_of(request)) is not None:
        messages.success(request, f"The paper stands beside {reference}.")
        return redirect("consent:person", attaching.consent.person.reference)
    return answer(request, "consent/paper.html", {"attaching": attaching}, form)


def _beside(*, by: User, **typed: Any) -> Any:
    """By whichever of the two verbs the form speaks of."""
    return attach_paper(by=by, **typed) if "document" in typed else upload_paper(by=by, **typed)
