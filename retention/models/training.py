"""Who was trained in data protection, when, and when it is due again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention


class Training(Recorded):
    """That a member of staff did a training (features.md P54); never changed, only followed or struck out."""

    user = models.ForeignKey(
        verbose_name="who",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="trainings",
    )
    what = models.CharField("which training", max_length=120)
    done_on = models.DateField("done on")
    due_by = models.DateField("due again by")
    struck_out_at = models.DateTimeField(null=True, editable=False)
    struck_out_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    app_rights = ("SELECT", "INSERT", "UPDATE (struck_out_at, struck_out_by_id)")

    class Meta(Recorded.Meta):
        ordering = ("user__full_name", "what", "-done_on", "-pk")
        verbose_name = "training done"
        verbose_name_plural = "trainings done"
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=~Q(what=""),
                name="training_is_named",
                violation_error_message="Say which training it was.",
            ),
            models.CheckConstraint(
                condition=Q(due_by__gt=F("done_on")),
                name="training_is_due_after_it_was_done",
                violation_error_message="It is due again after the day on which it was done.",
            ),
            models.CheckConstraint(
                condition=Q(struck_out_at=None, struck_out_by=None)
                | Q(struck_out_at__isnull=False, struck_out_by__isnull=False),
                name="training_struck_out_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["user", "what", "done_on"],
                condition=Q(struck_out_at=None),
                name="training_once_on_a_day",
                violation_error_message="This training is in the register already.",
            ),
        )

    class Privacy:
        staff = frozenset(
            {
                "user",
                "what",
                "done_on",
                "due_by",
                "recorded_at",
                "recorded_by",
                "struck_out_at",
                "struck_out_by",
            }
        )
        not_personal = frozenset({"id"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Keep("shows who had been trained at the time; goes with the review of staff")
        counted = False

    def __str__(self) -> str:
        return f"{self.what}: {self.user}"
