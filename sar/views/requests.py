"""Pages of requests: taking one in, and working on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from audit.verbs import Verb
from cases.queries.opening import find_person
from core.errors import Refused
from core.fresh_sign_in import must_be_fresh
from core.pages import answer, carry_out, sent
from core.printing import printed
from sar import permissions
from sar.actions.requests import record_requests
from sar.answering import before_answer
from sar.conflicts import new_conflicts
from sar.deadlines import deadline_of
from sar.desk_permissions import complaints_of
from sar.forms.requests import RequestForm
from sar.gates import newest_competence
from sar.happened import what_happened
from sar.letter_kinds import LetterKind
from sar.letter_rules import owed
from sar.levers import SIGN_OFF, lever_named, levers_for
from sar.models import BuiltPack, Extension, RightsRequest
from sar.queries import requests as door
from sar.queries.packs import progress_of
from sar.queries.statement import open_statement
from sar.queries.unread import unread_notes
from sar.signing import to_be_signed

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
    works = permissions.may_work(reader_of(request))
    context = {"page": rows, "tabs": tabs, "can_add": can_add, "works": works}
    return answer(request, "sar/requests.html", context)


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
    if recorded := carry_out(form, record_requests, by=request.user):
        names = ", ".join(one.reference for one in recorded)
        are = "is" if len(recorded) == 1 else "are"
        messages.success(request, f"{names} {are} recorded. The time runs.")
        return redirect(recorded[0])
    return answer(request, "sar/request_add.html", {}, form)


@require_safe
def request(request: HttpRequest, reference: str) -> HttpResponse:
    """One request: what was asked, when the answer is due and why, what happened, and its packs."""
    opened = door.open_request(reference, look=look_of(request))
    return answer(request, "sar/request.html", about_request(reader_of(request), opened))


def about_request(user: User, opened: RightsRequest) -> dict[str, Any]:
    """What a page about a request shows, here and in the admin."""
    works, today = permissions.may_work(user), timezone.localdate()
    knows = works or permissions.may_check(user)
    packs = list(opened.packs.all()) if permissions.may_read_packs(user, opened) else []
    unsigned = permissions.pack_to_be_signed(opened) if works else None
    notes = bool(opened.person_id) and permissions.can_note_items(user, opened)
    # Found at release at the latest, when the pack is made and signed: better said now.
    new = new_conflicts(opened, on=today) if knows and opened.is_open else []
    return {
        "opened": opened,
        "works": works,
        "happened": what_happened(
            opened, works=works, story=knows or permissions.may_read_story(user, opened)
        ),
        "searches": opened.searches.all() if works else [],
        "linked": door.linked_to(user, opened),
        "alike": door.alike_to(user, opened),
        "warnings": opened.warnings.all() if works else [],
        "competence": newest_competence(opened) if works else None,
        "hindrances": [
            *(one.to_be_weighed for one in new if not one.is_information),
            *(before_answer(opened, on=today) if knows else []),
        ],
        "informing": [one.words for one in new if one.is_information],
        "restrictions": opened.restrictions.all() if works else [],
        "rectifications": opened.rectifications.select_related("for_user") if works else [],
        "recipients": opened.recipients.all() if works else [],
        "complaints": complaints_of(user).filter(request=opened) if works else [],
        "letters": opened.letters.all() if works else [],
        "owed": owed(opened) if works else [],
        "write_url": reverse("sar:letter-add", args=[opened.reference]) if works else "",
        "standing": deadline_of(opened, today),
        "levers": [(lever, lever.url(opened)) for lever in levers_for(user, opened)],
        "can_read_items": permissions.can_read_items(user, opened),
        "can_note_items": notes,
        "new_notes": unread_notes(user, opened).count() if notes else 0,
        "not_ready": works and permissions.is_built_and_not_ready(opened),
        "can_hand_over": user.has_perm("sar.release_request"),
        "packs": [
            (
                pack,
                progress_of(pack),
                permissions.can_read_pack(user, pack),
                permissions.is_signed_and_overtaken(pack, opened),
            )
            for pack in packs
        ],
        "to_open": permissions.pack_to_open(user, opened),
        "unsigned": unsigned,
        "to_be_signed": to_be_signed(unsigned) if unsigned is not None else "",
        "leaky": next((pack for pack in packs[:1] if works and pack.leaks.all()), None),
    }


@require_safe
def statement(request: HttpRequest, reference: str) -> HttpResponse:
    """Who has seen somebody's record and to whom it was sent, made for that person."""
    made = open_statement(reference, look=look_of(request))
    return answer(request, "sar/statement.html", {"statement": made})


@require_safe
def statement_print(request: HttpRequest, reference: str) -> HttpResponse:
    """The same on paper, to be given to the person."""
    made = open_statement(reference, look=look_of(request), verb=Verb.STATEMENT_PRINTED)
    context = {
        "statement": made,
        "printed": printed(reader_of(request), reference),
        "back": reverse("sar:statement", args=[reference]),
    }
    return answer(request, "sar/statement_print.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def request_lever(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """Do one thing to a request: a verb of the table of levers, from a page or from the admin."""
    lever = lever_named(name)
    user, look = reader_of(request), look_of(request)
    opened = door.open_request(reference, look=look, to=lever.may if lever else None)
    if lever is None:
        raise Http404
    if request.method != "POST" and not lever.can(user, opened):
        raise Refused(lever.why_not(opened))
    if lever.is_dangerous:
        must_be_fresh(request)
    form = lever.make_form(
        sent(request), request=opened, by=user, find=lambda words: find_person(words, look=look)
    )
    made = carry_out(form, lever.verb, request=opened, by=user)
    if form.is_bound and not form.errors:
        messages.success(request, f"{opened}: {lever.done}")
        return redirect(_after(request, opened, made))
    context = {
        "opened": opened,
        "lever": lever,
        "back": request.POST.get("back", ""),
        "to_open": permissions.pack_to_open(user, opened) if lever.name == SIGN_OFF else None,
    }
    return answer(request, "sar/request_lever.html", context, form)


def _after(request: HttpRequest, opened: RightsRequest, made: Any) -> str:
    """Where to go on: back to the desk in the admin if that is where the button was; else to a pack
    that is being built, to the letter that has to tell of it, or to the request.
    """
    if request.POST.get("back") == BACK_TO_ADMIN and reader_of(request).has_perm(
        "accounts.enter_admin"
    ):
        return reverse("admin:sar_rightsrequest_change", args=[opened.pk])
    if isinstance(made, Extension) and made.notice_sent_on is None:
        return f"{reverse('sar:letter-add', args=[opened.reference])}?kind={LetterKind.EXTEND}"
    if isinstance(made, BuiltPack) and not made.is_built:
        return made.get_absolute_url()
    return opened.get_absolute_url()
