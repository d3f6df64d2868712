"""Colleagues who have gone alone: for whom their pages open, and who has not come back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinatePeriodicDefer

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import ServiceMember
from cases.permissions import services_of
from diary.models import NOT_BACK, AlarmCall, AppointmentPerson, LoneVisit
from diary.permissions import goes_alone, manages_diary
from diary.queries.duty import on_duty
from diary.workflow import VisitStatus

# The name under which the queue runs `diary.watch.raise_alarms` every minute.
WATCH_TASK = "upkeep.raise_alarms"
LATE = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is out now, as far as the reader may know, and who is on duty.

    `is_watched` says whether the queue still looks after alarms: without a worker none is ever raised.
    """

    visits: list[LoneVisit]
    own: LoneVisit | None
    duty: list[User]
    is_watched: bool


def visits_of(user: User) -> QuerySet[LoneVisit]:
    """The lone visits that exist for `user`: their own, those whose alarm called them, while they are on duty
    everybody's who is out, and for managers those of the people who work in their services.
    """
    if not goes_alone(user):
        return LoneVisit.objects.none()
    theirs = Q(worker=user) | Q(Exists(AlarmCall.objects.filter(visit=OuterRef("pk"), called=user)))
    if user in on_duty(timezone.now()):
        theirs |= Q(status__in=NOT_BACK)
    if manages_diary(user):
        team = ServiceMember.objects.filter(service__in=services_of(user), until=None)
        theirs |= Q(worker__in=team.values("user"))
    return LoneVisit.objects.filter(theirs)


def open_watch(*, look: Look) -> Watch:
    """Who is out now. One entry for each visit that is shown; where somebody is may be where a family lives."""
    user: User = look.by
    if not goes_alone(user):
        raise NotNow("Your role does not go out alone.", look=look, record=LoneVisit)
    now = timezone.now()
    visits = list(_in_full(visits_of(user).filter(status__in=NOT_BACK)).order_by("alarm_from"))
    show(look.for_purpose(Purpose.MANAGEMENT), [_shown(visit) for visit in visits])
    return Watch(
        visits=[visit for visit in visits if visit.worker_id != user.pk],
        own=next((visit for visit in visits if visit.worker_id == user.pk), None),
        duty=on_duty(now),
        is_watched=is_watched(now),
    )


def open_visit(
    reference: str, *, look: Look, may: Callable[[User, LoneVisit], bool] | None = None
) -> LoneVisit:
    """Open one lone visit; NotYours (404, logged) if it does not exist for the reader."""
    user: User = look.by
    visit = _in_full(visits_of(user)).filter(reference=reference).first()
    if visit is None:
        raise NotYours(
            "No visit with this reference.",
            look=look,
            record=LoneVisit,
            values={"reference": reference},
        )
    look = look.for_purpose(Purpose.MANAGEMENT)
    if may is not None and not may(user, visit):
        raise NotNow(
            "This visit is not yours to do that with, or not any more.",
            look=look,
            record=visit,
            values={"reference": reference, "asked": may.__name__},
        )
    show(look, [_shown(visit)])
    return visit


def is_watched(now: datetime) -> bool:
    """Whether a worker of the queue has come round to the alarms within the last minutes."""
    rounds = ProcrastinatePeriodicDefer.objects.filter(task_name=WATCH_TASK)
    last = rounds.order_by("-defer_timestamp").values_list("defer_timestamp", flat=True).first()
    return last is not None and last >= (now - LATE).timestamp()


def not_back_in_time(now: datetime) -> list[LoneVisit]:
    """Visits whose alarm is to be raised or passed on: for the worker, which shows them to nobody."""
    late = LoneVisit.objects.filter(
        alarm_from__lte=now, status__in=[VisitStatus.OUT, VisitStatus.ALARM]
    )
    return list(late.order_by("alarm_from", "pk"))


def _in_full(visits: QuerySet[LoneVisit]) -> QuerySet[LoneVisit]:
    return visits.select_related("worker", "appointment", "taken_by", "safe_by").prefetch_related(
        Prefetch("calls", AlarmCall.objects.select_related("called")),
        Prefetch("appointment__appointment_people", AppointmentPerson.objects.all()),
    )


def _shown(visit: LoneVisit) -> Shown:
    people = (
        [link.person_id for link in visit.appointment.appointment_people.all()]
        if visit.appointment
        else []
    )
    return Shown(Verb.VISIT_READ, visit, people)
