"""Saying at once that one has opened the wrong record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.queries import reader_of
from cases.actions.looks import say_mistaken
from cases.forms.looks import MistakeForm
from cases.queries.looks import look_that
from core.errors import Refused
from core.pages import answer


@require_POST
def look_mistaken(request: HttpRequest) -> HttpResponse:
    """Write beside one's look that it was a mistake, and lead to the search for the right record."""
    user, form = reader_of(request), MistakeForm(request.POST)
    if not form.is_valid():
        return answer(request, "cases/look_mistaken.html", {}, form)
    number = form.cleaned_data["look"]
    look = look_that(number, by=user) if number else None
    if look is None:
        raise Refused(
            "This page was not found among your looks. Open the record again and say it there."
        )
    say_mistaken(look=look, words=form.cleaned_data["words"], by=user)
    messages.success(request, "It is written beside your look. Find the right record here.")
    return redirect("cases:search")
