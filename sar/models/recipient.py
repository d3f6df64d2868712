"""Who was told before, and is told now that something was corrected, erased or restricted (Art 19)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from consent.models import Share
from core.privacy import Delete, Pack, Retention, Section
from sar.models.request import RightsRequest


class RecipientNotice(Recorded):
    """One recipient of the sharing log who is to be told, and what became of it (UK GDPR Art 19)."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "To be told"
        NOTIFIED = "notified", "Told"
        IMPOSSIBLE = "impossible", "Impossible"
        DISPROPORTIONATE = "disproportionate", "Would take disproportionate effort"

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="recipients"
    )
    share = models.ForeignKey(to=Share, on_delete=models.PROTECT, related_name="recipient_notices")
    name = models.CharField("who", max_length=300)
    what = models.TextField("what they are told")
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.WAITING)
    because = models.TextField("how, or why not", blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "recipient to be told"
        verbose_name_plural = "recipients to be told"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "notified", "impossible", "disproportionate"]),
                name="recipient_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", ended_at=None, ended_by=None, because="")
                | (
                    ~Q(outcome="waiting")
                    & Q(ended_at__isnull=False, ended_by__isnull=False)
                    & ~Q(because="")
                ),
                name="recipient_ended_at_by_and_how",
                violation_error_message="Say how they were told, or why not.",
            ),
            models.UniqueConstraint(fields=["request", "share"], name="recipient_told_once"),
        )

    class Privacy:
        personal = frozenset({"share", "what", "outcome"})
        third_party = frozenset({"name", "because"})
        staff = frozenset({"ended_at", "ended_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="recorded_at",
            shows=("request", "share", "name", "what", "outcome", "because", "ended_at"),
            passages=("name", "because"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.name}"

    @property
    def is_waiting(self) -> bool:
        return self.outcome == self.Outcome.WAITING
