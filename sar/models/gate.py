"""What has to be weighed before anything is given to whoever asks: warnings of conflict, and a child's competence."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.triggers import FINAL
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted
from sar.models.request import RightsRequest
from sar.triggers import NOTED


class ConflictWarning(Recorded):
    """Something on record that may speak against giving anything to whoever asks (features.md N17).

    Nothing is released before the Data Protection Officer has decided on each, with the reason; the
    database keeps that as well. Brothers and sisters in the same file are said for information.
    """

    class Kind(models.TextChoices):
        FEARED = "feared", "Somebody is feared or must not be told"
        KEPT_AWAY = "kept_away", "A court keeps somebody away"
        NO_RESPONSIBILITY = "no_responsibility", "No parental responsibility is recorded"
        SAFE_ADDRESS = "safe_address", "A safe or secret address is on file"
        SIBLINGS = "siblings", "Other children are in the same file"

    class Decision(models.TextChoices):
        GO_ON = "go_on", "It may go on, for the reason given"
        STOP = "stop", "Nothing may go to whoever asks"

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="warnings")
    kind = models.TextField(choices=Kind.choices)
    # What it rests on, so that the same is not raised twice.
    key = models.CharField(max_length=60, editable=False)
    words = models.TextField("what is on record")
    decision = models.TextField("decided", choices=Decision.choices, blank=True)
    reason = models.TextField("why", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "warning of a conflict"
        verbose_name_plural = "warnings of conflicts"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "feared",
                        "kept_away",
                        "no_responsibility",
                        "safe_address",
                        "siblings",
                    ]
                ),
                name="warning_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decision="", reason="", decided_at=None, decided_by=None)
                | (
                    Q(
                        decision__in=["go_on", "stop"],
                        decided_at__isnull=False,
                        decided_by__isnull=False,
                    )
                    & ~Q(reason="")
                ),
                name="warning_decided_at_by_and_why",
                violation_error_message="Say why you decide so.",
            ),
            models.UniqueConstraint(fields=["request", "key"], name="warning_raised_once"),
        )

    class Privacy:
        personal = frozenset({"kind", "decision", "decided_at"})
        special_category = frozenset({"reason"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by", "decided_by"})
        not_personal = frozenset({"id", "request", "key"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "what was weighed before releasing: it names those whom it protects, and each record it rests on "
            "is shown or withheld by itself",
            Unprinted.OTHERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_open(self) -> bool:
        """Whether somebody has to decide on it still."""
        return self.kind != self.Kind.SIBLINGS and not self.decision


class Competence(Recorded):
    """What somebody found about a child's own understanding of a request about their information. Final.

    There is no age limit in England: a child who understands what it means uses the right themself, and
    a parent who asks is given nothing against a competent child's will.
    """

    class Finding(models.TextChoices):
        COMPETENT = "competent", "They understand what it means and can decide themself"
        NOT_COMPETENT = "not_competent", "They do not understand it well enough yet"

    class Wish(models.TextChoices):
        AGREES = "agrees", "They agree"
        AGAINST = "against", "They do not want it"
        NOT_ASKED = "not_asked", "They were not asked"

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="competences"
    )
    assessed_by = models.ForeignKey(
        verbose_name="assessed by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    assessed_on = models.DateField("on")
    finding = models.TextField(choices=Finding.choices)
    considered = models.TextField("what was considered")
    wish = models.TextField("what the child wants", choices=Wish.choices)
    views = models.TextField("the child’s views, or why they were not asked")
    weighed = models.TextField("court orders and consequences that were weighed")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "assessment of a child’s competence"
        verbose_name_plural = "assessments of children’s competence"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(finding__in=["competent", "not_competent"]),
                name="competence_finding_is_known",
            ),
            models.CheckConstraint(
                condition=Q(wish__in=["agrees", "against", "not_asked"]),
                name="competence_wish_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(considered="") & ~Q(views="") & ~Q(weighed=""),
                name="competence_says_what_was_weighed",
            ),
        )

    class Privacy:
        personal = frozenset({"assessed_on", "finding", "wish"})
        special_category = frozenset({"considered", "views", "weighed"})
        staff = frozenset({"assessed_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="assessed_on",
            shows=(
                "request",
                "assessed_by",
                "assessed_on",
                "finding",
                "considered",
                "wish",
                "views",
                "weighed",
            ),
            passages=("considered", "views", "weighed"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return str(self.get_finding_display())

    @property
    def stands_against(self) -> bool:
        """Whether a competent child has not agreed to what somebody else asks for."""
        return self.finding == self.Finding.COMPETENT and self.wish != self.Wish.AGREES
