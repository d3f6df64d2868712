"""Rooms, appointments, groups, drop-ins, feeds, duty and lone visits."""

from datetime import timedelta

import factory
from django.utils import timezone

from diary import models
from diary.tokens import hash_of_token
from tests.factories.accounts import UserFactory
from tests.factories.base import Recorded
from tests.factories.cases import CaseFactory, ContactFactory, PersonFactory, ServiceFactory


class RoomFactory(Recorded):
    class Meta:
        model = models.Room

    name = factory.Sequence(lambda n: f"Room {n}")
    recorded_by = factory.SubFactory(UserFactory)


class GroupFactory(Recorded):
    """A group; `people=[...]` belong to it, each in a case of their own."""

    class Meta:
        model = models.Group
        skip_postgeneration_save = True

    service = factory.SubFactory(ServiceFactory)
    name = factory.Sequence(lambda n: f"Parents’ group {n}")
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            case = CaseFactory(service=self.service, people=[person])
            GroupMemberFactory(group=self, person=person, case=case)


class GroupMemberFactory(Recorded):
    class Meta:
        model = models.GroupMember

    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(PersonFactory)
    since = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=60))
    recorded_by = factory.SelfAttribute("group.recorded_by")


class AppointmentFactory(Recorded):
    """A visit at a family's home in two days, for an hour; `people=[...]`, `workers=[...]`."""

    class Meta:
        model = models.Appointment
        skip_postgeneration_save = True

    service = factory.SubFactory(ServiceFactory)
    kind = models.Kind.HOME_VISIT
    starts = factory.LazyFunction(
        lambda: (
            timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
            + timedelta(days=2)
        )
    )
    ends = factory.LazyAttribute(lambda made: made.starts + timedelta(hours=1))
    where = models.Where.HOME
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def people(self, create, extracted, **kwargs):
        for person in extracted or []:
            AppointmentPersonFactory(appointment=self, person=person)

    @factory.post_generation
    def workers(self, create, extracted, **kwargs):
        for worker in extracted if extracted is not None else [self.recorded_by]:
            AppointmentWorkerFactory(appointment=self, worker=worker)


class AppointmentPersonFactory(Recorded):
    class Meta:
        model = models.AppointmentPerson


class AppointmentWorkerFactory(Recorded):
    class Meta:
        model = models.AppointmentWorker


class SessionFactory(AppointmentFactory):
    """A session of a group, yesterday."""

    group = factory.SubFactory(GroupFactory)
    service = factory.SelfAttribute("group.service")
    kind = models.Kind.GROUP
    where = models.Where.ROOM
    room = factory.SubFactory(RoomFactory)
    starts = factory.LazyFunction(
        lambda: (
            timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0)
            - timedelta(days=1)
        )
    )


class AttendanceFactory(Recorded):
    """One line of the register of `session`, about `person`."""

    class Meta:
        model = models.Attendance

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    contact = factory.SubFactory(ContactFactory)
    recorded_by = factory.SelfAttribute("session.recorded_by")


class DropInFactory(Recorded):
    class Meta:
        model = models.DropIn

    service = factory.SubFactory(ServiceFactory)
    came_on = factory.LazyFunction(timezone.localdate)
    recorded_by = factory.SubFactory(UserFactory)


class FeedFactory(Recorded):
    """The feed of `worker` under the secret `token`."""

    class Meta:
        model = models.Feed

    class Params:
        token = "a secret that nobody guesses"

    worker = factory.SubFactory(UserFactory)
    token_hash = factory.LazyAttribute(lambda made: hash_of_token(made.token))
    recorded_by = factory.SelfAttribute("worker")


class DutyTurnFactory(Recorded):
    """On duty since an hour ago, for eight hours."""

    class Meta:
        model = models.DutyTurn

    worker = factory.SubFactory(UserFactory)
    starts = factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
    ends = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=7))
    rank = 1
    recorded_by = factory.SelfAttribute("worker")


class LoneVisitFactory(Recorded):
    """Out since now, to check in within the hour."""

    class Meta:
        model = models.LoneVisit

    worker = factory.SubFactory(UserFactory)
    place = "12 Sample Street"
    back_by = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))
    alarm_from = factory.LazyAttribute(lambda made: made.back_by + timedelta(minutes=15))
    recorded_by = factory.SelfAttribute("worker")
