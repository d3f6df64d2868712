"""Looking at a consent again: with whoever gave it, and on which birthdays."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.models.consent import Consent
from consent.triggers import ONLY_DESTROYED
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section


class ConsentReview(Recorded):
    """That a consent was looked at again with whoever gave it, and still holds. Final."""

    consent = models.ForeignKey(to=Consent, on_delete=models.PROTECT, related_name="reviews")
    words = models.TextField("what they said")
    review_on = models.DateField("to be looked at again on", null=True, blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "review of a consent"
        verbose_name_plural = "reviews of consents"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED]
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="consent_review_says_something",
                violation_error_message="Say what they said when you asked again.",
            ),
        )

    class Privacy:
        personal = frozenset({"consent", "review_on"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("consent__person",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.CONSENTS,
            when="recorded_at",
            shows=("consent", "words", "review_on", "recorded_at", "recorded_by"),
            passages=("words",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.consent_id}: {self.recorded_at}"


class ReviewBirthday(Recorded):
    """A birthday on which the consents given for somebody are looked at again. The DPO says which."""

    age = models.PositiveSmallIntegerField(unique=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("age",)
        permissions = (
            ("set_review_birthdays", "Can say at which birthdays consents are reviewed"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(age__gte=8, age__lte=17),
                name="review_birthday_of_a_young_person",
                violation_error_message="Choose an age from 8 to 17. At 18 it is done by itself.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "age"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("a rule of the charity, about nobody")
        destruction = Keep("a rule of the charity, about nobody")
        counted = False

    def __str__(self) -> str:
        return str(self.age)
