"""Breaking the glass: a record that is not one's own is opened in an emergency (features.md N7)."""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cases.models.base import Recorded
from cases.models.person import Person
from cases.triggers import EMERGENCY_FILLED_ONCE, NO_EMERGENCY_OPENS
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted

LONGEST = timedelta(hours=24)


class EmergencyLook(Recorded):
    """That somebody needs to know a record beyond their own services now, for a few hours, and says why.

    Whoever reviews looks is told at once, and somebody else says within some working days whether it was
    needed. It never opens what is closed: by a conflict of interest or by a seal (docs/adr/0028).
    """

    class Outcome(models.TextChoices):
        NEEDED = "needed", "It was needed"
        GOOD_FAITH = "good_faith", "It was not needed, and was done in good faith"
        WRONG = "wrong", "It was wrong"

    reference = reference_field("B")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="emergency_looks")
    reason = models.TextField("what happened")
    until = models.DateTimeField("ends by itself")
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    review_by = models.DateField("to be reviewed by")
    chased_on = models.DateField("asked for the review again", null=True, editable=False)
    outcome = models.TextField("was it needed?", choices=Outcome.choices, blank=True)
    explanation = models.TextField("what was found", blank=True)
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "emergency look"
        ordering = ("-pk",)
        permissions = (("break_glass", "Can open a record in an emergency"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            *Recorded.Meta.triggers,
            EMERGENCY_FILLED_ONCE,
            NO_EMERGENCY_OPENS,
        ]
        indexes = (
            models.Index(
                fields=["recorded_by", "until"],
                condition=Q(ended_at=None),
                name="emergency_look_that_lasts",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="emergency_look_says_what_happened",
                violation_error_message="Say what happened.",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("recorded_at"), until__lte=F("recorded_at") + LONGEST),
                name="emergency_look_ends_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="emergency_look_ended_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "needed", "good_faith", "wrong"]),
                name="emergency_look_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, outcome="", explanation="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                & ~Q(outcome="")
                & ~Q(explanation=""),
                name="emergency_look_reviewed_at_and_by_with_what_was_found",
                violation_error_message="Say what you found.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("recorded_by")),
                name="emergency_look_reviewed_by_somebody_else",
                violation_error_message="Somebody else reviews your own emergency looks.",
            ),
        )

    class Privacy:
        personal = frozenset({"person"})
        third_party = frozenset({"reason", "explanation"})
        staff = frozenset(
            {
                "until",
                "ended_at",
                "ended_by",
                "review_by",
                "chased_on",
                "outcome",
                "reviewed_at",
                "reviewed_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id", "reference"})
        about = ("person",)
        retention = Retention.LOG
        pack = Internal(
            "a check of staff at their work; that it was an emergency look is in the statement",
            Unprinted.LOOKS,
        )
        destruction = Delete()
        stays = "says who may look and is reviewed, and changes nothing in the record"
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:emergency-look", args=[self.reference])

    @property
    def lasts(self) -> bool:
        """Whether the record is open by it now."""
        return self.ended_at is None and self.until > timezone.now()
