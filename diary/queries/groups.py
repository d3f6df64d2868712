"""Groups, their members and registers, and who dropped in."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.models import User
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.verbs import Verb
from cases.closed import closed, closed_cases
from cases.models import Person, Service
from cases.permissions import people_of, services_of
from cases.queries.purposes import for_task
from cases.restricted import usable
from cases.workflow import CaseStatus
from diary.clock import from_to
from diary.models import Appointment, Attendance, DropIn, Group, GroupMember
from diary.permissions import (
    appointments_of,
    can_lead,
    drop_ins_of,
    groups_of,
    keeps_diary,
    may_keep_register,
    may_make_groups,
)
from diary.queries.calendar import NO_DIARY
from diary.workflow import AppointmentStatus

PAGE_LENGTH = 30  # rows
SESSIONS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class GroupRecord:
    """A group, who belongs to it now, and its sessions, the next first and then those past."""

    group: Group
    members: list[GroupMember]
    hidden: int
    ahead: list[Appointment]
    past: list[Appointment]
    can_lead: bool


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One person of a register: what is written of them already, if anything is.

    `is_closed` says that their case is closed, so that no contact can be written.
    """

    person: Person
    attendance: Attendance | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one session."""

    session: Appointment
    time: str
    lines: list[RegisterLine]
    drop_ins: list[DropIn]
    has_begun: bool

    @property
    def unwritten(self) -> list[Person]:
        """Those of whom nothing is written yet, and may be."""
        return [
            line.person for line in self.lines if line.attendance is None and not line.is_closed
        ]

    @property
    def written(self) -> list[RegisterLine]:
        return [line for line in self.lines if line.attendance is not None]

    @property
    def closed(self) -> list[RegisterLine]:
        return [line for line in self.lines if line.attendance is None and line.is_closed]

    @property
    def people_counted(self) -> int:
        return sum(one.adults + one.children for one in self.drop_ins)


@dataclass(frozen=True, slots=True)
class DropIns:
    """Who dropped in, the latest first, and how many in all of these services this year."""

    rows: Page
    services: list[Service]
    adults: int
    children: int


def list_groups(*, look: Look) -> list[Group]:
    """The groups of the reader's services; nobody is named, so nothing is written in the log."""
    user: User = look.by
    if not keeps_diary(user):
        raise NotNow(NO_DIARY, look=look, record=Group)
    return list(
        groups_of(user)
        .select_related("service")
        .annotate(belonging=Count("members", filter=_belongs(user), distinct=True))
        .order_by(models.F("ended_on").desc(nulls_first=True), "name", "pk")
    )


def _belongs(user: User) -> Q:
    return Q(members__until=None) & ~closed(user, "members__person")


def begin_group(*, look: Look) -> list[Service]:
    """In which services the reader may begin a group; NotNow for a role that does not."""
    user: User = look.by
    if not may_make_groups(user):
        raise NotNow("Managers begin groups.", look=look, record=Group)
    show(look, [])
    return list(services_of(user))


def open_group(
    reference: str, *, look: Look, may: Callable[[User, Group], bool] | None = None
) -> GroupRecord:
    """Open a group with whoever belongs to it and exists for the reader."""
    user: User = look.by
    group = groups_of(user).select_related("service").filter(reference=reference).first()
    if group is None:
        raise NotYours(
            "No group with this reference.",
            look=look,
            record=Group,
            people=GroupMember.objects.filter(group__reference=reference).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    look = for_task(look, [group.service_id])
    if may is not None and not may(user, group):
        raise NotNow(
            "Your role reads this group and does not do this with it.",
            look=look,
            record=group,
            values={"reference": reference, "asked": may.__name__},
        )
    belonging = list(
        group.members.filter(until=None)
        .exclude(closed(user, "person") | Q(case__in=closed_cases(user)))
        .select_related("person", "case")
    )
    known = _known(user, [one.person_id for one in belonging])
    members = [one for one in belonging if one.person_id in known]
    sessions = group.sessions.select_related("room", "group").order_by("starts")
    now = timezone.now()
    show(look, [Shown(Verb.GROUP_READ, group, [one.person_id for one in members])])
    return GroupRecord(
        group=group,
        members=members,
        hidden=len(belonging) - len(members),
        ahead=list(sessions.filter(ends__gt=now)[:SESSIONS_SHOWN]),
        past=list(sessions.filter(ends__lte=now).order_by("-starts")[:SESSIONS_SHOWN]),
        can_lead=can_lead(user, group),
    )


def open_register(reference: str, *, look: Look, verb: Verb = Verb.GROUP_READ) -> Register:
    """Open the register of a session: everybody who belonged to the group on that day. `verb` says how,
    where it is not read on its own page.
    """
    user: User = look.by
    session = (
        appointments_of(user)
        .filter(reference=reference, group__isnull=False)
        .select_related("group", "service", "room")
        .first()
    )
    if session is None:
        raise NotYours(
            "No session with this reference.",
            look=look,
            record=Appointment,
            people=Appointment.objects.filter(
                reference=reference, people__isnull=False
            ).values_list("people", flat=True),
            values={"reference": reference},
        )
    look = for_task(look, [session.service_id])
    if not may_keep_register(user, session):
        raise NotNow("Your role keeps no registers.", look=look, record=session)
    lines = _lines(session, user)
    show(look, [Shown(verb, session, [line.person for line in lines])])
    return Register(
        session=session,
        time=from_to(session.starts, session.ends),
        lines=lines,
        drop_ins=list(session.drop_ins.select_related("recorded_by").order_by("pk")),
        has_begun=session.starts <= timezone.now()
        and session.status in (AppointmentStatus.PLANNED, AppointmentStatus.HELD),
    )


def list_drop_ins(*, look: Look, page: int | str = 1) -> DropIns:
    """One page of who dropped in at the reader's services; one entry a row that names somebody."""
    user: User = look.by
    if not keeps_diary(user):
        raise NotNow(NO_DIARY, look=look, record=DropIn)
    found = drop_ins_of(user).select_related(
        "service", "session__group", "person", "recorded_by", "enquiry"
    )
    rows: Page = Paginator(found, PAGE_LENGTH).get_page(page)
    known = _known(user, [one.person_id for one in rows if one.person_id])
    for one in rows:
        if one.person_id not in known:
            one.person = None
    services = list(services_of(user))
    year = drop_ins_of(user).filter(came_on__year=timezone.localdate().year)
    counted = year.aggregate(adults=Sum("adults"), children=Sum("children"))
    show(
        for_task(look, {one.service_id for one in rows}),
        [
            Shown(Verb.DROP_IN_LISTED, one, [one.person_id] if one.person_id else [])
            for one in rows
            if one.name or one.person_id
        ],
    )
    return DropIns(
        rows=rows,
        services=services,
        adults=counted["adults"] or 0,
        children=counted["children"] or 0,
    )


def begin_drop_in(*, look: Look, session: str = "") -> tuple[list[Service], Appointment | None]:
    """Where somebody may be counted: the reader's services, or the session that is named."""
    user: User = look.by
    if not keeps_diary(user):
        raise NotNow(NO_DIARY, look=look, record=DropIn)
    chosen = None
    if session:
        chosen = (
            appointments_of(user)
            .select_related("group", "service")
            .filter(reference=session, group__isnull=False)
            .first()
        )
        if chosen is None:
            raise NotYours(
                "No session with this reference.",
                look=look,
                record=Appointment,
                values={"reference": session},
            )
    show(look, [])
    return ([chosen.service] if chosen else list(services_of(user))), chosen


def open_drop_in(
    reference: str, *, look: Look, may: Callable[[User], bool] | None = None
) -> DropIn:
    """Open one drop-in attendance, to say who it was, or to write down what they asked.

    NotYours (404, logged) if it does not exist for the reader; NotNow (403, logged) if their role does
    not do with it what the page is for.
    """
    user: User = look.by
    whole = drop_ins_of(user).select_related("service", "person", "enquiry")
    found = whole.filter(reference=reference).first()
    if found is None:
        raise NotYours(
            "No attendance with this reference.",
            look=look,
            record=DropIn,
            people=DropIn.objects.filter(reference=reference, person__isnull=False).values_list(
                "person_id", flat=True
            ),
            values={"reference": reference},
        )
    people = _known(user, [found.person_id] if found.person_id else [])
    if may is not None and not may(user):
        raise NotNow("Your role takes in no enquiries.", look=look, record=found, people=people)
    if found.person_id not in people:
        found.person = None
    show(for_task(look, [found.service_id]), [Shown(Verb.DROP_IN_READ, found, people)])
    return found


def _known(user: User, numbers: list[int]) -> set[int]:
    if not numbers:
        return set()
    return set(
        people_of(user, among=Person.objects.filter(pk__in=numbers)).values_list("pk", flat=True)
    )


def _lines(session: Appointment, user: User) -> list[RegisterLine]:
    day = timezone.localdate(session.starts)
    belonged = (
        usable(GroupMember.objects.filter(group=session.group_id, since__lte=day), by=None)
        .filter(Q(until=None) | Q(until__gte=day))
        .exclude(closed(user, "person") | Q(case__in=closed_cases(user)))
        .select_related("person", "case")
        .order_by("person__family_name", "person__given_names", "pk")
    )
    written = {
        one.person_id: one
        for one in usable(
            session.register.exclude(closed(user, "person")).select_related("person", "contact"),
            by=None,
        ).order_by("pk")
    }
    lines = {
        one.person_id: RegisterLine(
            person=one.person,
            attendance=written.pop(one.person_id, None),
            is_closed=one.case.status != CaseStatus.OPEN,
        )
        for one in belonged
    }
    # Whoever left the group since, and stands in its register.
    rest = [
        RegisterLine(person=one.person, attendance=one, is_closed=False) for one in written.values()
    ]
    return [*lines.values(), *rest]
