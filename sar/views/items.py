"""Deciding, item by item, what is withheld."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.errors import Refused
from core.pages import answer, carry_out, sent
from core.privacy import Section
from sar.actions import announcing, withholding
from sar.exemptions import RULINGS
from sar.forms.withholding import NotHeldForm, WithholdForm
from sar.pack.held import FILE
from sar.queries import items as items_door


@require_safe
def items(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything held about the person, to be checked item by item."""
    wanted = request.GET.get("section", "")
    undecided = request.GET.get("show") == "undecided"
    page = items_door.list_items(
        reference,
        look=look_of(request),
        page=request.GET.get("page", 1),
        section=Section(wanted) if wanted in {section.value for section in Section} else None,
        undecided=undecided,
        health=request.GET.get("health") == "waits",
        later=request.GET.get("written") == "later",
    )
    context = {"items": page, "sections": list(Section), "undecided": undecided}
    return answer(request, "sar/items.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """One item: what it says, what of it is withheld, and a form to withhold more."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    form = WithholdForm(
        sent(request), item=opened.row.item, proposal=_proposed(opened, request.GET.get("proposal"))
    )
    decision = carry_out(
        form, _verb(form), request=opened.request, item=opened.row.item, by=request.user
    )
    if decision:
        messages.success(request, _withheld(opened, decision))
        return redirect("sar:item", reference, key)
    rulings = [(one.label, ruling) for one, ruling in RULINGS.items() if ruling.is_exemption]
    return answer(request, "sar/item.html", {"one": opened, "rulings": rulings}, form)


def _verb(form: WithholdForm) -> Callable[..., Any]:
    """What the form asks for: to leave out the whole item, or a passage."""
    if form.is_bound and form.is_valid() and form.is_whole:
        return withholding.withhold_item
    return withholding.withhold_passage


def _proposed(opened: items_door.OneItem, number: str | None) -> items_door.Proposal | None:
    """The proposal that the page's address names, for the form to begin with."""
    return next((one for one in opened.proposals if str(one.number) == number), None)


def _withheld(opened: items_door.OneItem, decision: Any) -> str:
    if decision.is_whole_item:
        return "The whole item is withheld."
    if decision.field == FILE:
        return _withheld_in_file(items_door.times_in_file(opened.row.item, decision))
    times = items_door.times(opened.row.item, decision)
    return f"Withheld, in {times} places." if times > 1 else "Withheld, in one place."


def _withheld_in_file(times: int) -> str:
    if not times:
        return (
            "Withheld wherever the words stand in the file. The software has not found them on the pages it has read. "
            "If they stand nowhere in it, the pack is not built: make sure that they are copied as they stand there."
        )
    where = f"{times} places" if times > 1 else "one place"
    return f"Withheld wherever the words stand in the file: in {where} on the pages that the software has read."


@require_http_methods(["GET", "HEAD", "POST"])
def item_not_held(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Leave out an item that was written down after the request came, and was held nowhere before."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    if not opened.row.later:
        raise Refused(
            "This stood here when the request came, or is one of its own papers: it is a part of the answer."
        )
    form = NotHeldForm(sent(request))
    if carry_out(
        form,
        withholding.leave_out_as_not_held,
        request=opened.request,
        item=opened.row.item,
        by=request.user,
    ):
        messages.success(
            request, "Left out. The copy says how many entries were written down later."
        )
        return redirect("sar:item", reference, key)
    return answer(request, "sar/item_not_held.html", {"one": opened}, form)


@require_POST
def item_check(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Say that an item may go out as it would now, and go on to the next that nobody checked."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    withholding.check_item(
        request=opened.request,
        item=opened.row.item,
        seen=request.POST.get("seen"),
        by=reader_of(request),
    )
    if opened.next_undecided is None:
        messages.success(request, "Every item has been checked.")
        return redirect("sar:items", reference)
    return redirect("sar:item", reference, opened.next_undecided.key)


@require_POST
def item_announce(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Put a line before an item that says that it may be hard to read, or take it away again."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    asked, item, by = opened.request, opened.row.item, reader_of(request)
    if request.POST.get("announced") == "no":
        announcing.stop_announcing(request=asked, item=item, by=by)
        messages.success(request, "No line stands before it any more.")
    else:
        announcing.announce_item(request=asked, item=item, by=by)
        messages.success(request, "A line before it will say that it may be hard to read.")
    return redirect("sar:item", reference, key)


@require_POST
def item_undo(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Take back a decision to withhold; the button sends which."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    number = request.POST.get("decision", "")
    decision = next((one for one in opened.row.decisions if str(one.pk) == number), None)
    if decision is None:
        raise Refused("This decision is not there any more. Somebody may have taken it back.")
    withholding.undo_withholding(withholding=decision, by=reader_of(request))
    messages.success(request, "Taken back: it goes out again.")
    if decision.is_area:
        return redirect("sar:item-page", reference, key, decision.page)
    return redirect("sar:item", reference, key)
