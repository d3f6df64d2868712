"""Reminders of appointments, each sent once or not at all."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models import ContactPoint, Person
from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from diary.models.appointment import Appointment
from diary.workflow import ReminderStatus


class Reminder(Recorded):
    """That somebody of the family, or a worker, is reminded of one appointment."""

    appointment = models.ForeignKey(
        to=Appointment, on_delete=models.PROTECT, related_name="reminders"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reminders",
    )
    due = models.DateTimeField()
    status = models.TextField(choices=ReminderStatus.choices, default=ReminderStatus.WAITING)
    ended = models.DateTimeField(null=True, blank=True)
    because = models.CharField("why it was not sent", max_length=300, blank=True)
    sent_to = models.ForeignKey(
        to=ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta(Recorded.Meta):
        ordering = ("due", "pk")
        indexes = (
            models.Index(
                fields=["due"],
                condition=Q(status=ReminderStatus.WAITING),
                name="reminder_waiting",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ReminderStatus.values), name="reminder_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, worker=None)
                | Q(person=None, worker__isnull=False),
                name="reminder_is_for_one",
            ),
            models.CheckConstraint(
                condition=Q(status=ReminderStatus.WAITING, ended=None)
                | (~Q(status=ReminderStatus.WAITING) & Q(ended__isnull=False)),
                name="reminder_ended_iff_not_waiting",
            ),
            models.UniqueConstraint(
                fields=["appointment", "person"],
                condition=Q(status__in=[ReminderStatus.WAITING, ReminderStatus.SENDING]),
                name="person_reminded_once",
            ),
            models.UniqueConstraint(
                fields=["appointment", "worker"],
                condition=Q(status__in=[ReminderStatus.WAITING, ReminderStatus.SENDING]),
                name="worker_reminded_once",
            ),
        )

    class Privacy:
        personal = frozenset({"appointment", "person", "due", "status", "ended", "because"})
        identifying = frozenset({"sent_to"})
        staff = frozenset({"worker", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the appointment itself is shown; a reminder says nothing besides",
            Unprinted.NOTHING_BESIDES,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.appointment_id}: {self.get_status_display()}"
