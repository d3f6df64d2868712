"""Pages for those who go alone, for whoever is on duty, and of the rota."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.queries import reader_of
from audit.looks import look_of
from core.errors import Refused
from core.pages import answer, carry_out, sent
from diary import permissions
from diary.actions import alone as verbs
from diary.actions import duty, rooms
from diary.forms.alone import DutyForm, GoAloneForm, LongerForm, OutcomeForm, RoomForm
from diary.models import Where
from diary.queries import alone as door
from diary.queries import rota as rota_door
from diary.queries.appointments import AppointmentRecord, open_appointment
from diary.views.calendar import diary_tabs


@require_http_methods(["GET", "HEAD", "POST"])
def alone(request: HttpRequest) -> HttpResponse:
    """Who is out alone now; saying that one goes."""
    watch = door.open_watch(look=look_of(request))
    form = GoAloneForm(sent(request), now=timezone.now(), initial={})
    if visit := carry_out(form, verbs.go_alone, by=request.user):
        return _gone(request, visit)
    context = {"watch": watch, "tabs": diary_tabs(reader_of(request), "diary:alone")}
    return answer(request, "diary/alone.html", context, form)


@require_http_methods(["GET", "HEAD", "POST"])
def go_to_appointment(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that one goes alone to an appointment of one's own."""
    record = open_appointment(reference, look=look_of(request), may=permissions.may_go_to)
    one = record.appointment
    form = GoAloneForm(sent(request), now=timezone.now(), initial=_going(record))
    if visit := carry_out(form, verbs.go_alone, appointment=one, by=request.user):
        return _gone(request, visit)
    context = {
        "record": record,
        "heading": "Going alone",
        "submit": "I am leaving",
        "hint": "If you have not checked in some minutes after that time, whoever is on duty is called.",
    }
    return answer(request, "diary/appointment_form.html", context, form)


@require_safe
def visit(request: HttpRequest, reference: str) -> HttpResponse:
    """One lone visit: for the worker, and for whoever looks after the alarm."""
    opened = door.open_visit(reference, look=look_of(request))
    return _visit_page(request, opened)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_longer(request: HttpRequest, reference: str) -> HttpResponse:
    """It takes longer."""
    opened = door.open_visit(reference, look=look_of(request), may=permissions.can_stay_longer)
    form = LongerForm(sent(request), now=timezone.now())
    if carry_out(form, verbs.stay_longer, visit=opened, by=request.user):
        messages.success(request, "The new time is written down.")
        return redirect(opened)
    return answer(request, "diary/visit_longer.html", {"visit": opened}, form)


@require_POST
def visit_safe(request: HttpRequest, reference: str) -> HttpResponse:
    """The worker is back and safe; or whoever took the alarm knows that they are, and says how."""
    opened = door.open_visit(reference, look=look_of(request), may=permissions.may_return)
    if opened.worker_id == reader_of(request).pk:
        verbs.come_back(visit=opened, by=reader_of(request))
    else:
        form = OutcomeForm(sent(request))
        if not carry_out(form, verbs.come_back, visit=opened, by=request.user):
            return _visit_page(request, opened, form)
    messages.success(request, "Written down: safe.")
    return redirect("diary:alone")


@require_POST
def visit_take(request: HttpRequest, reference: str) -> HttpResponse:
    """Look after an alarm."""
    opened = door.open_visit(reference, look=look_of(request))
    verbs.take_alarm(visit=opened, by=reader_of(request))
    messages.success(request, "You look after this alarm. Nobody else is called.")
    return redirect(opened)


@require_http_methods(["GET", "HEAD", "POST"])
def rota(request: HttpRequest) -> HttpResponse:
    """Who is on duty in the next weeks; managers change it."""
    user = reader_of(request)
    record = rota_door.open_rota(look=look_of(request), may_change=request.method == "POST")
    form = DutyForm(sent(request), workers=record.workers, on=timezone.localdate())
    if turn := carry_out(form, duty.give_duty, by=request.user):
        messages.success(request, f"{turn} is on the rota.")
        return redirect("diary:rota")
    context = {"record": record, "can_change": permissions.manages_diary(user)}
    return answer(request, "diary/rota.html", context, form)


@require_POST
def duty_end(request: HttpRequest) -> HttpResponse:
    """Take somebody off the rota; the button sends which turn."""
    rota_door.open_rota(look=look_of(request), may_change=True)
    turn = rota_door.turn_of(request.POST.get("turn", ""))
    if turn is None:
        raise Refused("This is not on the rota any more. Somebody may have changed it.")
    duty.take_back_duty(turn=turn, by=reader_of(request))
    messages.success(request, "It is taken off the rota.")
    return redirect("diary:rota")


@require_http_methods(["GET", "HEAD", "POST"])
def room_list(request: HttpRequest) -> HttpResponse:
    """Which rooms can be booked; managers add one, or take one out of use."""
    user = reader_of(request)
    every = rota_door.open_rooms(look=look_of(request), may_change=request.method == "POST")
    form = RoomForm(sent(request))
    if room := carry_out(form, rooms.add_room, by=request.user):
        messages.success(request, f"{room} can be booked.")
        return redirect("diary:room-list")
    context = {"rooms": every, "can_change": permissions.manages_diary(user)}
    return answer(request, "diary/room_list.html", context, form)


@require_POST
def room_use(request: HttpRequest) -> HttpResponse:
    """A room can be booked no more, or again; the button sends which."""
    rota_door.open_rooms(look=look_of(request), may_change=True)
    room = rota_door.room_of(request.POST.get("room", ""))
    if room is None:
        raise Refused("There is no such room. Open the list again.")
    changed = rooms.use_room(room=room, in_use=not room.in_use, by=reader_of(request))
    state = "can be booked again" if changed.in_use else "can be booked no more"
    messages.success(request, f"{changed} {state}.")
    return redirect("diary:room-list")


def _gone(request: HttpRequest, visit: Any) -> HttpResponse:
    messages.success(request, "Go safely. Check in here when you are back.")
    return redirect(visit)


def _visit_page(request: HttpRequest, opened: Any, form: OutcomeForm | None = None) -> HttpResponse:
    user = reader_of(request)
    is_theirs = opened.worker_id == user.pk
    context = {
        "visit": opened,
        "is_theirs": is_theirs,
        "can_return": permissions.can_return(user, opened),
        "can_take": permissions.can_take(user, opened),
        "can_stay_longer": permissions.can_stay_longer(user, opened),
    }
    return answer(request, "diary/visit.html", context, form or OutcomeForm())


def _going(record: AppointmentRecord) -> dict[str, Any]:
    """What the form begins with; where a family lives stands in their record and is typed by the worker."""
    one = record.appointment
    return {
        "place": "" if one.where == Where.HOME else one.where_in_words,
        "back_by": timezone.localtime(one.ends).strftime("%H:%M"),
    }
