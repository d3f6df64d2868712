"""What lies ahead in the demo, and a parents' group with its register.

Weeks are counted from the week in which the demo is loaded: 0 is this one, 1 the next, -1 the last.
"""

from datetime import date, timedelta
from typing import Any

from cases.models import Contact, ContactPerson
from core.dates import ENGLAND, SATURDAY
from diary.models import (
    Appointment,
    AppointmentPerson,
    AppointmentWorker,
    Attendance,
    DropIn,
    DutyTurn,
    Every,
    Group,
    GroupMember,
    Kind,
    Room,
    Series,
    Where,
)
from diary.workflow import AppointmentStatus
from parenting2000.demo_families.charity import TOLD, Charity
from parenting2000.demo_families.days import Calendar, moment_of
from parenting2000.demo_families.family import Family, Told

TOLD_DIARY: Told = TOLD["diary"]
ARRANGED = 6  # days ago: when whatever lies ahead was arranged
DUTY_DAYS = 14


class Diary:
    """Rooms and groups by their keys in `charity.toml`, and who belongs to each group."""

    def __init__(self, charity: Charity, calendar: Calendar) -> None:
        self.charity, self.calendar = charity, calendar
        self.written = {
            "recorded_by": charity.staff["maureen"],
            "recorded_at": calendar.moment(ARRANGED, "09:20"),
        }
        self.rooms = {
            key: Room.objects.create(**told, **self.written)
            for key, told in TOLD_DIARY["rooms"].items()
        }
        self.groups = {
            key: Group.objects.create(
                service=charity.services[told["service"]],
                **{name: told[name] for name in ("name", "about", "drop_in")},
                **self.written,
            )
            for key, told in TOLD_DIARY["groups"].items()
        }
        self.members: dict[str, list[GroupMember]] = {key: [] for key in self.groups}

    def load_duty(self) -> None:
        """Who is on duty for those who go alone, on each working day of the next two weeks."""
        days = [self.calendar.today + timedelta(days=ahead) for ahead in range(DUTY_DAYS)]
        DutyTurn.objects.bulk_create(
            DutyTurn(
                worker=self.charity.staff[worker],
                rank=rank,
                starts=moment_of(day, "09:00"),
                ends=moment_of(day, "18:00"),
                **self.written,
            )
            for day in days
            if day.weekday() < SATURDAY
            for rank, worker in enumerate(TOLD_DIARY["duty"], start=1)
        )

    def load_family(self, family: Family) -> None:
        """What is arranged with one family, and the groups it belongs to."""
        self._load_members(family)
        for told in family.all_told("appointments"):
            days = self._days(told)
            self._arrange(
                days,
                told,
                case=family.cases[told["case"]],
                service=family.cases[told["case"]].service,
                people=[family.people[key] for key in told["people"]],
            )

    def load_sessions(self) -> None:
        """The sessions of the groups: those past with their registers, and those to come."""
        for key, told in TOLD_DIARY["groups"].items():
            group = self.groups[key]
            sessions = self._arrange(
                self._days(told), told | {"kind": Kind.GROUP}, group=group, service=group.service
            )
            past = [one for one in sessions if one.starts.date() < self.calendar.today]
            for number, session in enumerate(past):
                self._write_register(session, self.members[key], told, number)
            if past:
                self._count(past[-1], TOLD_DIARY["drop_ins"])

    def _load_members(self, family: Family) -> None:
        for told in family.all_told("groups"):
            member = GroupMember.objects.create(
                group=self.groups[told["group"]],
                person=family.people[told["person"]],
                case=family.cases[told["case"]],
                since=self.calendar.day(told["since"]),
                **family.written(told, ago=told["since"], at="12:00"),
            )
            self.members[told["group"]].append(member)

    def _days(self, told: Told) -> list[date]:
        """The days of `told` that are no bank holidays, by week and day of the week (0 is Monday)."""
        monday = self.calendar.today - timedelta(days=self.calendar.today.weekday())
        days = [monday + timedelta(days=7 * week + told["weekday"]) for week in told["weeks"]]
        return [day for day in days if day not in ENGLAND]

    def _arrange(
        self, days: list[date], told: Told, *, people: Any = (), **whose: Any
    ) -> list[Appointment]:
        series = None
        if len(days) > 1:
            series = Series.objects.create(every=Every.WEEK, **self.written)
        room = self.rooms.get(told.get("room", ""))
        made = []
        for day in days:
            starts = moment_of(day, told["at"])
            made.append(
                Appointment(
                    kind=told["kind"],
                    starts=starts,
                    ends=starts + timedelta(minutes=told["minutes"]),
                    where=Where.ROOM if room else told["where"],
                    room=room,
                    purpose=told.get("purpose", ""),
                    alone=told.get("alone", False),
                    series=series,
                    **self._held(told, day),
                    **whose,
                    **self.written,
                )
            )
        Appointment.objects.bulk_create(made)
        AppointmentPerson.objects.bulk_create(
            AppointmentPerson(appointment=one, person=person) for one in made for person in people
        )
        AppointmentWorker.objects.bulk_create(
            AppointmentWorker(appointment=one, worker=self.charity.staff[worker])
            for one in made
            for worker in told["workers"]
        )
        return made

    def _held(self, told: Told, day: date) -> Told:
        if day >= self.calendar.today:
            return {}
        return {
            "status": AppointmentStatus.HELD,
            "settled_at": moment_of(day, told["at"]) + timedelta(minutes=told["minutes"]),
            "settled_by": self.charity.staff[told["workers"][0]],
        }

    def _write_register(
        self, session: Appointment, members: list[GroupMember], told: Told, number: int
    ) -> None:
        """A contact for each member; one of them is missing each time, another one each week."""
        written = {
            "recorded_by": self.charity.staff[told["workers"][0]],
            "recorded_at": session.ends + timedelta(minutes=15),
        }
        belonged = [one for one in members if one.since <= session.starts.date()]
        contacts = []
        for place, member in enumerate(belonged):
            came = place != number % len(belonged)
            contacts.append(
                Contact(
                    case=member.case,
                    kind=Contact.Kind.GROUP,
                    outcome=Contact.Outcome.ATTENDED if came else Contact.Outcome.DID_NOT_ATTEND,
                    happened_at=session.starts,
                    minutes=session.minutes if came else None,
                    place=f"{session.group}, {session.room}",
                    summary=told["done"][number % len(told["done"])] if came else "",
                    **written,
                )
            )
        Contact.objects.bulk_create(contacts)
        pairs = list(zip(belonged, contacts, strict=True))
        ContactPerson.objects.bulk_create(
            ContactPerson(contact=contact, person=member.person) for member, contact in pairs
        )
        Attendance.objects.bulk_create(
            Attendance(session=session, person=member.person, contact=contact, **written)
            for member, contact in pairs
        )

    def _count(self, session: Appointment, told: list[Told]) -> None:
        DropIn.objects.bulk_create(
            DropIn(
                service=session.service,
                session=session,
                came_on=session.starts.date(),
                recorded_by=self.charity.staff["kirsty"],
                recorded_at=session.ends,
                **one,
            )
            for one in told
        )
