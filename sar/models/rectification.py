"""Putting something right: what is disputed, who decides, and what became of it (UK GDPR Art 16)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models import Restriction, Statement
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section
from core.references import RECTIFICATION
from sar.models.request import RightsRequest
from sar.triggers import DECIDED_ONCE, NOTED


class Rectification(Recorded):
    """One entry that the person says is wrong or incomplete, sent to the person in charge of the service.

    The entry is restricted while it is checked. A fact is corrected by a new version, the old kept; what
    is incomplete gets a supplementary statement; where it is refused, what the person says stands
    beside the entry wherever it shows (features.md S19, N20).
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Being checked"
        CORRECTED = "corrected", "Corrected: a new version, the old one kept"
        COMPLETED = "completed", "Completed with a statement"
        REFUSED = "refused", "Refused: what they say stands beside it"

    reference = reference_field(RECTIFICATION)
    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="rectifications"
    )
    # The entry by its noun and reference: it may have newer versions by the time it is decided.
    noun = models.TextField(
        choices=[(n, n) for n in ("note", "contact", "decision", "document")], editable=False
    )
    entry = models.TextField("the entry", editable=False)
    says = models.TextField("what is wrong, in their words")
    restriction = models.OneToOneField(
        to=Restriction, on_delete=models.PROTECT, related_name="rectification", editable=False
    )
    for_user = models.ForeignKey(
        verbose_name="person in charge",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.WAITING)
    because = models.TextField("why it was decided so", blank=True)
    statement = models.OneToOneField(
        to=Statement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="rectification",
        editable=False,
    )
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
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, DECIDED_ONCE]
        constraints = (
            models.CheckConstraint(
                condition=Q(noun__in=["note", "contact", "decision", "document"]),
                name="rectification_noun_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "corrected", "completed", "refused"]),
                name="rectification_outcome_is_known",
            ),
            models.CheckConstraint(condition=~Q(says=""), name="rectification_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_at=None, decided_by=None, because="")
                | (
                    ~Q(outcome="waiting")
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(because="")
                ),
                name="rectification_decided_at_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "corrected"], statement=None)
                | Q(outcome__in=["completed", "refused"], statement__isnull=False),
                name="rectification_has_a_statement_unless_corrected",
                violation_error_message="What they say is put beside the entry.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"noun", "entry", "says", "restriction", "outcome", "statement"})
        third_party = frozenset({"because"})
        staff = frozenset({"for_user", "decided_at", "decided_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="recorded_at",
            shows=(
                "reference",
                "request",
                "entry",
                "says",
                "outcome",
                "because",
                "decided_at",
                "decided_by",
            ),
            passages=("says", "because"),
            left_out={
                "noun": "the entry is named",
                "restriction": "shown as a record of its own",
                "statement": "shown as a record of its own",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("sar:rectification", args=[self.reference])

    @property
    def is_waiting(self) -> bool:
        return self.outcome == self.Outcome.WAITING
