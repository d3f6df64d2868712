"""Why something stays in a pack that might have been withheld: about somebody else, or about health."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5

from cases.models.base import Recorded
from core.dates import add_months
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.exemptions import OPINION_MONTHS, Basis, HarmAnswer, HealthGround
from sar.models.request import RightsRequest
from sar.models.withholding import OfItem
from sar.triggers import CLEARED_BY_AN_OPINION, NOTED


class StaysIn(Recorded):
    """A decision that words about somebody else go out in the whole pack, and on what basis.

    `group` says who or what it is about, as proposals are grouped: one decision opens a professional
    wherever they are named. Undone decisions stay readable.
    """

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="staying")
    group = models.TextField(editable=False)
    who = models.TextField("who or what it is about")
    basis = models.TextField("why it stays in", choices=Basis.choices)
    factors = models.TextField("what was weighed")
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "decision that words stay in"
        verbose_name_plural = "decisions that words stay in"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(basis__in=Basis.values), name="stays_in_basis_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(group="") & ~Q(who="") & ~Q(factors=""),
                name="stays_in_says_who_and_why",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="stays_in_undone_at_and_by",
            ),
            models.UniqueConstraint(
                "request",
                MD5("group"),
                condition=Q(undone_at=None),
                name="stays_in_once",
                violation_error_message="This is decided already.",
            ),
        )

    class Privacy:
        third_party = frozenset({"group", "who", "factors"})
        personal = frozenset({"basis"})
        staff = frozenset({"recorded_at", "recorded_by", "undone_at", "undone_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "why words about somebody else are shown; the words themselves are in the pack",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.who} stays in"


class HarmConsultation(Recorded):
    """That a health professional was asked whether telling would do serious harm, and what they said.

    Data Protection Act 2018, Sch 3 paras 5 and 6: an answer counts for six months.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="consultations"
    )
    whom = models.CharField("who was asked, and what they are", max_length=200)
    asked_on = models.DateField("asked")
    about = models.TextField("what they were asked about")
    answered_on = models.DateField("answered", null=True, blank=True)
    answer = models.TextField("what they say", choices=HarmAnswer.choices, blank=True)
    advice = models.TextField("in their words", blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "consultation about serious harm"
        verbose_name_plural = "consultations about serious harm"
        ordering = ("asked_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(whom="") & ~Q(about=""), name="consultation_says_whom_and_about_what"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None, answer="", advice="")
                | (Q(answered_on__gte=F("asked_on"), answer__in=HarmAnswer.values) & ~Q(advice="")),
                name="consultation_answered_after_it_was_asked",
                violation_error_message=(
                    "Give the day of the answer, what it is, and their words for it."
                ),
            ),
        )

    class Privacy:
        personal = frozenset({"asked_on", "answered_on", "answer"})
        special_category = frozenset({"about", "advice"})
        staff = frozenset({"recorded_at", "recorded_by"})
        third_party = frozenset({"whom"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "what a health professional said about this very answer, asked in confidence",
            Unprinted.OTHERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.whom}"

    @property
    def counts_until(self) -> date | None:
        """The last day on which the answer counts."""
        return add_months(self.answered_on, OPINION_MONTHS) if self.answered_on else None

    def allows_on(self, day: date) -> bool:
        """Whether it says, on that day still, that telling does no serious harm."""
        until = self.counts_until
        return self.answer == HarmAnswer.NO_HARM and until is not None and day <= until


class HealthRuling(OfItem):
    """Why an item that tells of health may go out: known already, or on a health professional's opinion.

    It counts while the item tells of health what it told then: `said` is the mark of that (`sar.health.mark_of`).
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="health_rulings"
    )
    ground = models.TextField("why it may go out", choices=HealthGround.choices)
    consultation = models.ForeignKey(
        to=HarmConsultation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rulings",
    )
    why = models.TextField("how we know")
    said = models.CharField(max_length=16, blank=True, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(OfItem.Meta):
        abstract = False
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, CLEARED_BY_AN_OPINION]
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    ground__in=[HealthGround.KNOWN, HealthGround.NOT_THEIRS], consultation=None
                )
                | Q(ground=HealthGround.OPINION, consultation__isnull=False),
                name="health_ruling_rests_on_an_opinion_or_on_none",
                violation_error_message="Say whose opinion it rests on.",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="health_ruling_says_how_we_know"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="health_ruling_undone_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["request", "source", "record_id"],
                condition=Q(undone_at=None),
                name="health_ruled_once",
                violation_error_message="This is decided already.",
            ),
        )

    class Privacy:
        special_category = frozenset({"ground", "said", "why"})
        personal = frozenset({"record_id"})
        staff = frozenset({"recorded_at", "recorded_by", "undone_at", "undone_by"})
        not_personal = frozenset({"id", "request", "source", "consultation"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "why an entry about health is shown; the entry itself is in the pack", Unprinted.ANSWERS
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.get_ground_display()}"
