"""Pages of the workbench: everybody who is named, and one decision about somebody for the whole pack."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.dates import plural
from core.errors import Refused
from core.pages import answer, carry_out, sent
from sar.actions import groups, health
from sar.queries import items as items_door
from sar.workbench import names
from sar.workbench.forms import GOES, AskHealthForm, GroupForm, HealthAnswerForm, HealthRulingForm


@require_safe
def everybody(request: HttpRequest, reference: str) -> HttpResponse:
    """Everybody who is named in the pack, and what is decided about each."""
    found = names.list_names(
        reference,
        look=look_of(request),
        page=request.GET.get("page", 1),
        undecided=request.GET.get("show") == "undecided",
    )
    return answer(request, "sar/workbench/names.html", {"names": found})


@require_http_methods(["GET", "HEAD", "POST"])
def somebody(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One of them: every place, and one decision for all of them."""
    opened = names.open_name(
        reference, name, look=look_of(request), page=request.GET.get("page", 1)
    )
    form = GroupForm(sent(request), is_open_proposed=opened.group.is_open_proposed)
    given: dict[str, Any] = {
        "request": opened.request,
        "group": opened.group.key,
        "named": [place.named for place in opened.group.places],
        "by": request.user,
    }
    if form.is_bound and form.is_valid() and form.stays:
        done = carry_out(form, groups.leave_in, who=opened.group.who, **given)
        out = opened.group.withheld
        said = (
            f"It stays in, but for {plural(out, 'place')} where it is withheld."
            if out
            else "It stays in, wherever it stands."
        )
    else:
        done = carry_out(form, groups.withhold_group, **given)
        said = f"Withheld: {plural(done, 'decision')} made." if done else ""
    if done:
        messages.success(request, said)
        return redirect(_next(reference, opened))
    return answer(request, "sar/workbench/name.html", {"one": opened}, form)


def _next(reference: str, opened: names.OneGroup) -> str:
    if opened.next_undecided is None:
        return reverse("sar:names", args=[reference])
    return reverse("sar:name", args=[reference, opened.next_undecided.name])


@require_POST
def somebody_undo(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Take back that somebody stays in; or, where the button says so, that they are withheld."""
    opened = names.open_name(reference, name, look=look_of(request))
    if request.POST.get("what") == GOES:
        here = [place.named for place in opened.group.places]
        done = groups.undo_withhold_group(request=opened.request, named=here, by=reader_of(request))
        messages.success(
            request,
            f"Taken back: {plural(done, 'decision')}. These words go out again, and what was checked without them "
            "has to be checked again.",
        )
        return redirect("sar:name", reference, name)
    if opened.group.stays is None:
        raise Refused("This decision is not there any more. Somebody may have taken it back.")
    groups.undo_leave_in(decision=opened.group.stays, by=reader_of(request))
    messages.success(request, "Taken back: decide again.")
    return redirect("sar:name", reference, name)


@require_http_methods(["GET", "HEAD", "POST"])
def item_health(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Say why an item that tells of health may go out."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    if opened.health is None:
        raise Refused("Nothing of this item tells of health, so nothing has to be said about it.")
    form = HealthRulingForm(sent(request), consultations=opened.health.consultations)
    if carry_out(
        form, health.rule_on_health, request=opened.request, item=opened.row.item, by=request.user
    ):
        messages.success(request, "It may go out, on this ground.")
        return redirect("sar:item", reference, key)
    return answer(request, "sar/workbench/health.html", {"one": opened}, form)


@require_POST
def item_health_undo(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Take the ground back."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    if opened.health is None or opened.health.ruling is None:
        raise Refused("This decision is not there any more. Somebody may have taken it back.")
    health.undo_health_ruling(ruling=opened.health.ruling, by=reader_of(request))
    messages.success(request, "Taken back.")
    return redirect("sar:item", reference, key)


@require_http_methods(["GET", "HEAD", "POST"])
def opinions(request: HttpRequest, reference: str) -> HttpResponse:
    """The health professionals who were asked, and a form to ask another."""
    opened = names.open_opinions(reference, look=look_of(request))
    form = AskHealthForm(sent(request))
    if carry_out(form, health.ask_health_professional, request=opened.request, by=request.user):
        messages.success(request, "Recorded. Come back when the answer is there.")
        return redirect("sar:opinions", reference)
    return answer(request, "sar/workbench/opinions.html", {"one": opened}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """What one of them answered."""
    opened = names.open_opinions(reference, look=look_of(request))
    asked = next((one for one in opened.consultations if one.pk == number), None)
    if asked is None:
        raise Refused("This question is not there any more. Look at the list again.")
    form = HealthAnswerForm(sent(request))
    if carry_out(form, health.record_health_answer, consultation=asked, by=request.user):
        messages.success(request, "The answer is recorded.")
        return redirect("sar:opinions", reference)
    return answer(request, "sar/workbench/opinion.html", {"one": opened, "asked": asked}, form)
