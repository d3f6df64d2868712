"""Pages of cases: one's own, one case with its timeline, opening, closing and handing over."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases import permissions
from cases.actions import cases as verbs
from cases.actions.enquiries import turn_into
from cases.actions.voiding import void_case
from cases.forms.cases import (
    AllocateForm,
    CaseOpenForm,
    CasePersonForm,
    CaseProfessionalForm,
    CloseForm,
    ReopenForm,
    SummaryForm,
    TakeOutOfCaseForm,
    VoidForm,
)
from cases.models import Allocation, Case, Person
from cases.queries import cases as door
from cases.queries.enquiries import enquiry_to_turn
from cases.queries.opening import begin_case, find_person
from cases.queries.people import age_of, birth_is_estimated
from cases.views.tabs import case_tabs
from cases.views.timeline import timeline_part
from cases.workflow import CaseStatus
from core.dates import plain
from core.errors import Refused
from core.pages import answer, carry_out, sent


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The cases one works on, or all that one may read."""
    user = reader_of(request)
    if elsewhere := _starts_at(user):
        return redirect(elsewhere)
    works = user.has_perm("cases.open_case") or door.has_cases(user)
    whose = request.GET.get("whose") or _whose_first(user)
    mine_only = works and whose != "all"
    closed = request.GET.get("status") == CaseStatus.CLOSED
    rows, restricted = door.list_cases_and_restricted(
        look=look_of(request),
        page=request.GET.get("page", 1),
        mine_only=mine_only,
        status=CaseStatus.CLOSED if closed else CaseStatus.OPEN,
    )
    tabs = _tabs(user, works=works, mine_only=mine_only, closed=closed)
    heading = next(tab["label"] for tab in tabs if tab["current"])
    context = {
        "page": rows,
        "restricted": restricted,
        "tabs": tabs,
        "heading": heading,
        "can_search": user.has_perm("cases.search_people"),
    }
    return answer(request, "cases/mine.html", context)


def _starts_at(user: User) -> str:
    """The page where somebody begins who has no cases to read; "" for everybody else."""
    if user.has_perm("cases.open_record"):
        return ""
    if user.has_perm("cases.search_people"):
        return "cases:search"
    return "admin:index" if user.has_perm("accounts.enter_admin") else ""


def _whose_first(user: User) -> str:
    """A manager who works on no case of their own begins with those of everybody."""
    manages = user.has_perm("cases.allocate_case") and not door.has_cases(user)
    return "all" if manages else "mine"


def _tabs(user: User, *, works: bool, mine_only: bool, closed: bool) -> list[dict[str, object]]:
    everybodys = "cases" if user.has_perm("cases.open_any_record") else "cases of my services"
    lists = [("mine", True, "My {} cases")] if works else []
    lists.append(("all", False, f"All {{}} {everybodys}"))
    return [
        {
            "label": words.format(status),
            "url": f"{reverse('cases:mine')}?whose={whose}&status={status}",
            "current": only is mine_only and (status == CaseStatus.CLOSED) is closed,
        }
        for whose, only, words in lists
        for status in CaseStatus.values
    ]


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """Somebody in a case, as the head of its page names them."""

    person: Person
    role: str
    age: str
    has_left: bool


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case: the family, who works with it, and everything that happened."""
    record = door.open_case_page(reference, look=look_of(request))
    opened = record.case
    return answer(
        request,
        "cases/case.html",
        {
            "case": opened,
            "tabs": case_tabs(opened, "cases:case"),
            "alerts": record.alerts,
            "leave": record.leave,
            "family": _family(opened),
            "working": _working(opened),
            "worked": [one for one in opened.allocations.all() if one.until is not None],
            "offered": _offered(reader_of(request), opened),
            "referral": getattr(opened, "referral", None),
            "professionals": opened.case_professionals.all(),
            "timeline": timeline_part(request, cases=[opened]),
        },
    )


def _family(opened: Case) -> list[FamilyMember]:
    today = timezone.localdate()
    members = []
    for one in opened.case_people.all():
        hidden = one.person.is_named_by_number
        age = age_of(one.person, today) or ("restricted" if hidden else "not known")
        about = "about " if birth_is_estimated(one.person) and not hidden else ""
        role = one.get_role_display()
        if one.left_on is not None:
            role = f"{role}, until {plain(one.left_on)}: {one.left_because}"
        members.append(
            FamilyMember(
                person=one.person, role=role, age=f"{about}{age}", has_left=one.left_on is not None
            )
        )
    return sorted(members, key=lambda member: member.has_left)


def _offered(user: User, opened: Case) -> dict[str, list[dict[str, str]]]:
    """What this reader can do now, by where the page offers it: a link that is shown is a link that works.

    `write` beside the heading, `family` below those who belong to the case, `workers` beside the workers,
    `more` below the facts.
    """
    writes = permissions.can_write_in(user, opened)
    diary = user.has_perm("diary.keep_diary")
    shares = user.has_perm("consent.record_share")
    meets = opened.status == CaseStatus.OPEN and user.has_perm("consent.record_consent")
    # Pages of the layers above are offered by their names: what is arranged, and what was told to whom,
    # belong beside the work.
    offered = [
        ("write", writes, "Write a note", "cases:note-add"),
        ("write", writes, "Record a contact", "cases:contact-add"),
        ("write", writes, "Record a decision", "cases:decision-add"),
        ("write", writes, "Add a document", "cases:document-add"),
        ("family", writes, "Add somebody", "cases:case-person-add"),
        ("family", writes, "Take somebody out", "cases:case-person-leave"),
        ("family", writes, "Name a professional", "cases:case-professional-add"),
        ("workers", permissions.can_hand_over(user, opened), "Hand over", "cases:case-hand-over"),
        ("workers", permissions.can_allocate(user, opened), "Workers", "cases:case-allocate"),
        ("more", writes, "Change what the work is about", "cases:case-summary"),
        ("more", meets, "First meeting: notice and consents", "consent:first-meeting"),
        ("more", diary, "Appointments", "diary:case"),
        ("more", writes, "Add a task", "cases:case-task-add"),
        ("more", shares, "Write in the sharing log", "consent:share-add"),
        ("more", True, "Paper files", "cases:paper-of-case"),
        ("more", True, "How long it is kept", "retention:case"),
        ("more", True, "Print", "cases:case-print"),
        ("more", permissions.can_close(user, opened), "Close the case", "cases:case-close"),
        ("more", permissions.can_reopen(user, opened), "Open again", "cases:case-reopen"),
        ("more", permissions.can_void_case(user, opened), "Opened by mistake", "cases:case-void"),
    ]
    groups: dict[str, list[dict[str, str]]] = {group: [] for group, *_ in offered}
    for group, can, text, name in offered:
        if can:
            groups[group].append({"text": text, "url": reverse(name, args=[opened.reference])})
    return groups


@require_http_methods(["GET", "HEAD", "POST"])
def case_open(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a case for a person, with whoever of the family belongs to it."""
    look = look_of(request)
    start = begin_case(reference, look=look)
    # A page calls its door once: what was asked is read only when the case opens because of it.
    came_from = request.GET.get("enquiry", "") if request.method == "POST" else ""
    asked = enquiry_to_turn(came_from, look=look)
    form = CaseOpenForm(
        sent(request),
        people=start.people,
        services=start.services,
        workers=start.workers,
        on=timezone.localdate(),
    )
    if opened := carry_out(form, verbs.open_case, by=request.user):
        if asked is not None:
            turn_into(enquiry=asked, became=opened, by=reader_of(request))
        messages.success(request, f"{opened.reference} is open.")
        return redirect(opened)
    return answer(request, "cases/case_open.html", {"start": start}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def case_summary(request: HttpRequest, reference: str) -> HttpResponse:
    """Say anew what the work is about."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_write)
    _begins(request, opened, permissions.can_write_in, "{} is closed. Nothing in it changes.")
    form = SummaryForm(sent(request), case=opened)
    if carry_out(form, verbs.change_summary, case=opened, by=request.user):
        messages.success(request, "It is changed. What it was before stands among what happened.")
        return redirect(opened)
    heading = "Change what the work is about"
    return _case_form(request, opened, form, heading=heading, submit="Save")


@require_http_methods(["GET", "HEAD", "POST"])
def case_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Close a case with a summary."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_close)
    _begins(request, opened, permissions.can_close, "{} is closed already.")
    form = CloseForm(sent(request))
    if carry_out(form, verbs.close, case=opened, by=request.user):
        messages.success(request, f"{opened.reference} is closed.")
        return redirect(opened)
    hint = "Whoever works on it does so until today. It can be opened again."
    return _case_form(
        request, opened, form, heading="Close the case", submit="Close the case", hint=hint
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a closed case again."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_close)
    _begins(request, opened, permissions.can_reopen, "{} is open already.")
    form = ReopenForm(sent(request))
    if carry_out(form, verbs.reopen, case=opened, by=request.user):
        messages.success(request, f"{opened.reference} is open again. Say who works on it.")
        return redirect(opened)
    hint = "Nobody works on it until somebody is allocated."
    return _case_form(
        request, opened, form, heading="Open the case again", submit="Open it again", hint=hint
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_void(request: HttpRequest, reference: str) -> HttpResponse:
    """A case that was opened by mistake a moment ago."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_write)
    _begins(
        request, opened, permissions.can_void_case, "Only whoever opened {} can void it, for a day."
    )
    form = VoidForm(sent(request))
    if carry_out(form, void_case, case=opened, by=request.user):
        messages.success(request, f"{reference} is void. The log keeps that it was.")
        return redirect("cases:mine")
    hint = "For an empty case. Whoever is part of it keeps their record."
    return _case_form(request, opened, form, heading="Void the case", submit="Void", hint=hint)


@require_http_methods(["GET", "HEAD", "POST"])
def case_allocate(request: HttpRequest, reference: str) -> HttpResponse:
    """Who works on a case: give it to somebody, or end somebody's work on it."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_allocate)
    _begins(request, opened, permissions.can_allocate, "{} is closed: open it again first.")
    form = AllocateForm(sent(request), workers=door.workers_for_case(opened))
    if given := carry_out(form, verbs.allocate, case=opened, by=request.user):
        messages.success(request, f"{given.worker} works on {opened.reference} from today.")
        return redirect("cases:case-allocate", opened.reference)
    context = {"case": opened, "working": _working(opened)}
    return answer(request, "cases/case_allocate.html", context, form)


@require_POST
def allocation_end(request: HttpRequest, reference: str) -> HttpResponse:
    """End somebody's work on a case; the button sends which worker's."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_allocate)
    number = request.POST.get("worker", "")
    ending = next((one for one in _working(opened) if str(one.worker_id) == number), None)
    if ending is None:
        raise Refused("They do not work on this case any more. Somebody may have changed it.")
    verbs.end_allocation(case=opened, worker=ending.worker, by=reader_of(request))
    messages.success(request, f"{ending.worker} worked on {opened.reference} until today.")
    return redirect("cases:case-allocate", opened.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def case_person_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Make somebody part of a case."""
    look = look_of(request)
    opened = door.open_case(reference, look=look, may=permissions.may_write)
    _begins(request, opened, permissions.can_write_in, "{} is closed: open it again first.")
    form = CasePersonForm(
        sent(request),
        find=lambda words: find_person(words, look=look),
        initial={"person": request.GET.get("person", "")},
    )
    if part := carry_out(form, verbs.add_person_to_case, case=opened, by=request.user):
        messages.success(request, f"{part.person} is part of {opened.reference}.")
        return redirect(opened)
    return _case_form(request, opened, form, heading="Add somebody to the case", submit="Add")


@require_http_methods(["GET", "HEAD", "POST"])
def case_person_leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody who is no longer part of a case."""
    today = timezone.localdate()
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_write)
    _begins(request, opened, permissions.can_write_in, "{} is closed: open it again first.")
    form = TakeOutOfCaseForm(sent(request), case=opened, on=today)
    if part := carry_out(form, verbs.take_out_of_case, on=today, by=request.user):
        messages.success(request, f"{part.person} is no longer part of {opened.reference}.")
        return redirect(opened)
    return _case_form(request, opened, form, heading="Take somebody out", submit="Take them out")


@require_http_methods(["GET", "HEAD", "POST"])
def case_professional_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that somebody of an agency works with the family."""
    opened = door.open_case(reference, look=look_of(request), may=permissions.may_write)
    _begins(request, opened, permissions.can_write_in, "{} is closed: open it again first.")
    form = CaseProfessionalForm(sent(request), case=opened, professionals=door.professionals())
    if named := carry_out(form, verbs.name_professional, case=opened, by=request.user):
        messages.success(request, f"{named.professional} is named in {opened.reference}.")
        return redirect(opened)
    return _case_form(request, opened, form, heading="Name a professional", submit="Name them")


def _begins(
    request: HttpRequest, opened: Case, can: Callable[[User, Case], bool], sentence: str
) -> None:
    """A form that the status of the case does not allow is not begun: its page says why.

    One that was sent goes on to the verb, whose refusal keeps what was typed.
    """
    if request.method != "POST" and not can(reader_of(request), opened):
        raise Refused(sentence.format(opened.reference))


def _working(opened: Case) -> list[Allocation]:
    return [one for one in opened.allocations.all() if one.until is None]


def _case_form(
    request: HttpRequest, opened: Case, form: BaseForm, *, heading: str, submit: str, hint: str = ""
) -> HttpResponse:
    context = {"case": opened, "heading": heading, "submit": submit, "hint": hint}
    return answer(request, "cases/case_form.html", context, form)
