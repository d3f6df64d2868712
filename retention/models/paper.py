"""The papers of the Data Protection Officer's file, each with the day on which it is looked at again."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention


class OfficerPaper(Recorded):
    """One paper of the file (features.md P54), as it was put in force; never changed, only replaced or ended."""

    class Kind(models.TextChoices):
        POLICY = "policy", "Appropriate policy document"
        DPIA = "dpia", "Impact assessment"
        TRAINING = "training", "Training"
        AGREEMENT = "agreement", "Agreement"
        OTHER = "other", "Something else"

    kind = models.TextField(choices=Kind.choices)
    title = models.CharField(max_length=120)
    text = models.TextField("what it says")
    in_force_on = models.DateField("in force from")
    review_by = models.DateField("look at it again by")
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    app_rights = ("SELECT", "INSERT", "UPDATE (ended_at, ended_by_id)")

    class Meta(Recorded.Meta):
        verbose_name = "paper of the officer’s file"
        verbose_name_plural = "papers of the officer’s file"
        ordering = ("kind", "title", "-version")
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(kind__in=["policy", "dpia", "training", "agreement", "other"]),
                name="officer_paper_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="officer_paper_says_something",
                violation_error_message="Give it a title, and write what it says.",
            ),
            models.CheckConstraint(
                condition=Q(review_by__gt=F("in_force_on")),
                name="officer_paper_is_looked_at_after_it_began",
                violation_error_message="The day to look again is after the day from which it is in force.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="officer_paper_ended_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["kind", "title"],
                condition=Q(ended_at=None),
                name="officer_paper_once_in_force",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "kind", "in_force_on", "review_by", "version"})
        staff = frozenset({"title", "text", "recorded_at", "recorded_by", "ended_at", "ended_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("rules, training and agreements of the charity; about no client")
        destruction = Keep("shows what was in force at the time")
        counted = False

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"

    def get_absolute_url(self) -> str:
        return reverse("retention:paper", args=[self.pk])
