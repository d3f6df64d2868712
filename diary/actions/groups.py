"""Groups, who belongs to them, and the register of a session: one contact for each person."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.log import record
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from cases.actions.entries import record_contact
from cases.models import Contact, Person, Service
from cases.queries.cases import lock_open
from cases.queries.purposes import task_of
from core import workflow
from core.errors import Refused
from diary.actions.reminders import stop_reminders
from diary.models import Appointment, Attendance, Group, GroupMember
from diary.queries.parts import case_for
from diary.workflow import APPOINTMENT_MOVES, AppointmentStatus


@dataclass(frozen=True, slots=True)
class Line:
    """What a register says of one person; `words` is for their contact alone."""

    person: Person
    outcome: str
    words: str = ""


@transaction.atomic
def start_group(
    *, service: Service, name: str, about: str = "", drop_in: bool = False, by: User
) -> Group:
    """Begin a group of a service; `drop_in` says that people may come who have no case."""
    name = name.strip()
    if not name:
        raise Refused("Write what the group is called.")
    # Two who begin the same group at once go one after the other.
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if Group.objects.filter(service=service, name__iexact=name, ended_on=None).exists():
        raise Refused(f"{service} has a group called {name} already.")
    record(
        Verb.GROUP_STARTED, by=by, action=Action.CREATE, record=Group, purpose=Purpose.MANAGEMENT
    )
    return Group.objects.create(
        service=service, name=name, about=about.strip(), drop_in=drop_in, recorded_by=by
    )


@transaction.atomic
def end_group(*, group: Group, by: User) -> Group:
    """The group meets no more. Refused while sessions are planned: cancel them, so that people hear of it."""
    planned = group.sessions.filter(status=AppointmentStatus.PLANNED, starts__gt=timezone.now())
    if planned.exists():
        raise Refused("Sessions are still planned. Cancel them first, then end the group.")
    if group.ended_on is not None:
        raise Refused(f"{group} has ended already.")
    today = timezone.localdate()
    members = group.members.filter(until=None)
    record(
        Verb.GROUP_ENDED,
        by=by,
        action=Action.UPDATE,
        record=group,
        people=list(members.values_list("person_id", flat=True)),
        purpose=Purpose.MANAGEMENT,
    )
    members.update(until=today)
    Group.objects.filter(pk=group.pk).update(ended_on=today)
    group.refresh_from_db()
    return group


@transaction.atomic
def join_group(*, group: Group, person: Person, by: User) -> GroupMember:
    """Somebody with an open case in the group's service belongs to the group from today."""
    if group.ended_on is not None:
        raise Refused(f"{group} has ended.")
    case = case_for(person, group.service)
    if case is None:
        raise Refused(
            f"{person} has no open case in {group.service}. Open one first, or count them among those "
            "who dropped in."
        )
    lock_open(case)
    if group.members.filter(person=person, until=None).exists():
        raise Refused(f"{person} belongs to {group} already.")
    record(
        Verb.GROUP_JOINED,
        by=by,
        action=Action.CREATE,
        record=GroupMember,
        people=[person],
        purpose=task_of(by, [group.service_id]),
    )
    return GroupMember.objects.create(
        group=group, person=person, case=case, since=timezone.localdate(), recorded_by=by
    )


@transaction.atomic
def leave_group(*, member: GroupMember, by: User) -> GroupMember:
    """Somebody belongs to the group until today."""
    if member.until is not None:
        raise Refused(f"{member.person} does not belong to {member.group} any more.")
    record(
        Verb.GROUP_LEFT,
        by=by,
        action=Action.UPDATE,
        record=member,
        people=[member.person_id],
        purpose=task_of(by, [member.group.service_id]),
    )
    GroupMember.objects.filter(pk=member.pk).update(until=timezone.localdate())
    member.refresh_from_db()
    return member


@transaction.atomic
def write_register(
    *,
    session: Appointment,
    lines: Iterable[Line],
    summary: str = "",
    token: UUID | None = None,
    by: User,
) -> list[Attendance]:
    """Write the register of a session: a contact for each person, in their own case (P42).

    `summary` is what was done, and stands in the contact of everybody who came. A register may be
    written in parts; who stands in it already is passed over when the same is said again, and refused
    when something else is. The session counts as held with its first line.
    """
    lines = list(lines)
    rows = Appointment.objects.select_for_update(of=("self",), no_key=True)
    held = rows.select_related("group").get(pk=session.pk)
    if held.group is None:
        raise Refused("Only a session of a group has a register.")
    if held.status not in (AppointmentStatus.PLANNED, AppointmentStatus.HELD):
        raise Refused(f"{held.reference} is “{held.get_status_display()}”: it has no register.")
    if held.starts > timezone.now():
        raise Refused("The session has not begun yet. Its register opens when it does.")
    new = _new_lines(held, lines)
    if not new:
        if lines:
            return []
        raise Refused("Say of at least one person whether they came.")
    members = _members(held, [line.person for line in new])
    record(
        Verb.REGISTER_WRITTEN,
        by=by,
        action=Action.CREATE,
        record=held,
        people=[line.person for line in new],
        purpose=task_of(by, [held.service_id]),
    )
    written = [
        Attendance(
            session=held,
            person=line.person,
            contact=_contact(held, members[line.person.pk], line, summary, token=token, by=by),
            recorded_by=by,
        )
        for line in new
    ]
    Attendance.objects.bulk_create(written)
    if held.status == AppointmentStatus.PLANNED:
        workflow.make(
            held,
            APPOINTMENT_MOVES[AppointmentStatus.HELD],
            settled_at=timezone.now(),
            settled_by=by,
        )
        stop_reminders(appointments=[held], by=by)
    session.refresh_from_db()
    return written


def _new_lines(held: Appointment, lines: list[Line]) -> list[Line]:
    """Those of `lines` whose person is not in the register yet."""
    there = {one.person_id: one for one in held.register.select_related("contact")}
    for line in lines:
        before = there.get(line.person.pk)
        if before is not None and before.contact.outcome != line.outcome:
            raise Refused(
                f"{line.person} stands in the register as “{before.contact.get_outcome_display()}” "
                f"already. If that is wrong, correct the contact {before.contact.reference}."
            )
    return [line for line in lines if line.person.pk not in there]


def _members(held: Appointment, people: list[Person]) -> dict[int, GroupMember]:
    day = timezone.localdate(held.starts)
    rows = GroupMember.objects.filter(group=held.group_id, person__in=people, since__lte=day)
    members = {one.person_id: one for one in rows.select_related("case").order_by("pk")}
    for person in people:
        if person.pk not in members:
            raise Refused(f"{person} did not belong to the group on that day.")
    return members


def _contact(
    held: Appointment,
    member: GroupMember,
    line: Line,
    summary: str,
    *,
    token: UUID | None,
    by: User,
) -> Contact:
    came = line.outcome == Contact.Outcome.ATTENDED
    parts = [summary.strip() if came else "", line.words.strip()]
    return record_contact(
        case=member.case,
        kind=Contact.Kind.GROUP,
        happened_at=held.starts,
        people=[line.person],
        outcome=line.outcome,
        minutes=held.minutes if came else None,
        place=f"{held.group}, {held.where_in_words}",
        summary="\n\n".join(part for part in parts if part),
        # A number of its own for each line of the form.
        token=uuid5(token, line.person.reference) if token else None,
        by=by,
    )
