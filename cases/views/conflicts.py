"""Conflicts of interest: what staff declare, and the desk of the Data Protection Officer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.actions import conflicts as verbs
from cases.forms.conflicts import DeclareForm, LinkForm, PlaceForm, WhyForm
from cases.queries import conflicts as door
from cases.queries.opening import find_person
from cases.queries.staff import readers_of_records
from core.pages import answer, carry_out, sent


@require_http_methods(["GET", "HEAD", "POST"])
def people_i_know(request: HttpRequest) -> HttpResponse:
    """Say whom one knows outside work; whether the charity knows them is told nobody here."""
    own = door.own_conflicts(look=look_of(request))
    form = DeclareForm(sent(request))
    if carry_out(form, verbs.declare_conflict, by=request.user):
        messages.success(request, "Thank you. The Data Protection Officer has it now.")
        return redirect("cases:people-i-know")
    return answer(request, "cases/people_i_know.html", {"own": own}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that one does not know somebody any more as one declared."""
    own = door.open_own_conflict(reference, look=look_of(request))
    form = WhyForm(sent(request), label="Why it is no longer so")
    if carry_out(form, verbs.say_over, barring=own, by=request.user):
        messages.success(
            request, "The Data Protection Officer has it now. Until they decide, nothing changes."
        )
        return redirect("cases:people-i-know")
    context = {
        "about": own.words,
        "heading": "It is no longer so",
        "back": reverse("cases:people-i-know"),
    }
    return answer(request, "cases/closed_step.html", context, form)


@require_POST
def conflict_keep(request: HttpRequest, reference: str) -> HttpResponse:
    """It holds on, whatever the colleague said."""
    opened = door.open_conflict(reference, look=look_of(request))
    verbs.keep_conflict(barring=opened, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"{opened.reference} holds on. {opened.user} is told.")
    return redirect(opened)


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """The conflicts of interest of colleagues, by where they stand."""
    state = request.GET.get("show", door.WAITING)
    page = door.list_conflicts(look=look_of(request), state=state, page=request.GET.get("page", 1))
    here = reverse("cases:conflicts")
    tabs = [
        {"label": words, "url": f"{here}?show={name}", "current": name == state}
        for name, words in door.STATES.items()
    ]
    return answer(request, "cases/conflicts.html", {"page": page, "tabs": tabs})


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_add(request: HttpRequest) -> HttpResponse:
    """Close a record to a colleague who has not declared anything."""
    look = look_of(request)
    door.begin_conflict(look=look)
    others = readers_of_records().exclude(pk=reader_of(request).pk)
    form = PlaceForm(sent(request), find=lambda words: find_person(words, look=look), others=others)
    if placed := carry_out(form, verbs.place_conflict, by=request.user):
        messages.success(request, f"The record is closed to {placed.user} from now on.")
        return redirect(placed)
    return answer(request, "cases/conflict_add.html", {}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, reference: str) -> HttpResponse:
    """One conflict; where it is on no record yet, it is put on one here."""
    look = look_of(request)
    opened = door.open_conflict(reference, look=look)
    waits = opened.person_id is None and opened.ended_at is None
    others = readers_of_records().exclude(pk=opened.user_id)
    form = LinkForm(sent(request), find=lambda words: find_person(words, look=look), others=others)
    if carry_out(form, verbs.link_conflict, barring=opened, by=request.user):
        messages.success(request, f"The record is closed to {opened.user} from now on.")
        return redirect(opened)
    is_over = bool(opened.said_over_at) and not (opened.kept_at or opened.ended_at)
    context = {"conflict": opened, "waits": waits, "is_over": is_over}
    return answer(request, "cases/conflict.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def conflict_end(request: HttpRequest, reference: str) -> HttpResponse:
    """It holds no longer."""
    opened = door.open_conflict(reference, look=look_of(request))
    form = WhyForm(sent(request), label="Why it holds no longer")
    if carry_out(form, verbs.end_conflict, barring=opened, by=request.user):
        messages.success(request, f"{opened.reference} is ended.")
        return redirect(opened)
    context = {
        "about": f"{opened.reference}, {opened.user}",
        "heading": "The conflict holds no longer",
        "back": opened.get_absolute_url(),
    }
    return answer(request, "cases/closed_step.html", context, form)
