"""Pages of requests: taking one in, working on it, deciding what is withheld, and its packs."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.queries.opening import find_person
from core.errors import Refused
from core.pages import answer, carry_out, sent
from core.privacy import Section
from sar import permissions
from sar.actions import withholding
from sar.actions.requests import record_request
from sar.deadlines import deadline_of
from sar.exemptions import RULINGS
from sar.forms import RequestForm, WithholdForm
from sar.kinds import EvidenceGate
from sar.levers import lever_named, levers_for
from sar.models import BuiltPack, RightsRequest
from sar.queries import items as items_door
from sar.queries import packs as packs_door
from sar.queries import requests as door
from sar.queries.packs import progress_of
from sar.queries.statement import open_statement

BACK_TO_ADMIN = "admin"


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """The requests that exist for whoever looks: open ones by deadline, or the answered ones."""
    answered = request.GET.get("status") == "answered"
    rows = door.list_requests(
        look=look_of(request),
        page=request.GET.get("page", 1),
        answered=answered,
        on=timezone.localdate(),
    )
    tabs = [
        {"label": "Open", "url": reverse("sar:requests"), "current": not answered},
        {
            "label": "Answered",
            "url": f"{reverse('sar:requests')}?status=answered",
            "current": answered,
        },
    ]
    can_add = permissions.can_record(reader_of(request))
    return answer(request, "sar/requests.html", {"page": rows, "tabs": tabs, "can_add": can_add})


@require_http_methods(["GET", "HEAD", "POST"])
def request_add(request: HttpRequest) -> HttpResponse:
    """Take a request in, whatever way it came."""
    look = look_of(request)
    door.begin_request(look=look)
    form = RequestForm(
        sent(request),
        find=lambda words: find_person(words, look=look),
        initial={"person": request.GET.get("person", "")},
    )
    if recorded := carry_out(form, record_request, by=request.user):
        messages.success(request, f"{recorded.reference} is recorded. The time runs.")
        return redirect(recorded)
    return answer(request, "sar/request_add.html", {}, form)


@require_safe
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: what was asked, when the answer is due and why, what happened, and its packs."""
    opened = door.open_request(reference, look=look_of(request))
    return answer(request, "sar/request.html", about_request(reader_of(request), opened))


def about_request(user: User, opened: RightsRequest) -> dict[str, Any]:
    """What a page about a request shows, here and in the admin."""
    packs = list(opened.packs.all()) if permissions.may_work(user) else []
    return {
        "opened": opened,
        "standing": deadline_of(opened, timezone.localdate()),
        "extension": getattr(opened, "extension", None),
        "identity": permissions.is_established(opened, EvidenceGate.IDENTITY),
        "authority": permissions.is_established(opened, EvidenceGate.AUTHORITY),
        "levers": [(lever, lever.url(opened)) for lever in levers_for(user, opened)],
        "can_read_items": permissions.can_read_items(user, opened),
        "packs": [
            (pack, progress_of(pack), permissions.can_read_pack(user, pack)) for pack in packs
        ],
    }


@require_safe
def statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has seen somebody's record and to whom it was sent, made for that person."""
    made = open_statement(reference, look=look_of(request))
    return answer(request, "sar/statement.html", {"statement": made})


@require_http_methods(["GET", "HEAD", "POST"])
def request_lever(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one thing to a request: a verb of the table of levers, from a page or from the admin."""
    lever = lever_named(name)
    user, look = reader_of(request), look_of(request)
    opened = door.open_request(reference, look=look, to=lever.may if lever else None)
    if lever is None:
        raise Http404
    if request.method != "POST" and not lever.can(user, opened):
        raise Refused(f"“{lever.label}” cannot be done to {opened} now. Look at it again.")
    form = lever.make_form(
        sent(request), request=opened, by=user, find=lambda words: find_person(words, look=look)
    )
    made = carry_out(form, lever.verb, request=opened, by=user)
    if form.is_bound and not form.errors:
        messages.success(request, f"{opened}: {lever.done}")
        return redirect(_after(request, opened, made))
    context = {"opened": opened, "lever": lever, "back": request.POST.get("back", "")}
    return answer(request, "sar/request_lever.html", context, form)


def _after(request: HttpRequest, opened: RightsRequest, made: Any) -> str:
    """Where to go on: back to the desk in the admin if that is where the button was; else to a pack
    that is being built, or to the request.
    """
    if request.POST.get("back") == BACK_TO_ADMIN and reader_of(request).has_perm(
        "accounts.enter_admin"
    ):
        return reverse("admin:sar_rightsrequest_change", args=[opened.pk])
    if isinstance(made, BuiltPack) and not made.is_built:
        return made.get_absolute_url()
    return opened.get_absolute_url()


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
    )
    context = {"items": page, "sections": list(Section), "undecided": undecided}
    return answer(request, "sar/items.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """One item: what it says, what of it is withheld, and a form to withhold more."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    form = WithholdForm(
        sent(request), item=opened.row.item, quote=_proposed(opened, request.GET.get("proposal"))
    )
    whole = form.is_bound and form.is_valid() and form.is_whole
    verb = withholding.withhold_item if whole else withholding.withhold_passage
    decision = carry_out(form, verb, request=opened.request, item=opened.row.item, by=request.user)
    if decision:
        messages.success(request, _withheld(opened, decision))
        return redirect("sar:item", reference, key)
    rulings = [(exemption.label, ruling) for exemption, ruling in RULINGS.items()]
    return answer(request, "sar/item.html", {"one": opened, "rulings": rulings}, form)


def _proposed(opened: items_door.OneItem, number: str | None) -> str:
    """The words of the proposal that the page's address names, for the form to begin with."""
    return next((one.words for one in opened.proposals if str(one.number) == number), "")


def _withheld(opened: items_door.OneItem, decision: Any) -> str:
    if decision.is_whole_item:
        return "The whole item is withheld."
    times = items_door.times(opened.row.item, decision)
    return f"Withheld, in {times} places." if times > 1 else "Withheld, in one place."


@require_POST
def item_check(request: HttpRequest, reference: str, key: str) -> HttpResponse:
    """Say that an item may go out as it would now, and go on to the next that nobody checked."""
    opened = items_door.open_item(reference, key, look=look_of(request))
    withholding.check_item(request=opened.request, item=opened.row.item, by=reader_of(request))
    if opened.next_undecided is None:
        messages.success(request, "Every item has been checked.")
        return redirect("sar:items", reference)
    return redirect("sar:item", reference, opened.next_undecided.key)


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
    return redirect("sar:item", reference, key)


@require_safe
def pack(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """How far the build of a pack has come."""
    build = packs_door.build_of(reference, name, look=look_of(request))
    return answer(request, "sar/pack.html", {"build": build})


@require_safe
def pack_progress(request: HttpRequest, reference: str, name: uuid.UUID) -> HttpResponse:
    """The bar alone, which asks for itself again."""
    build = packs_door.build_of(reference, name, look=look_of(request))
    return answer(request, "sar/_progress.html", {"build": build})


@require_safe
def pack_file(request: HttpRequest, reference: str, name: uuid.UUID) -> FileResponse:
    """The pack itself. Its entry in the log is committed before the first byte goes."""
    file = packs_door.open_pack(reference, name, look=look_of(request))
    return FileResponse(
        default_storage.open(file.path),
        filename=file.name,
        as_attachment=True,
        content_type="application/pdf",
    )
