"""Pages of the other rights: deciding a rectification, portability, reading together."""

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.kinds import KINDS
from core.errors import Refused
from core.pages import answer, carry_out, sent
from sar.actions import rectification as rectification_verbs
from sar.desk_permissions import can_decide_rectification
from sar.forms.rights import DecideRectificationForm
from sar.pack.held import Item
from sar.queries import rights as door

SCHEMA = "parenting2000.portability/1"


@require_http_methods(["GET", "HEAD", "POST"])
def rectification(request: HttpRequest, reference: str) -> HttpResponse:
    """What is disputed, and the decision of the person in charge of the service."""
    opened = door.open_rectification(reference, look=look_of(request))
    user = reader_of(request)
    decides = can_decide_rectification(user, opened)
    if request.method == "POST" and not decides:
        raise Refused("This is decided, or it is not yours to decide.")
    form = DecideRectificationForm(sent(request)) if decides else None
    if form is not None:
        carry_out(form, rectification_verbs.decide, rectification=opened, by=user)
        if form.is_bound and not form.errors:
            messages.success(
                request, f"{opened.reference} is decided. Write to the person what was decided."
            )
            return redirect(opened)
    context = {
        "opened": opened,
        "decides": decides,
        "entry_url": KINDS[opened.noun].address(door.entry_disputed(opened)),
    }
    return answer(request, "sar/rectification.html", context, form)


@require_safe
def portable(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """What the person provided, as JSON or CSV (docs/portability.md)."""
    opened, items = door.take_portable(reference, look=look_of(request))
    name = f"{opened.reference}-provided.{kind}"
    if kind == "json":
        response: HttpResponse = JsonResponse(
            {"schema": SCHEMA, "request": opened.reference, "records": [*map(_record, items)]},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
        )
    elif kind == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        # So that spreadsheets read accents.
        response.write("\ufeff")
        rows = csv.writer(response)
        rows.writerow(["kind", "date", "record", "question", "answer"])
        for item in items:
            for value in item.values:
                rows.writerow([item.kind, _day(item), item.title, value.label, _safe(value.text)])
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _record(item: Item) -> dict[str, Any]:
    return {
        "kind": item.source,
        "record": item.title,
        "date": _day(item) or None,
        "values": [
            {"name": value.field, "label": value.label, "text": value.text} for value in item.values
        ],
    }


def _day(item: Item) -> str:
    return item.day.isoformat() if item.day else ""


def _safe(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


@require_safe
def together(request: HttpRequest, reference: str) -> HttpResponse:
    """The record of a person, to be looked at together with them."""
    seen = door.open_together(reference, look=look_of(request))
    return answer(request, "sar/together.html", {"together": seen})
