"""A case goes from one worker to another, with what the next one must know."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.models.case import Case
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class HandOver(Recorded):
    """That a case was handed from one worker to another, and what was said about it (features.md P5).

    The next worker says that they have read it; nobody else can.
    """

    reference = reference_field("H")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="hand_overs")
    from_worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    to_worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="hand_overs"
    )
    summary = models.TextField("what the next worker must know")
    acknowledged_at = models.DateTimeField(null=True, editable=False)
    acknowledged_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        verbose_name = "hand-over"
        constraints = (
            models.CheckConstraint(
                condition=~Q(summary=""),
                name="hand_over_says_something",
                violation_error_message="Say what the next worker must know.",
            ),
            models.CheckConstraint(
                condition=~Q(from_worker=F("to_worker")), name="hand_over_between_two"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="hand_over_acknowledged_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by=None) | Q(acknowledged_by=F("to_worker")),
                name="hand_over_acknowledged_by_the_next_worker",
                violation_error_message="Only the next worker says that they have read it.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case"})
        third_party = frozenset({"summary"})
        staff = frozenset(
            {
                "from_worker",
                "to_worker",
                "acknowledged_at",
                "acknowledged_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CASES,
            when="recorded_at",
            shows=("reference", "case", "from_worker", "to_worker", "summary"),
            passages=("summary",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference
