"""What was written down wrongly of a referral."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.models.referral import Referral
from cases.triggers import FINAL, NOTED
from core.privacy import Delete, Pack, Retention, Section


class ReferralCorrection(Recorded):
    """One thing that was taken in wrongly and put right: what stood there stays readable (features.md N2,
    UK GDPR Art 16).

    `before` and `after` are in the words in which a page says them.
    """

    class What(models.TextChoices):
        REASON = "reason", "Why the family is referred"
        RECEIVED_ON = "received_on", "The day it was received"
        HOW_RECEIVED = "how_received", "How it came"
        SOURCE = "source", "Who refers"

    referral = models.ForeignKey(to=Referral, on_delete=models.PROTECT, related_name="corrections")
    what = models.TextField("what was wrong", choices=What.choices)
    before = models.TextField("as it stood before")
    after = models.TextField("as it is")
    because = models.TextField("why")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "correction of a referral"
        verbose_name_plural = "corrections of referrals"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(what__in=["reason", "received_on", "how_received", "source"]),
                name="referral_correction_of_something_known",
            ),
            models.CheckConstraint(
                condition=~Q(because="") & ~Q(before=F("after")),
                name="referral_correction_changes_something_and_says_why",
                violation_error_message="Say what was wrong, and why.",
            ),
        )

    class Privacy:
        personal = frozenset({"referral", "what"})
        third_party = frozenset({"before", "after", "because"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("referral__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.REFERRALS,
            when="recorded_at",
            shows=("referral", "what", "before", "after", "because", "recorded_by"),
            passages=("before", "after", "because"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.get_what_display().lower()} corrected"
