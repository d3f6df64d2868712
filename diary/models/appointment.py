"""What is arranged ahead: visits, meetings, calls and the sessions of groups (features.md P42)."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.triggers import NOTED
from cases.models import Case, Contact, Person, Service
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section, Unprinted
from diary.expressions import Span
from diary.models.group import Group
from diary.models.places import Room
from diary.workflow import AppointmentStatus

LONGEST = timedelta(days=1)


class Kind(models.TextChoices):
    """What is arranged; the kinds of a contact that can be arranged, and work without a family."""

    MEETING = Contact.Kind.MEETING.value, "Meeting"
    HOME_VISIT = Contact.Kind.HOME_VISIT.value, "Home visit"
    PHONE = Contact.Kind.PHONE.value, "Telephone call"
    GROUP = Contact.Kind.GROUP.value, "Group session"
    OTHER = "other", "Other work"


class Where(models.TextChoices):
    """Where it takes place. A family's address stands in their record and not in the diary."""

    ROOM = "room", "In one of our rooms"
    HOME = "home", "At the family’s home"
    REMOTE = "remote", "By telephone or video"
    ELSEWHERE = "elsewhere", "Somewhere else"


class Every(models.TextChoices):
    WEEK = "week", "Every week"
    FORTNIGHT = "fortnight", "Every two weeks"
    MONTH = "month", "Every month"


class Series(Recorded):
    """That appointments belong together because one repeats."""

    every = models.TextField(choices=Every.choices)
    skips_holidays = models.BooleanField("left out on bank holidays", default=True)

    class Meta(Recorded.Meta):
        verbose_name_plural = "series"
        constraints = (
            models.CheckConstraint(
                condition=Q(every__in=Every.values), name="series_every_is_known"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "every", "skips_holidays"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("how often something was arranged; each appointment itself is shown")
        destruction = Keep("says only how often, and of nobody")
        counted = False

    def __str__(self) -> str:
        return self.get_every_display()


class Appointment(Recorded):
    """Something arranged for a time: with a family of a case, with a group, or work without either.

    A room is booked once at a time; the database itself refuses the second (`room_once_at_a_time`).
    """

    reference = reference_field("V")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="appointments")
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    group = models.ForeignKey(
        to=Group, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    series = models.ForeignKey(
        to=Series, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    kind = models.TextField(choices=Kind.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    where = models.TextField(choices=Where.choices)
    room = models.ForeignKey(
        to=Room, on_delete=models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    place = models.CharField("where else", max_length=200, blank=True)
    purpose = models.CharField("what it is for", max_length=300, blank=True)
    alone = models.BooleanField("the worker goes alone", default=False)
    people = models.ManyToManyField(
        to=Person, through="AppointmentPerson", related_name="appointments", verbose_name="with"
    )
    workers = models.ManyToManyField(
        to=settings.AUTH_USER_MODEL, through="AppointmentWorker", related_name="appointments"
    )
    status = models.TextField(choices=AppointmentStatus.choices, default=AppointmentStatus.PLANNED)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    settled_because = models.CharField("why", max_length=300, blank=True)
    # What became of it, as it stands in the case: written once.
    contact = models.OneToOneField(
        to=Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="appointment"
    )
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("starts", "pk")
        permissions = (
            ("keep_diary", "Can see and fill the diaries of their services"),
            ("manage_diary", "Can manage rooms, groups and the duty rota"),
        )
        indexes = (
            models.Index(fields=["starts"], name="appointment_starts"),
            models.Index(fields=["case", "starts"], name="appointment_of_case"),
        )
        constraints = (
            ExclusionConstraint(
                name="room_once_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (Span("starts", "ends"), RangeOperators.OVERLAPS),
                ],
                condition=Q(
                    room__isnull=False,
                    status__in=[AppointmentStatus.PLANNED, AppointmentStatus.HELD],
                ),
                violation_error_message="The room is booked at that time.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="appointment_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=AppointmentStatus.values),
                name="appointment_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=F("starts") + LONGEST),
                name="appointment_lasts_up_to_a_day",
                violation_error_message="It ends after it begins, and within a day.",
            ),
            models.CheckConstraint(
                condition=Q(where=Where.ROOM, room__isnull=False, place="")
                | (Q(where=Where.ELSEWHERE, room=None) & ~Q(place=""))
                | Q(where__in=[Where.HOME, Where.REMOTE], room=None, place=""),
                name="appointment_says_where",
                violation_error_message="Say which room, or where else.",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.GROUP, group__isnull=False, case=None)
                | (~Q(kind=Kind.GROUP) & Q(group=None)),
                name="appointment_of_a_group_or_a_case",
                violation_error_message="A group session belongs to a group, and to no case.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=AppointmentStatus.PLANNED,
                    settled_at=None,
                    settled_by=None,
                    settled_because="",
                )
                | (
                    ~Q(status=AppointmentStatus.PLANNED)
                    & Q(settled_at__isnull=False, settled_by__isnull=False)
                ),
                name="appointment_settled_at_and_by_iff_settled",
            ),
            models.CheckConstraint(
                condition=Q(contact=None)
                | (Q(case__isnull=False) & ~Q(status=AppointmentStatus.PLANNED)),
                name="appointment_with_contact_is_settled",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "place"})
        personal = frozenset(
            {
                "service",
                "case",
                "group",
                "kind",
                "starts",
                "ends",
                "where",
                "people",
                "status",
                "contact",
            }
        )
        third_party = frozenset({"purpose", "settled_because"})
        staff = frozenset({"workers", "settled_at", "settled_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "series", "room", "alone", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CONTACTS,
            when="starts",
            shows=(
                "reference",
                "case",
                "kind",
                "starts",
                "ends",
                "where_in_words",
                "people_in_words",
                "workers_in_words",
                "purpose",
                "status",
                "settled_because",
                "contact",
                "recorded_at",
                "recorded_by",
            ),
            passages=("purpose", "settled_because", "people_in_words", "where_in_words"),
            left_out={
                "people": "printed in words",
                "where": "printed in words",
                "place": "printed in words",
                "service": "named with the case",
                "group": "a session of a group has nobody here; the contact of each person is shown",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("diary:appointment", args=[self.reference])

    @property
    def where_in_words(self) -> str:
        return str(self.room or self.place or self.get_where_display())

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())

    @property
    def workers_in_words(self) -> str:
        return ", ".join(str(worker) for worker in self.workers.all())

    @property
    def minutes(self) -> int:
        return int((self.ends - self.starts).total_seconds() // 60)


class AppointmentPerson(models.Model):
    """That an appointment is with somebody."""

    appointment = models.ForeignKey(
        to=Appointment, on_delete=models.PROTECT, related_name="appointment_people"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, related_name="appointment_people"
    )

    class Meta:
        verbose_name_plural = "appointment people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["appointment", "person"], name="person_once_in_an_appointment"
            ),
        )

    class Privacy:
        personal = frozenset({"appointment", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the appointment itself is shown, with everybody it is with", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.person_id}"


class AppointmentWorker(models.Model):
    """That an appointment stands in the diary of a member of staff."""

    appointment = models.ForeignKey(
        to=Appointment, on_delete=models.PROTECT, related_name="appointment_workers"
    )
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="diary"
    )

    class Meta:
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["appointment", "worker"], name="worker_once_in_an_appointment"
            ),
        )

    class Privacy:
        staff = frozenset({"worker"})
        not_personal = frozenset({"id", "appointment"})
        about = ("appointment__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the workers are named where the appointment is shown", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.worker_id}"
