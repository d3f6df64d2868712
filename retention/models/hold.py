"""What stops destruction: holds that somebody placed, and the switch for everything."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.triggers import NOTED
from cases.models import Case, Person
from cases.models.base import Recorded
from core.privacy import Delete, Internal, Keep, Retention, Unprinted
from sar.models import Breach


class Hold(Recorded):
    """That nothing of a person, of a case or of a breach may be destroyed for now (features.md P34)."""

    class Kind(models.TextChoices):
        CLAIM = "claim", "Claim or litigation"
        AUTHORITY = "authority", "Police or court request"
        INQUIRY = "inquiry", "Statutory inquiry"
        SAFEGUARDING = "safeguarding", "Safeguarding review"
        COMPLAINT = "complaint", "Complaint"
        DISPUTED = "disputed", "Disputed accuracy"
        AUDIT = "audit", "Audit"
        OTHER = "other", "Another reason"

    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    breach = models.ForeignKey(
        to=Breach, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    kind = models.TextField(choices=Kind.choices)
    reason = models.TextField("why")
    owner = models.ForeignKey(
        verbose_name="who answers for it",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    review_by = models.DateField("look again by")
    released_at = models.DateTimeField(null=True, editable=False)
    released_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    released_because = models.TextField("why it was released", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("released_at", "review_by", "pk")
        permissions = (("place_hold", "Can place and release holds on destruction"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(person__isnull=False, case=None, breach=None)
                | Q(person=None, case__isnull=False, breach=None)
                | Q(person=None, case=None, breach__isnull=False),
                name="hold_is_on_one_record",
                violation_error_message="Name the person, the case or the breach, and only one.",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "claim",
                        "authority",
                        "inquiry",
                        "safeguarding",
                        "complaint",
                        "disputed",
                        "audit",
                        "other",
                    ]
                ),
                name="hold_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="hold_says_why",
                violation_error_message="Say why nothing may be destroyed.",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, released_by=None, released_because="")
                | (
                    Q(released_at__isnull=False, released_by__isnull=False)
                    & ~Q(released_because="")
                ),
                name="hold_released_at_by_and_why",
                violation_error_message="Say why it is released.",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "case", "breach", "kind", "reason", "released_because"})
        staff = frozenset(
            {"owner", "review_by", "recorded_at", "recorded_by", "released_at", "released_by"}
        )
        not_personal = frozenset({"id"})
        about = ("person", "case__people", "breach__people")
        retention = Retention.CASE_FILE
        pack = Internal(
            "says only that their record is kept for now, which the pack's rules say too",
            Unprinted.KEPT,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def stands(self) -> bool:
        return self.released_at is None


class Stop(Recorded):
    """That nothing at all is destroyed from this moment, whatever was approved: the switch everybody has."""

    because = models.TextField("why")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (("stop_destruction", "Can stop all destruction at once"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=~Q(because=""),
                name="stop_says_why",
                violation_error_message="Say why nothing may be destroyed.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="stop_ended_at_and_by",
            ),
            # Whoever stopped everything does not start it again alone.
            models.CheckConstraint(
                condition=Q(ended_by=None) | ~Q(ended_by=F("recorded_by")),
                name="stop_is_ended_by_another",
                violation_error_message="Somebody else than whoever stopped it starts it again.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "because"})
        staff = frozenset({"recorded_at", "recorded_by", "ended_at", "ended_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about the charity's own work")
        destruction = Keep("about nobody; shows when destruction stood still")
        counted = False

    def __str__(self) -> str:
        return f"Stopped: {self.because}"
