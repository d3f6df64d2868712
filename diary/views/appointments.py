"""Pages of one appointment: arranging it, moving or cancelling it, and what became of it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from cases.models import Contact
from cases.written import SavedAlready
from core.dates import iso_day, plain
from core.errors import Refused
from core.pages import answer, carry_out, refused, sent
from diary import permissions
from diary.actions import appointments as verbs
from diary.actions import outcomes
from diary.clock import from_to
from diary.forms.appointments import (
    AppointmentForm,
    CancelForm,
    ChangeForm,
    OutcomeForm,
    SettleForm,
    WhenAndWhereForm,
)
from diary.models import Appointment
from diary.queries import appointments as door
from diary.workflow import AppointmentStatus


@require_safe
def appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """One appointment, and what may be done with it now."""
    record = door.open_appointment(reference, look=look_of(request))
    user, one = reader_of(request), record.appointment
    context = {
        "record": record,
        "one": one,
        "time": from_to(one.starts, one.ends),
        "can_change": permissions.can_change(user, one),
        "can_settle": permissions.can_settle(user, one),
        "can_register": permissions.may_keep_register(user, one),
        "is_theirs": user in record.workers,
    }
    return answer(request, "diary/appointment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_add(request: HttpRequest) -> HttpResponse:
    """Arrange something: for `?person=`, or for work without anybody."""
    start = door.begin_appointment(look=look_of(request), person=request.GET.get("person", ""))
    return _arranged(request, start)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_add_for_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Arrange something with the family of a case."""
    start = door.begin_appointment(look=look_of(request), case=reference)
    case, begins = start.case, request.method != "POST"
    if begins and case and not permissions.can_arrange_for(reader_of(request), case):
        raise Refused(f"{case.reference} is closed. Nothing new is arranged in it.")
    return _arranged(request, start)


@require_http_methods(["GET", "HEAD", "POST"])
def session_add(request: HttpRequest, reference: str) -> HttpResponse:
    """Arrange sessions of a group."""
    return _arranged(request, door.begin_appointment(look=look_of(request), group=reference))


def _arranged(request: HttpRequest, start: door.Beginning) -> HttpResponse:
    user = reader_of(request)
    form = AppointmentForm(sent(request), start=start, user=user, on=_day_asked(request))
    made = _planned(form, verbs.arrange, by=user)
    if made is not None:
        day = plain(timezone.localdate(made.starts), weekday=True)
        messages.success(request, f"{made.reference} is arranged, for {day}.")
        return redirect(made)
    return answer(request, "diary/appointment_add.html", {"start": start}, form)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Move an appointment, or change where, with whom and what for."""
    record = _to_change(request, reference)
    start = door.begin_change(record, reader_of(request))
    form = ChangeForm(sent(request), start=start, record=record)
    made = _planned(form, verbs.change, appointment=record.appointment, by=request.user)
    if made is not None:
        day = plain(timezone.localdate(made.starts), weekday=True)
        messages.success(request, f"{made.reference} is changed. It is on {day}.")
        return redirect(made)
    context = {"record": record, "heading": "Move or change", "submit": "Save the change"}
    return answer(request, "diary/appointment_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that an appointment is cancelled."""
    record = _to_change(request, reference)
    form = CancelForm(sent(request), following=record.following)
    if carry_out(form, verbs.cancel, appointment=record.appointment, by=request.user):
        messages.success(request, f"{reference} is cancelled, and its reminders are stopped.")
        return redirect(record.appointment)
    context = {"record": record, "heading": "Cancel it", "submit": "Cancel the appointment"}
    return answer(request, "diary/appointment_form.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_settle(request: HttpRequest, reference: str) -> HttpResponse:
    """Write down what became of an appointment: with a family, as a contact, filled in already."""
    look = look_of(request)
    record = door.open_appointment(reference, look=look, may=permissions.may_settle)
    one = record.appointment
    if request.method != "POST" and not permissions.can_settle(reader_of(request), one):
        raise Refused(_not_to_settle(one))
    if record.case is None:
        return _settled_without_case(request, record)
    form = OutcomeForm(sent(request), case=record.case, record=record, now=timezone.now())
    if contact := _contact(form, one, request):
        messages.success(request, f"The contact {contact.reference} is saved.")
        return redirect(one)
    context = {
        "record": record,
        "heading": "What became of it",
        "submit": "Save the contact",
        "hint": "What was arranged is filled in. It becomes a contact of the case, once.",
    }
    return answer(request, "diary/appointment_form.html", context, form)


def _settled_without_case(request: HttpRequest, record: door.AppointmentRecord) -> HttpResponse:
    form = SettleForm(sent(request))
    if carry_out(form, outcomes.settle, appointment=record.appointment, by=request.user):
        messages.success(request, f"{record.appointment} is written down.")
        return redirect(record.appointment)
    context = {"record": record, "heading": "What became of it", "submit": "Save"}
    return answer(request, "diary/appointment_form.html", context, form)


def _to_change(request: HttpRequest, reference: str) -> door.AppointmentRecord:
    record = door.open_appointment(reference, look=look_of(request), may=permissions.may_change)
    if request.method != "POST" and not permissions.can_change(
        reader_of(request), record.appointment
    ):
        raise Refused(f"{reference} is “{record.appointment.get_status_display()}” already.")
    return record


def _not_to_settle(one: Appointment) -> str:
    """Why what became of an appointment is not to be written down now."""
    if one.status != AppointmentStatus.PLANNED:
        return f"{one} is “{one.get_status_display()}” already."
    return f"{one} has not begun yet. Cancel it, or come back when it has taken place."


def _planned(form: WhenAndWhereForm, verb: Any, **arguments: Any) -> Appointment | None:
    """What `verb` made, or None; where somebody is busy the form then asks whether to go on."""
    if not form.is_valid():
        return None
    try:
        made: Appointment = verb(**arguments, **form.cleaned_data)
    except verbs.Overlap as overlap:
        form.ask_anyway()
        refused(form, overlap)
    except Refused as refusal:
        refused(form, refusal)
    else:
        return made
    return None


def _contact(form: OutcomeForm, one: Appointment, request: HttpRequest) -> Contact | None:
    if not form.is_valid():
        return None
    try:
        return outcomes.settle_with_contact(
            appointment=one, by=reader_of(request), **form.cleaned_data
        )
    except SavedAlready as refusal:
        # What stands here now is another contact; of one appointment there is only one.
        refused(form, refusal, more="Write it in the case instead.")
    except Refused as refusal:
        refused(form, refusal)
    return None


def _day_asked(request: HttpRequest) -> Any:
    """The day from which somebody came here, if the address names one."""
    try:
        return iso_day(request.GET.get("on", ""))
    except ValueError:
        return None
