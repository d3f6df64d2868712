"""What a family wants to change, in their words, and how far they have come (features.md P8)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.triggers import FINAL, NOTED
from assessments.workflow import GoalStatus
from cases.models import Case, Person
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section

HIGHEST_RATING = 10


class Goal(Recorded):
    """One thing that somebody wants to change, set together with them."""

    reference = reference_field("G")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="goals")
    person = models.ForeignKey(
        verbose_name="whose", to=Person, on_delete=models.PROTECT, related_name="goals"
    )
    words = models.TextField("what they want to change")
    set_on = models.DateField("set")
    review_by = models.DateField("to be looked at again by", null=True, blank=True)
    status = models.TextField(choices=GoalStatus.choices, default=GoalStatus.OPEN)
    ended_on = models.DateField("ended", null=True, blank=True)
    ended_because = models.TextField("how it ended", blank=True)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("-set_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="goal_says_what",
                violation_error_message="Write what they want to change.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=GoalStatus.values), name="goal_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open", ended_on=None, ended_by=None)
                | (~Q(status="open") & Q(ended_on__isnull=False, ended_by__isnull=False)),
                name="goal_ended_on_and_by_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["not_achieved", "given_up"]) | ~Q(ended_because=""),
                name="goal_not_achieved_with_a_reason",
                violation_error_message="Say why it was not achieved or given up.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("set_on")),
                name="goal_ends_after_it_was_set",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case", "person", "set_on", "review_by", "status", "ended_on"})
        special_category = frozenset({"words", "ended_because"})
        staff = frozenset({"recorded_at", "recorded_by", "ended_by"})
        not_personal = frozenset({"id", "token"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.GOALS,
            when="set_on",
            shows=(
                "reference",
                "case",
                "words",
                "set_on",
                "review_by",
                "status",
                "ended_on",
                "ended_because",
                "recorded_by",
            ),
            passages=("words", "ended_because"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference


class GoalReview(Recorded):
    """How far somebody thinks they are with their goal on a day, from 0 to 10. Once written, it stays."""

    goal = models.ForeignKey(to=Goal, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField("day")
    rating = models.PositiveSmallIntegerField("how far, from 0 to 10")
    words = models.TextField("what was said", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("reviewed_on", "pk")
        verbose_name = "review of a goal"
        verbose_name_plural = "reviews of goals"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.UniqueConstraint(
                fields=["goal", "reviewed_on"],
                name="goal_reviewed_once_a_day",
                violation_error_message="This goal was looked at on that day already.",
            ),
            models.CheckConstraint(
                condition=Q(rating__gte=0, rating__lte=HIGHEST_RATING),
                name="goal_rated_from_0_to_10",
            ),
        )

    class Privacy:
        personal = frozenset({"goal", "reviewed_on", "rating"})
        special_category = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("goal__person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.GOALS,
            when="reviewed_on",
            shows=("goal", "reviewed_on", "rating", "words", "recorded_by"),
            passages=("words",),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.rating}"
