"""Appointments in the timeline of a case (settings.TIMELINE_SOURCES).

What took place, or failed to, stands there as the contact that came of it. Beside these: what was cancelled
or has not been written up, and of what is planned the next one alone, lest a weekly visit push out everything
that happened.
"""

from collections.abc import Iterable, Sequence

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from cases.models import Case, Person
from cases.passages import marked
from cases.queries.timeline_sources import Flag, Source, TimelineItem
from diary.models import Appointment
from diary.permissions import appointments_of, keeps_diary
from diary.workflow import AppointmentStatus


def _appointments(
    *, reader: User, cases: Sequence[Case], person: Person | None
) -> QuerySet[Appointment]:
    now = timezone.now()
    of_cases = appointments_of(reader).filter(case__in=cases, contact=None)
    ahead = Appointment.objects.filter(
        case=OuterRef("case"), status=AppointmentStatus.PLANNED, starts__gt=now
    )
    next_one = Subquery(ahead.order_by("starts", "pk").values("pk")[:1])
    return of_cases.filter(
        Q(starts__lte=now) | ~Q(status=AppointmentStatus.PLANNED) | Q(pk=next_one)
    ).annotate(happened_at=F("starts"))


def _tell(numbers: Iterable[int], reader: User) -> dict[int, TimelineItem]:
    found = (
        Appointment.objects.filter(pk__in=numbers)
        .select_related("case__service", "room", "recorded_by")
        .prefetch_related("people", "workers")
        .fetch_mode(models.FETCH_RAISE)
    )
    now = timezone.now()
    return {one.pk: _told(one, is_over=one.starts <= now) for one in found}


def _told(one: Appointment, *, is_over: bool) -> TimelineItem:
    if one.status != AppointmentStatus.PLANNED:
        flag = Flag(one.get_status_display(), "orange")
    else:
        flag = Flag("Not written up yet", "orange") if is_over else Flag("Planned", "blue")
    facts = (
        ("Place", one.where_in_words),
        ("Workers", one.workers_in_words),
        ("Length", f"{one.minutes} minutes"),
        ("Why", one.settled_because),
    )
    return TimelineItem(
        entry="appointment",
        reference=str(one.reference),
        url=one.get_absolute_url(),
        title=f"Appointment: {one.get_kind_display().lower()}",
        case=one.case,
        happened_at=one.starts,
        written_at=one.recorded_at,
        author=one.recorded_by,
        about=one.people_in_words,
        text=one.purpose,
        paragraphs=marked(one.purpose, frozenset()),
        facts=tuple(fact for fact in facts if fact[1]),
        flags=(flag,),
    )


APPOINTMENTS = Source(
    noun="appointment",
    plural="Appointments",
    rows=_appointments,
    tell=_tell,
    people="people",
    texts=("purpose", "place", "settled_because"),
    may=keeps_diary,
)
