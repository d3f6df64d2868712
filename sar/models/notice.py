"""That somebody was told of a day that comes near or has passed; once for each day."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.triggers import NOTED


class DeadlineNotice(models.Model):
    """Those who can act were told that an answer, or an erasure that it promised, is nearly due, or late
    (features.md P25).

    Once for each day that is due: when the day moves, they are told of the new one.
    """

    class Kind(models.TextChoices):
        NEAR = "near", "Nearly due"
        LATE = "late", "Late"

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="deadline_notices"
    )
    kind = models.TextField(choices=Kind.choices)
    due = models.DateField()
    told_on = models.DateField()
    # When the e-mail to a trustee was handed to the mail server; only where the answer is late.
    trustee_mailed = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["near", "late"]), name="deadline_notice_kind_is_known"
            ),
            models.UniqueConstraint(
                fields=["request", "kind", "due"], name="told_once_of_each_day_that_is_due"
            ),
        )

    class Privacy:
        personal = frozenset({"kind", "due", "told_on", "trustee_mailed"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "that staff were reminded of a day; the day itself stands on the request",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.get_kind_display().lower()}"
