"""Pages of an erasure: what is decided about each item, about many alike, and the approval of somebody else."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.dates import plural
from core.errors import Refused
from core.pages import answer, carry_out, sent
from sar.actions import erasure as erasure_verbs
from sar.desk_permissions import can_approve_erasure
from sar.forms.rights import ApproveAlikeForm, DecideAlikeForm, ErasureForm
from sar.models import ErasureItem
from sar.queries import erasing as many
from sar.queries import rights as door


@require_safe
def erasure(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything held about the person, with what is decided about each item, to decide and to approve."""
    opened = door.open_erasure(reference, look=look_of(request))
    user = reader_of(request)
    rows = [
        (row, row.decision is not None and can_approve_erasure(user, row.decision))
        for row in opened.rows
    ]
    waiting = sum(can_approve for _, can_approve in rows) if opened.request.is_open else 0
    undecided = sum(row.decision is None for row in opened.rows) if opened.can_decide else 0
    context = {"erasure": opened, "rows": rows, "waiting": waiting, "undecided": undecided}
    return answer(request, "sar/erasure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_item(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Decide about one item."""
    opened = door.open_erasure(reference, look=look_of(request))
    row = opened.row(key)
    if row is None:
        raise Http404
    if not opened.can_decide:
        raise Refused("This is not yours to decide, or the request is answered.")
    form = ErasureForm(sent(request))
    by = reader_of(request)
    if carry_out(form, erasure_verbs.decide, request=opened.request, item=row.item, by=by):
        messages.success(request, "Decided. Somebody else approves it.")
        return redirect("sar:erasure", reference)
    return answer(request, "sar/erasure_item.html", {"erasure": opened, "row": row}, form)


@require_POST
def erasure_approve(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Approve what somebody else decided about one item."""
    opened = many.open_to_approve(reference, look=look_of(request))
    decision = many.decision_named(opened, key)
    user = reader_of(request)
    if decision is None:
        raise Http404
    if not can_approve_erasure(user, decision):
        raise Refused("Somebody else approves what you decided, once.")
    erasure_verbs.approve(item=decision, by=user)
    messages.success(request, "Approved.")
    return redirect("sar:erasure", reference)


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_alike(request: HttpRequest, reference: str) -> HttpResponse:
    """Decide the same about everything that is undecided and ticked."""
    decision = request.GET.get("decision", "")
    to = _narrowed(request)
    opened = many.open_undecided(reference, look=look_of(request), decision=decision, to=to)
    if decision not in ErasureItem.Decision.values:
        return answer(request, "sar/erasure_alike.html", {"one": opened, "to": to, "decision": ""})
    form = DecideAlikeForm(sent(request), decision=decision, every=opened.items)
    given = {"request": opened.request, "by": reader_of(request)}
    if done := carry_out(form, erasure_verbs.decide_alike, **given):
        messages.success(request, f"{plural(done, 'item')} decided. Somebody else approves them.")
        return redirect("sar:erasure", reference)
    ticked = form.ticked
    if not form.is_bound and request.GET.get("tick") != "none":
        ticked = {item.key for item in opened.rows}
    context = {"one": opened, "to": to, "decision": decision, "ticked": ticked}
    return answer(request, "sar/erasure_alike.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def erasure_approve_all(request: HttpRequest, reference: str) -> HttpResponse:
    """Read what others decided about many items, and approve those that are ticked."""
    form = ApproveAlikeForm(sent(request))
    if form.is_bound:
        asked = many.open_to_approve(reference, look=look_of(request))
        by = reader_of(request)
        if done := carry_out(form, erasure_verbs.approve_alike, request=asked, by=by):
            messages.success(request, f"{plural(done, 'item')} approved.")
            return redirect("sar:erasure", reference)
    opened = many.open_waiting(reference, look=look_of(request), to=_narrowed(request))
    ticked = form.ticked
    if request.GET.get("tick") == "all" and not form.is_bound:
        ticked = {str(row.decision.pk) for row in opened.rows}
    context = {"one": opened, "to": _narrowed(request), "ticked": ticked}
    return answer(request, "sar/erasure_approve_all.html", context, form)


def _narrowed(request: HttpRequest) -> many.Narrowed:
    return many.Narrowed(**{name: request.GET.get(name, "") for name in ("kind", "case", "who")})
