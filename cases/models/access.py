"""Access with an end: cover for somebody away, a volunteer, a trustee, a sample for a reviewer (P50, S13)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.service import Service
from cases.triggers import FILLED_ONCE
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Retention, Unprinted


class Access(Recorded):
    """That somebody needs to know records beyond their own services, from a day to a day.

    It opens what their role opens, and nothing that is closed to them (`cases.closed`). The last day is
    obligatory; it is ended early with a reason, and never changed.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", "All records of a service"
        COVER = "cover", "The cases of a colleague who is away"
        SAMPLE = "sample", "A sample of the cases of a service"

    reference = reference_field("Y")
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="accesses"
    )
    kind = models.TextField("to what", choices=Kind.choices)
    # Of cover: every service in which whoever gives it may give any.
    service = models.ForeignKey(
        to=Service, on_delete=models.PROTECT, null=True, related_name="accesses"
    )
    colleague = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    since = models.DateField("first day")
    until = models.DateField("last day")
    reason = models.CharField("why", max_length=300)
    cases = models.ManyToManyField(to=Case, through="AccessCase", related_name="accesses")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name_plural = "accesses"
        ordering = ("until", "pk")
        permissions = (("give_access", "Can give colleagues access with an end"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*Recorded.Meta.triggers, FILLED_ONCE]
        indexes = (models.Index(fields=["user", "until"], name="access_of_whom_until"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="cover", colleague__isnull=False, service=None)
                | Q(kind__in=["service", "sample"], colleague=None, service__isnull=False),
                name="access_to_what_its_kind_says",
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="access_ends_after_start",
                violation_error_message="The last day comes before the first.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="access_says_why"),
            models.CheckConstraint(
                condition=~Q(recorded_by=F("user")),
                name="access_is_given_by_somebody_else",
                violation_error_message="Nobody gives themselves access.",
            ),
            models.CheckConstraint(
                condition=Q(colleague=None) | ~Q(colleague=F("user")),
                name="access_covers_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="access_ended_at_and_by",
            ),
        )

    class Privacy:
        personal = frozenset({"cases"})
        staff = frozenset(
            {
                "user",
                "colleague",
                "since",
                "until",
                "reason",
                "ended_at",
                "ended_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id", "reference", "kind", "service"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Keep("shows who needed to know what, and when")
        counted = False

    def __str__(self) -> str:
        return self.reference

    @property
    def to_what(self) -> str:
        """What it opens, in words; no client is named."""
        if self.kind == self.Kind.COVER:
            return f"The cases of {self.colleague}"
        return f"{self.get_kind_display()}: {self.service}"


class AccessCase(Recorded):
    """One case of a sample."""

    access = models.ForeignKey(to=Access, on_delete=models.PROTECT, related_name="access_cases")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="access_cases")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "case of a sample"
        verbose_name_plural = "cases of samples"
        constraints = (
            models.UniqueConstraint(fields=["access", "case"], name="case_once_in_a_sample"),
        )

    class Privacy:
        personal = frozenset({"case"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "access"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "that the case was in a sample; who looked is in the statement", Unprinted.LOOKS
        )
        destruction = Delete()
        stays = "says who may see it, and changes nothing"
        counted = False

    def __str__(self) -> str:
        return f"{self.case} in {self.access}"
