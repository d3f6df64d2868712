"""Agreements with agencies on sharing information, and when they are looked at again."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Agency
from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from core.fields import reference_field
from core.privacy import Internal, Keep, Retention
from core.references import AGREEMENT


class Agreement(Recorded):
    """A data-sharing agreement with an agency: what it covers, from when, until when (UK GDPR Art 5(2)).

    It opens no gateway: what lets information leave is decided for each person, each time.
    """

    reference = reference_field(AGREEMENT)
    agency = models.ForeignKey(to=Agency, on_delete=models.PROTECT, related_name="agreements")
    title = models.CharField(max_length=200)
    covers = models.TextField("what it covers")
    kept_where = models.CharField("where the signed paper is", max_length=200)
    starts_on = models.DateField("from")
    ends_on = models.DateField("up to and including", null=True, blank=True)
    review_on = models.DateField("to be looked at again on")
    ended_on = models.DateField("ended on", null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    why_ended = models.TextField("why it ended", blank=True, editable=False)

    app_rights = ("SELECT", "INSERT", "UPDATE (ended_on, ended_by_id, why_ended)")

    class Meta(Recorded.Meta):
        verbose_name = "data-sharing agreement"
        verbose_name_plural = "data-sharing agreements"
        ordering = ("-starts_on", "-pk")
        permissions = (("keep_agreements", "Can keep data-sharing agreements"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(covers="") & ~Q(kept_where=""),
                name="agreement_says_what_and_where",
                violation_error_message="Say what it is called, what it covers and where it is kept.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_ends_after_start",
                violation_error_message="It ends on the day it starts, or later.",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("starts_on")),
                name="agreement_reviewed_after_start",
                violation_error_message="It is looked at again after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, why_ended="")
                | Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(why_ended=""),
                name="agreement_ended_on_and_by_and_why",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "reference",
                "agency",
                "title",
                "covers",
                "kept_where",
                "starts_on",
                "ends_on",
                "review_on",
                "ended_on",
                "why_ended",
            }
        )
        staff = frozenset({"ended_by", "recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("between the charity and an organisation, about nobody")
        destruction = Keep("shows on what terms information was shared")
        counted = False

    def __str__(self) -> str:
        return f"{self.reference}, {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("consent:agreement", args=[self.reference])


class AgreementReview(Recorded):
    """That an agreement was looked at again, what was found, and when it is looked at next. Final."""

    agreement = models.ForeignKey(to=Agreement, on_delete=models.PROTECT, related_name="reviews")
    words = models.TextField("what was found")
    review_on = models.DateField("to be looked at again on")

    app_rights = ("SELECT", "INSERT")

    class Meta(Recorded.Meta):
        verbose_name = "review of an agreement"
        verbose_name_plural = "reviews of agreements"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="agreement_review_says_something",
                violation_error_message="Say what you found.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "agreement", "words", "review_on"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("between the charity and an organisation, about nobody")
        destruction = Keep("shows on what terms information was shared")
        counted = False

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.recorded_at}"
