"""What stands in the way of an appointment: a room that is booked, a worker who is elsewhere.

For verbs and forms: nothing of anybody's record is given, only that a time is taken.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.dates import plain
from diary.clock import clock
from diary.models import Appointment, AppointmentWorker, Room
from diary.workflow import AppointmentStatus

type SpanOfTime = tuple[datetime, datetime]

TAKES_TIME = (AppointmentStatus.PLANNED, AppointmentStatus.HELD)
MOST_SPOKEN = 3


def room_taken(
    room: Room, spans: Iterable[SpanOfTime], *, without: Collection[int] = ()
) -> list[SpanOfTime]:
    """When `room` is booked during `spans`, apart from the appointments numbered `without`."""
    found = _during(spans).filter(room=room).exclude(pk__in=without)
    return list(found.order_by("starts").values_list("starts", "ends"))


def clashes_of_workers(
    workers: Iterable[User], spans: Iterable[SpanOfTime], *, without: Collection[int] = ()
) -> str:
    """Sentences about which of `workers` have something else during `spans`; "" if nobody has."""
    busy = (
        AppointmentWorker.objects.filter(
            worker__in=list(workers), appointment__in=_during(spans).exclude(pk__in=without)
        )
        .select_related("appointment", "worker")
        .order_by("worker__full_name", "appointment__starts")
    )
    times: dict[User, list[SpanOfTime]] = {}
    for one in busy:
        span = (one.appointment.starts, one.appointment.ends)
        times.setdefault(one.worker, []).append(span)
    return " ".join(
        f"{worker} has something else {spoken(taken)}." for worker, taken in times.items()
    )


def spoken(spans: list[SpanOfTime]) -> str:
    """Times as people say them, the first few of many."""
    words = [_words(*span) for span in spans[:MOST_SPOKEN]]
    more = len(spans) - len(words)
    return "; ".join(words) + (f"; and {more} more" if more else "")


def _words(starts: datetime, ends: datetime) -> str:
    day = plain(timezone.localdate(starts), weekday=True)
    return f"on {day} from {clock(starts)} to {clock(ends)}"


def _during(spans: Iterable[SpanOfTime]) -> QuerySet[Appointment]:
    wanted = Q()
    for starts, ends in spans:
        wanted |= Q(starts__lt=ends, ends__gt=starts)
    if not wanted:
        return Appointment.objects.none()
    return Appointment.objects.filter(wanted, status__in=TAKES_TIME)
