"""A page with one form, and the refusal of a role that a page is not for."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from accounts.models import User
from accounts.queries import reader_of
from audit.door import NotNow
from audit.looks import look_of
from audit.purposes import Purpose
from core.csv import csv_text
from core.pages import answer
from retention.models import Proposal


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    button: str,
    back: Any,
    text: str = "",
    is_final: bool = False,
) -> HttpResponse:
    """One form with its button, and a way back."""
    context = {
        "title": title,
        "text": text,
        "button": button,
        "back": resolve_url(back),
        "is_final": is_final,
    }
    return answer(request, "retention/form.html", context, form)


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, name: str) -> HttpResponse:
    """A table as a spreadsheet (CSV) to take away."""
    return _file(csv_text(columns, rows), name, "text/csv; charset=utf-8")


def pdf_file(content: bytes, *, name: str) -> HttpResponse:
    """A PDF to take away."""
    return _file(content, name, "application/pdf")


def _file(content: str | bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def refuse_unless(may: Callable[[User], bool], request: HttpRequest) -> None:
    """NotNow (403, logged) for a role whose task it is not."""
    if not may(reader_of(request)):
        raise NotNow(
            "This is not part of your role.",
            look=look_of(request, Purpose.MANAGEMENT),
            record=Proposal,
        )
