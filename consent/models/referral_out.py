"""A family is referred to an agency: what was asked, and what became of it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.models.share import Share
from consent.workflow import ReferralOutStatus
from core.privacy import Delete, Pack, Retention, Section


class ReferralOut(Recorded):
    """That an agency was asked to work with a family (features.md P5).

    What was told to it, and through which gateway, is the entry of the sharing log that this rests on:
    without one nobody is referred anywhere.
    """

    share = models.OneToOneField(to=Share, on_delete=models.PROTECT, related_name="referral_out")
    asked_for = models.TextField("what they were asked to do")
    status = models.TextField(choices=ReferralOutStatus.choices, default=ReferralOutStatus.WAITING)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        verbose_name="written down by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    answer = models.TextField("what they said", blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "referral to an agency"
        verbose_name_plural = "referrals to agencies"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(asked_for=""),
                name="referral_out_says_what",
                violation_error_message="Say what they were asked to do.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ReferralOutStatus.values),
                name="referral_out_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ReferralOutStatus.WAITING, answered_at=None, answered_by=None, answer=""
                )
                | ~Q(status=ReferralOutStatus.WAITING)
                & ~Q(answer="")
                & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="referral_out_answered_at_and_by_iff_answered",
            ),
        )

    class Privacy:
        personal = frozenset({"share", "status", "answered_at"})
        third_party = frozenset({"asked_for", "answer"})
        staff = frozenset({"answered_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("share__people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="recorded_at",
            shows=("share", "asked_for", "status", "answered_at", "answer"),
            passages=("asked_for", "answer"),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.share.reference}: {self.get_status_display()}"


class ReferralOutChase(Recorded):
    """That the agency was asked again for its answer."""

    referral = models.ForeignKey(to=ReferralOut, on_delete=models.PROTECT, related_name="chases")
    words = models.TextField("whom we asked, and what they said")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "reminder to an agency"
        verbose_name_plural = "reminders to agencies"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (models.CheckConstraint(condition=~Q(words=""), name="chase_says_something"),)

    class Privacy:
        personal = frozenset({"referral"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("referral__share__people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="recorded_at",
            shows=("referral", "words", "recorded_at"),
            passages=("words",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.recorded_at}"
