"""What waits for a member of staff, and for the team of a manager (features.md P9)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Notice, User
from accounts.queries import unread_notices
from audit.door import NotNow, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.models import Allocation, Case, CasePerson, HandOver, Referral, Service, Task
from cases.permissions import cases_of, manages, referrals_of, services_of, tasks_of, team_of
from cases.queries import cases as case_rows
from cases.queries import tasks as task_rows
from cases.queries.drafts import drafts_of
from cases.queries.hand_overs import leavers_of
from cases.queries.purposes import for_task
from cases.queries.referrals import with_people
from cases.queries.reviews import first_awaiting, how_many_await, listed
from cases.queries.waiting_list import people_in
from cases.restricted import usable
from cases.workflow import UNDECIDED, CaseStatus, ReferralStatus, TaskStatus

FIRST = 10  # rows of each list; the whole lists have pages of their own


@dataclass(frozen=True, slots=True)
class Part[Row]:
    """The first rows of something that waits, and how many there are in all."""

    rows: list[Row]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class MyWork:
    """Everything that waits for one member of staff today."""

    cases: Part[Case]
    tasks: Part[Task]
    referrals: Part[Referral]
    hand_overs: Part[HandOver]
    notices: Part[Notice]
    to_sign_off: Part[Any]  # notes and closings
    late: int
    drafts: int  # how many there are; their own list shows them
    today: date

    @property
    def late_in_words(self) -> str:
        return f"{self.late} late" if self.late else ""


def open_my_work(*, look: Look) -> MyWork:
    """What waits for `look.by`; one entry for each row that names somebody, in one writing."""
    user: User = look.by
    today = timezone.localdate()
    tasks = tasks_of(user).filter(for_user=user, status=TaskStatus.OPEN)
    _, late = task_rows.counts_of(user, on=today)
    work = MyWork(
        cases=_part(case_rows.as_rows(_cases_of(user)).order_by("-opened_on", "-pk")),
        tasks=_part(task_rows.with_people(tasks)),
        referrals=_part(with_people(_to_screen(user)).order_by("received_on", "pk")),
        hand_overs=_part(_to_read(user)),
        notices=_part(unread_notices(user)),
        late=late,
        drafts=drafts_of(user).order_by().count(),
        to_sign_off=Part(rows=first_awaiting(user, FIRST), count=how_many_await(user)),
        today=today,
    )
    services = {case.service_id for case in work.cases.rows}
    services |= task_rows.services_in(work.tasks.rows)
    services |= {referral.service_id for referral in work.referrals.rows}
    services |= {handed.case.service_id for handed in work.hand_overs.rows}
    services |= {entry.case.service_id for entry in work.to_sign_off.rows}
    show(
        for_task(look, services),
        [
            *case_rows.listed(work.cases.rows),
            *task_rows.shown(work.tasks.rows),
            *(Shown(Verb.REFERRAL_LISTED, one, people_in(one)) for one in work.referrals.rows),
            *(Shown(Verb.HAND_OVER_LISTED, one, _family(one)) for one in work.hand_overs.rows),
            *listed(work.to_sign_off.rows),
        ],
    )
    return work


def _part[Row](found: QuerySet[Row]) -> Part[Row]:  # type: ignore[type-var]
    return Part(rows=list(found[:FIRST]), count=found.order_by().count())


def _cases_of(user: User) -> QuerySet[Case]:
    return cases_of(user).filter(case_rows.works_on(user), status=CaseStatus.OPEN)


def _to_screen(user: User) -> QuerySet[Referral]:
    """Referrals of the services of `user` that nobody has decided, if deciding is part of their work."""
    if not user.has_perm("cases.decide_referral"):
        return Referral.objects.none()
    return referrals_of(user).filter(service__in=services_of(user), status__in=UNDECIDED)


def _to_read(user: User) -> QuerySet[HandOver]:
    people = CasePerson.objects.select_related("person")
    return (
        usable(HandOver.objects.filter(case__in=cases_of(user), to_worker=user), by=user)
        .filter(acknowledged_at=None)
        .select_related("case", "from_worker")
        .prefetch_related(Prefetch("case__case_people", people))
    )


def _family(handed: HandOver) -> list[int]:
    return [one.person_id for one in handed.case.case_people.all()]


@dataclass(frozen=True, slots=True)
class Load:
    """How much one member of a team has to do."""

    worker: User
    cases: int
    tasks: int
    late: int


@dataclass(frozen=True, slots=True)
class ServiceLoad:
    """What waits for a service, and for nobody in particular."""

    service: Service
    to_decide: int
    waiting: int
    unallocated: int


@dataclass(frozen=True, slots=True)
class Team:
    """The work of a team in numbers; no client is named. `leavers` may not sign in any more and still stand
    on open cases.
    """

    leavers: list[User]
    loads: list[Load]
    services: list[ServiceLoad]


def open_team(*, look: Look) -> Team:
    """How much each member of the team of `look.by` has to do: numbers of the services they manage.

    NotNow (403, logged) for whoever manages no service.
    """
    user: User = look.by
    if not manages(user):
        raise NotNow("Your role has no team.", look=look, record=Task)
    today = timezone.localdate()
    services = list(services_of(user))
    show(look, [])
    return Team(
        leavers=list(leavers_of(user)),
        loads=_loads(user, services, today),
        services=_service_loads(user, services),
    )


def _loads(user: User, services: list[Service], today: date) -> list[Load]:
    cases = Allocation.objects.filter(
        until=None,
        case__in=cases_of(user).filter(status=CaseStatus.OPEN, service__in=services),
    )
    tasks = tasks_of(user).filter(status=TaskStatus.OPEN)
    of_whom = {row["worker"]: row["n"] for row in _counted(cases, "worker")}
    to_do = {
        row["for_user"]: (row["n"], row["late"])
        for row in _counted(tasks, "for_user", late=Count("pk", filter=Q(due_on__lt=today)))
    }
    return [
        Load(
            worker=worker,
            cases=of_whom.get(worker.pk, 0),
            tasks=to_do.get(worker.pk, (0, 0))[0],
            late=to_do.get(worker.pk, (0, 0))[1],
        )
        for worker in team_of(user).order_by("full_name", "pk")
    ]


def _counted(found: QuerySet, by: str, **more: Count) -> QuerySet:
    return found.order_by().values(by).annotate(n=Count("pk"), **more)


def _service_loads(user: User, services: list[Service]) -> list[ServiceLoad]:
    referrals = referrals_of(user).filter(service__in=services)
    undecided = Count("pk", filter=Q(status__in=UNDECIDED))
    waiting = Count("pk", filter=Q(status=ReferralStatus.WAITING))
    asked = {
        row["service"]: (row["u"], row["w"])
        for row in referrals.order_by().values("service").annotate(u=undecided, w=waiting)
    }
    nobodys = {
        row["service"]: row["n"] for row in _counted(without_worker(user, services), "service")
    }
    return [
        ServiceLoad(
            service=one,
            to_decide=asked.get(one.pk, (0, 0))[0],
            waiting=asked.get(one.pk, (0, 0))[1],
            unallocated=nobodys.get(one.pk, 0),
        )
        for one in services
    ]


def without_worker(user: User, services: list[Service]) -> QuerySet[Case]:
    """The open cases of `services` that exist for `user` and on which nobody works."""
    working = Allocation.objects.filter(case=OuterRef("pk"), until=None)
    return cases_of(user).filter(~Exists(working), service__in=services, status=CaseStatus.OPEN)
