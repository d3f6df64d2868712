"""The diary as lists of days: one's own, a team's, the rooms', and what is arranged in a case."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import reader_of
from audit.looks import look_of
from cases.permissions import can_arrange
from cases.queries.cases import open_case
from core.pages import answer
from diary import permissions
from diary.periods import Period, View, period_of
from diary.queries import calendar as door

BACK, AHEAD = timedelta(days=365), timedelta(days=365)


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What stands in one's own diary."""
    period = _period(request)
    diary = door.list_own(look=look_of(request), since=period.since, until=period.until)
    return _page(request, diary, period, name="diary:own", heading="My diary")


@require_safe
def team(request: HttpRequest) -> HttpResponse:
    """What stands in the diaries of a service."""
    period, service = _period(request), request.GET.get("service", "")
    diary = door.list_team(
        look=look_of(request), service=service, since=period.since, until=period.until
    )
    chosen = service or (diary.services[0].slug if diary.services else "")
    choice = {
        "name": "service",
        "label": "Service",
        "options": [(one.slug, one.name) for one in diary.services],
        "chosen": chosen,
    }
    return _page(request, diary, period, name="diary:team", heading="Team diary", choice=choice)


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """When the rooms are booked."""
    period, room = _period(request), request.GET.get("room", "")
    diary = door.list_room(look=look_of(request), room=room, since=period.since, until=period.until)
    choice = {
        "name": "room",
        "label": "Room",
        "options": [("", "All rooms"), *((str(one.pk), one.name) for one in diary.rooms)],
        "chosen": room,
    }
    return _page(request, diary, period, name="diary:rooms", heading="Rooms", choice=choice)


@require_safe
def of_case(request: HttpRequest, reference: str) -> HttpResponse:
    """What is arranged in one case, and what became of what was."""
    case = open_case(reference, look=look_of(request), may=permissions.may_arrange_for)
    user, today = reader_of(request), timezone.localdate()
    rows = door.list_case(case, user=user, since=today - BACK, until=today + AHEAD)
    now = timezone.now()
    context = {
        "case": case,
        "ahead": [row for row in rows if row.ends > now],
        "past": [row for row in reversed(rows) if row.ends <= now],
        "can_arrange": permissions.can_arrange_for(user, case),
    }
    return answer(request, "diary/case.html", context)


def diary_tabs(user: User, current: str) -> list[dict[str, Any]]:
    """The parts of the diary, as its pages name them."""
    parts = [
        ("diary:own", "My diary"),
        ("diary:team", "Team"),
        ("diary:rooms", "Rooms"),
        ("diary:groups", "Groups"),
        ("diary:drop-ins", "Drop-ins"),
        ("diary:alone", "Going alone"),
    ]
    return [
        {"label": label, "url": reverse(name), "current": name == current} for name, label in parts
    ]


def _period(request: HttpRequest) -> Period:
    asked = request.GET
    return period_of(asked.get("view", ""), asked.get("on", ""), today=timezone.localdate())


def _page(
    request: HttpRequest,
    diary: door.Diary,
    period: Period,
    *,
    name: str,
    heading: str,
    choice: dict[str, Any] | None = None,
) -> HttpResponse:
    kept = {choice["name"]: choice["chosen"]} if choice else {}

    def address(view: View, on: date) -> str:
        return reverse(name, query={"view": view.value, "on": on.isoformat(), **kept})

    today = timezone.localdate()
    context = {
        "tabs": diary_tabs(reader_of(request), name),
        "heading": heading,
        "period": period,
        "today": today,
        "days": diary.days
        if period.view is not View.MONTH
        else [day for day in diary.days if day.rows or day.holiday],
        "can_arrange": can_arrange(reader_of(request)),
        "is_own": name == "diary:own",
        "is_empty": diary.is_empty,
        "choice": choice,
        "views": [
            {"label": view.value.capitalize(), "url": address(view, period.on), "view": view}
            for view in View
        ],
        "before": address(period.view, period.before.on),
        "now": address(period.view, today),
        "after": address(period.view, period.after.on),
    }
    return answer(request, "diary/diary.html", context)
