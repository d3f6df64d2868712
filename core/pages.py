"""Answering a request: the page, and a form that keeps what was typed when the answer is no."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.datastructures import MultiValueDict

from core.errors import Refused


def sent(request: HttpRequest) -> QueryDict | None:
    """What was typed, where a form was sent; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile] | None:
    """The files of a form that was sent; None where the page is only opened."""
    return request.FILES if request.method == "POST" else None


def carry_out(form: BaseForm, verb: Callable[..., Any], **arguments: Any) -> Any:
    """What `verb` gives, called with `arguments` and what the form holds; the names of its questions,
    or what its `clean` returns, are the verb's own.

    None if the form is not valid or the verb refuses (`refused`).
    """
    if not form.is_valid():
        return None
    try:
        return verb(**arguments, **form.cleaned_data)
    except Refused as refusal:
        refused(form, refusal)
        return None


def refused(form: BaseForm, refusal: Refused, *, at: str | None = None, more: str = "") -> None:
    """The sentence of a rule's refusal stands on `form`, beside everything that was typed: above it, or with
    the question `at`; `more` says what to do instead. The page of the form then is an `attempt`. A form whose
    `asks_after` answers some refusals with a question of their own says which.
    """
    if at is None and hasattr(form, "asks_after"):
        at = form.asks_after(refusal)
    form.add_error(at, f"{refusal} {more}".strip())
    form.was_refused = True  # type: ignore[attr-defined]  # by `answer` alone


def answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    form: BaseForm | None = None,
) -> TemplateResponse:
    """The page `template` with `form`; 422 if the form was sent and cannot be saved as it is."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    page = TemplateResponse(
        request,
        template,
        {**context, "form": form},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
    )
    return attempt(page) if getattr(form, "was_refused", False) else page


def attempt[Page: HttpResponseBase](page: Page) -> Page:
    """`page` says that a rule refused what was begun: the attempt leaves its entry (`audit.middleware`)."""
    page.was_refused = True  # type: ignore[attr-defined]  # read there alone
    return page
