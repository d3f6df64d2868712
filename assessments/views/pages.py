"""What the pages of this app share: a form about a case, and that none is begun in a closed one."""

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from accounts.queries import reader_of
from cases import permissions
from cases.models import Case
from core.errors import Refused
from core.pages import answer


def begins(request: HttpRequest, case: Case) -> None:
    """A form is not begun in a closed case. One that was sent goes on to the verb, whose refusal keeps
    what was typed.
    """
    if request.method != "POST" and not permissions.can_write_in(reader_of(request), case):
        raise Refused(f"{case.reference} is closed. Nothing new is written in it.")


def form_page(
    request: HttpRequest,
    case: Case,
    form: BaseForm,
    *,
    heading: str,
    submit: str = "Save",
    hint: str = "",
    back: tuple[str, str],
) -> HttpResponse:
    """The page of a form about `case`; `back` is the tab that it belongs to: address name and words."""
    name, words = back
    context = {
        "case": case,
        "heading": heading,
        "hint": hint,
        "submit": submit,
        "back": reverse(name, args=[case.reference]),
        "back_words": words,
    }
    return answer(request, "assessments/form.html", context, form)
