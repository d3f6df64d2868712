"""Pages of groups, of their registers, and of people who drop in."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from audit.verbs import Verb
from cases.permissions import can_see_entries, can_take_referral
from cases.queries.opening import find_person
from cases.queries.referrals import open_services
from core.errors import Refused
from core.pages import answer, carry_out, sent
from core.printing import printed
from diary import permissions
from diary.actions import drop_ins as counting
from diary.actions import groups as verbs
from diary.forms.groups import (
    DropInEnquiryForm,
    DropInForm,
    GroupForm,
    JoinForm,
    KnowForm,
    RegisterForm,
)
from diary.queries import groups as door
from diary.views.calendar import diary_tabs


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """The groups of one's services."""
    user = reader_of(request)
    context = {
        "groups": door.list_groups(look=look_of(request)),
        "tabs": diary_tabs(user, "diary:groups"),
        "can_begin": permissions.may_make_groups(user),
    }
    return answer(request, "diary/groups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_add(request: HttpRequest) -> HttpResponse:
    """Begin a group."""
    form = GroupForm(sent(request), services=door.begin_group(look=look_of(request)))
    if group := carry_out(form, verbs.start_group, by=request.user):
        messages.success(request, f"{group} is there. Say who belongs to it, and when it meets.")
        return redirect(group)
    return answer(request, "diary/group_add.html", {}, form)


@require_safe
def group(request: HttpRequest, reference: str) -> HttpResponse:
    """One group: who belongs to it, and when it meets."""
    record = door.open_group(reference, look=look_of(request))
    user = reader_of(request)
    context = {"record": record, "can_end": permissions.manages_diary(user) and record.can_lead}
    return answer(request, "diary/group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_join(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody joins a group."""
    look = look_of(request)
    record = door.open_group(reference, look=look, may=permissions.may_lead)
    form = JoinForm(
        sent(request),
        find=lambda words: find_person(words, look=look),
        person=request.GET.get("person", ""),
    )
    if member := carry_out(form, verbs.join_group, group=record.group, by=request.user):
        messages.success(request, f"{member.person} belongs to {member.group}.")
        return redirect(record.group)
    return answer(request, "diary/group_join.html", {"record": record}, form)


@require_POST
def group_leave(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody leaves a group; the button sends who."""
    record = door.open_group(reference, look=look_of(request), may=permissions.may_lead)
    asked = request.POST.get("person", "")
    member = next((one for one in record.members if one.person.reference == asked), None)
    if member is None:
        raise Refused("They do not belong to the group any more. Somebody may have changed it.")
    verbs.leave_group(member=member, by=reader_of(request))
    messages.success(request, f"{member.person} belonged to {record.group} until today.")
    return redirect(record.group)


@require_POST
def group_end(request: HttpRequest, reference: str) -> HttpResponse:
    """A group meets no more."""
    record = door.open_group(reference, look=look_of(request), may=permissions.may_end)
    verbs.end_group(group=record.group, by=reader_of(request))
    messages.success(request, f"{record.group} has ended.")
    return redirect("diary:groups")


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, reference: str) -> HttpResponse:
    """The register of a session: one contact for each person."""
    record = door.open_register(reference, look=look_of(request))
    form = RegisterForm(sent(request), people=record.unwritten)
    written = carry_out(form, verbs.write_register, session=record.session, by=request.user)
    if written is not None:
        messages.success(request, f"The register is saved: {len(written)} new in it.")
        return redirect("diary:register", reference)
    return answer(request, "diary/register.html", {"record": record}, form)


@require_safe
def register_print(request: HttpRequest, reference: str) -> HttpResponse:
    """The register on paper: to sign in on, or as it was written."""
    record = door.open_register(reference, look=look_of(request), verb=Verb.REGISTER_PRINTED)
    sheet = {
        "record": record,
        "back": reverse("diary:register", args=[reference]),
        "printed": printed(reader_of(request), reference),
    }
    return answer(request, "diary/register_print.html", sheet)


@require_safe
def drop_ins(request: HttpRequest) -> HttpResponse:
    """Who dropped in."""
    record = door.list_drop_ins(look=look_of(request), page=request.GET.get("page", 1))
    user = reader_of(request)
    context = {
        "record": record,
        "tabs": diary_tabs(user, "diary:drop-ins"),
        "year": timezone.localdate().year,
    }
    return answer(request, "diary/drop_ins.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def drop_in_add(request: HttpRequest) -> HttpResponse:
    """Count somebody who came without a case; `?session=` at a session."""
    services, session = door.begin_drop_in(
        look=look_of(request), session=request.GET.get("session", "")
    )
    form = DropInForm(sent(request), services=services, session=session, on=timezone.localdate())
    if counted := carry_out(form, counting.count_drop_in, by=request.user):
        messages.success(request, f"They are counted, as {counted.reference}.")
        return (
            redirect("diary:register", session.reference) if session else redirect("diary:drop-ins")
        )
    return answer(request, "diary/drop_in_add.html", {"session": session}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def drop_in_know(request: HttpRequest, reference: str) -> HttpResponse:
    """Say who it was that dropped in."""
    look = look_of(request)
    drop_in = door.open_drop_in(reference, look=look)
    form = KnowForm(sent(request), find=lambda words: find_person(words, look=look))
    if known := carry_out(form, counting.know_drop_in, drop_in=drop_in, by=request.user):
        messages.success(request, f"{known.reference} stands in the record of {known.person}.")
        return redirect("cases:person", known.person.reference)
    context = {"drop_in": drop_in, "sees_reasons": can_see_entries(reader_of(request))}
    return answer(request, "diary/drop_in_know.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def drop_in_enquire(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what somebody who dropped in asked, as an enquiry."""
    look, today = look_of(request), timezone.localdate()
    drop_in = door.open_drop_in(reference, look=look, may=can_take_referral)
    form = DropInEnquiryForm(
        sent(request),
        drop_in=drop_in,
        services=open_services(),
        find=lambda words: find_person(words, look=look),
        on=today,
    )
    if made := carry_out(form, counting.enquire, drop_in=drop_in, on=today, by=request.user):
        messages.success(request, f"The enquiry {made.reference} is written down.")
        return redirect(made)
    return answer(request, "diary/drop_in_enquire.html", {"drop_in": drop_in}, form)
