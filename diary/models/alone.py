"""Workers who go alone, who is on duty for them, and whom an alarm called (features.md P42)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from audit.triggers import NOTED
from cases.models.base import Recorded
from core.dates import plain
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted
from diary.clock import clock, from_to
from diary.expressions import Span
from diary.models.appointment import Appointment
from diary.workflow import VisitStatus

NOT_BACK = (VisitStatus.OUT, VisitStatus.ALARM, VisitStatus.TAKEN)


class DutyTurn(Recorded):
    """That somebody is on duty for those who go alone; `rank` says who is called first."""

    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="duty_turns"
    )
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    rank = models.PositiveSmallIntegerField("called", choices=[(1, "First"), (2, "Second")])

    class Meta(Recorded.Meta):
        ordering = ("starts", "rank")
        constraints = (
            models.CheckConstraint(condition=Q(rank__in=[1, 2]), name="duty_rank_is_known"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="duty_ends_after_start",
                violation_error_message="The duty ends after it begins.",
            ),
            ExclusionConstraint(
                name="duty_once_at_a_time",
                expressions=[
                    ("rank", RangeOperators.EQUAL),
                    (Span("starts", "ends"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Somebody has this duty at that time.",
            ),
            ExclusionConstraint(
                name="on_duty_in_one_place",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    (Span("starts", "ends"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="They are on duty at that time already.",
            ),
        )

    class Privacy:
        staff = frozenset({"worker", "starts", "ends", "rank", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.worker}, {self.get_rank_display().lower()} on duty"

    @property
    def when_in_words(self) -> str:
        """From when to when: 3 December 2026, 9am to 6pm; both days where they are two."""
        first, last = timezone.localdate(self.starts), timezone.localdate(self.ends)
        if first == last:
            return f"{plain(first)}, {from_to(self.starts, self.ends)}"
        return f"{plain(first)}, {clock(self.starts)} to {plain(last)}, {clock(self.ends)}"


class LoneVisit(Recorded):
    """That a worker has gone somewhere alone, and by when they will have said that they are safe."""

    reference = reference_field("L")
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lone_visits"
    )
    appointment = models.ForeignKey(
        to=Appointment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lone_visits",
    )
    place = models.CharField("where", max_length=300)
    phone = models.CharField("telephone", max_length=40, blank=True)
    back_by = models.DateTimeField()
    alarm_from = models.DateTimeField()
    status = models.TextField(choices=VisitStatus.choices, default=VisitStatus.OUT)
    safe_at = models.DateTimeField(null=True, blank=True)
    safe_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.TextField("what had happened", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["alarm_from"], condition=Q(status__in=NOT_BACK), name="visit_not_back"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=VisitStatus.values), name="visit_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(back_by__gt=F("recorded_at"), alarm_from__gte=F("back_by")),
                name="visit_ends_after_start",
                violation_error_message="Say a time to come.",
            ),
            models.CheckConstraint(
                condition=Q(status=VisitStatus.SAFE, safe_at__isnull=False, safe_by__isnull=False)
                | (~Q(status=VisitStatus.SAFE) & Q(safe_at=None, safe_by=None)),
                name="visit_safe_at_and_by_iff_safe",
            ),
            models.CheckConstraint(
                condition=Q(taken_at=None, taken_by=None)
                | Q(taken_at__isnull=False, taken_by__isnull=False),
                name="visit_taken_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(status=VisitStatus.TAKEN) | Q(taken_at__isnull=False),
                name="visit_taken_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["worker"],
                condition=Q(status__in=NOT_BACK),
                name="worker_out_once_at_a_time",
                violation_error_message="Say first that you are back from the visit before.",
            ),
        )

    class Privacy:
        identifying = frozenset({"place"})
        third_party = frozenset({"outcome"})
        staff = frozenset(
            {
                "worker",
                "phone",
                "back_by",
                "alarm_from",
                "safe_at",
                "safe_by",
                "taken_at",
                "taken_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id", "reference", "appointment", "status"})
        about = ("appointment__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "about the safety of staff; the visit itself is shown as an appointment",
            Unprinted.STAFF,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("diary:visit", args=[self.reference])


class AlarmCall(models.Model):
    """That the alarm of a visit called somebody."""

    visit = models.ForeignKey(to=LoneVisit, on_delete=models.PROTECT, related_name="calls")
    called = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="alarm_calls"
    )
    step = models.PositiveSmallIntegerField()
    moment = models.DateTimeField()

    class Meta:
        ordering = ("step", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["visit", "step", "called"], name="called_once_a_step"),
        )

    class Privacy:
        staff = frozenset({"called", "moment"})
        not_personal = frozenset({"id", "visit", "step"})
        about = ("visit__appointment__people",)
        retention = Retention.CASE_FILE
        pack = Internal("about the safety of staff", Unprinted.STAFF)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.called}"
