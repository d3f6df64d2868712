"""What is erased, what is kept and why: one decision for each item of the record (UK GDPR Art 17)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.models.withholding import OfItem
from sar.triggers import ERASURE_STEPS, NOTED


class ErasureGround(models.TextChoices):
    """Why an item is erased (UK GDPR Art 17(1))."""

    NOT_NEEDED = "not_needed", "No longer necessary for what it was collected for (a)"
    CONSENT = "consent", "Consent is withdrawn and there is no other basis (b)"
    OBJECTION = "objection", "They objected, and nothing overrides that (c)"
    UNLAWFUL = "unlawful", "It was used unlawfully (d)"
    OBLIGATION = "obligation", "A law orders its erasure (e)"
    CHILD_ONLINE = "child_online", "Collected from a child for an online service (f)"


class ErasureException(models.TextChoices):
    """Why an item is kept although its erasure is asked for (UK GDPR Art 17(3), or no ground applies)."""

    NO_GROUND = "no_ground", "None of the grounds of Art 17(1) applies"
    LEGAL = "legal", "A legal obligation, or a task in the public interest (b)"
    HEALTH = "health", "Public health (c)"
    ARCHIVE = "archive", "Archiving, research or statistics (d)"
    CLAIMS = "claims", "Legal claims (e)"


class ErasureItem(OfItem):
    """The decision about one item: erase it on a ground, or keep it under an exception.

    **What the retention engine acts on** is every row with `decision="erase"`, `approved_at` set and
    `acted` empty (`sar.queries.holds.erasures_to_act_on`):

    * `source` is the label of the model (`"cases.CaseNote"`) and `record_id` the key of its row;
    * `request` is the erasure request, whose own hold does not block it (`sar.queries.holds.what_holds`);
    * `ground` is why, `approved_by` the second person, never `recorded_by` (a constraint);
    * of an item that several people share, `passages` are the words that go, and the rest of the row stays;
      empty means the whole row;
    * when it is gone, call `sar.actions.erasure.acted(item=…, by=…)`; the row stays as the proof, without any
      of what was erased.

    A decision is never rewritten: another one takes its place while it is not approved.
    """

    class Decision(models.TextChoices):
        ERASE = "erase", "Erase"
        KEEP = "keep", "Keep"

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="erasures")
    decision = models.TextField(choices=Decision.choices)
    ground = models.TextField(choices=ErasureGround.choices, blank=True)
    exception = models.TextField(choices=ErasureException.choices, blank=True)
    because = models.TextField("why")
    passages = models.JSONField("the words that go, where others share the item", default=list)
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # By the retention engine, or by hand where the item lies outside the software.
    acted = models.DateTimeField("erased", null=True, blank=True, editable=False)

    class Meta(OfItem.Meta):
        abstract = False
        verbose_name = "erasure decision"
        ordering = ("pk",)
        permissions = (("approve_erasure", "Can approve what somebody else decided to erase"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, ERASURE_STEPS]
        constraints = (
            models.CheckConstraint(
                condition=Q(decision__in=["erase", "keep"]), name="erasure_decision_is_known"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["", *ErasureGround.values]), name="erasure_ground_is_known"
            ),
            models.CheckConstraint(
                condition=Q(exception__in=["", *ErasureException.values]),
                name="erasure_exception_is_known",
            ),
            models.CheckConstraint(
                condition=(Q(decision="erase", exception="") & ~Q(ground=""))
                | (Q(decision="keep", ground="") & ~Q(exception="")),
                name="erasure_on_a_ground_or_kept_under_an_exception",
                violation_error_message="Give the ground for erasing it, or the reason for keeping it.",
            ),
            models.CheckConstraint(condition=~Q(because=""), name="erasure_says_why"),
            models.CheckConstraint(
                condition=Q(approved_at=None, approved_by=None)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="erasure_approved_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=F("recorded_by")),
                name="erasure_approved_by_another",
                violation_error_message="Somebody else approves what you decided.",
            ),
            models.CheckConstraint(
                condition=Q(acted=None) | Q(decision="erase", approved_at__isnull=False),
                name="erasure_acted_only_when_approved",
            ),
            models.UniqueConstraint(
                fields=["request", "source", "record_id"], name="erasure_decided_once"
            ),
        )

    class Privacy:
        personal = frozenset({"record_id", "decision", "ground", "exception"})
        third_party = frozenset({"because", "passages"})
        staff = frozenset({"recorded_at", "recorded_by", "approved_at", "approved_by"})
        not_personal = frozenset({"id", "request", "source", "acted"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "the answer to the request tells what was erased, what was not and why",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return (
            f"{self.request}: {self.get_decision_display().lower()} {self.source} {self.record_id}"
        )

    @property
    def is_erased_later(self) -> bool:
        """Whether it is to be erased and is still there."""
        return self.decision == self.Decision.ERASE and self.acted is None

    @property
    def why_in_words(self) -> str:
        """The ground or the exception."""
        return self.get_ground_display() or self.get_exception_display()
