"""Two records of one person made one, so that it can be undone; and two people known to be two."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from audit.models import CurrentTransaction
from audit.triggers import NOTED
from cases.models.base import Recorded
from cases.models.person import Person
from cases.triggers import MergeStamped
from core.fields import TransactionNumberField, reference_field
from core.privacy import Delete, Internal, Retention, Unprinted


class Merge(Recorded):
    """That two records were of one person: everything of `other` moved to `survivor` (features.md P2).

    The other number stays and leads to the survivor. Undone until either is destroyed. Neither key of
    it ever moves: it is what happened.
    """

    reference = reference_field("M")
    survivor = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="merges")
    other = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="merges_away")
    reason = models.TextField("how we know that they are one person")
    # The basic details of the survivor, as they were and as they were chosen.
    before = models.JSONField(default=dict, editable=False)
    after = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField(null=True, editable=False)
    undone_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    undone_because = models.TextField("why it was undone", blank=True)
    # Of the merging, then of the undoing: the one in which final rows may be led to the other number.
    xid = TransactionNumberField(db_default=CurrentTransaction(), editable=False)

    follows_merges = False
    app_rights = (
        "SELECT",
        "INSERT",
        "UPDATE (undone_at, undone_by_id, undone_because)",
        "DELETE",
    )

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (("merge_people", "Can merge two records of one person"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, MergeStamped(name="stamped")]
        constraints = (
            models.CheckConstraint(
                condition=~Q(survivor=F("other")), name="merge_is_of_two_records"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="merge_says_how_we_know",
                violation_error_message="Say how you know that they are one person.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_because="")),
                name="merge_undone_at_and_by_and_why",
            ),
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at=None), name="merged_away_once"
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"survivor", "other", "reason", "undone_at", "undone_because"})
        special_category = frozenset({"before", "after"})
        staff = frozenset({"undone_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "xid"})
        about = ("survivor", "other")
        retention = Retention.CASE_FILE
        pack = Internal(
            "how two of our numbers became one; the record itself is shown whole",
            Unprinted.NOTHING_BESIDES,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:merge", args=[self.reference])

    @property
    def is_undone(self) -> bool:
        return self.undone_at is not None


class MergedRow(models.Model):
    """What became of one row that named the other person: one a row, so that undoing restores each."""

    class Fate(models.TextChoices):
        MOVED = "moved", "Moved to the survivor"
        DOUBLE = "double", "Removed, since the survivor has the same; a copy is kept here"
        STAYED = "stayed", "Stayed with the other number"
        MADE = "made", "Written because of the merge"

    merge = models.ForeignKey(to=Merge, on_delete=models.PROTECT, related_name="rows")
    table = models.TextField()
    field = models.TextField(blank=True)
    row = models.TextField()
    fate = models.TextField(choices=Fate.choices)
    content = models.JSONField(null=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(fate__in=["moved", "double", "stayed", "made"]),
                name="merged_row_fate_is_known",
            ),
            models.CheckConstraint(
                condition=Q(fate="double", content__isnull=False)
                | (~Q(fate="double") & Q(content__isnull=True)),
                name="merged_row_keeps_a_copy_iff_removed",
            ),
        )

    class Privacy:
        personal = frozenset({"merge", "table", "field", "row", "fate"})
        special_category = frozenset({"content"})
        not_personal = frozenset({"id"})
        about = ("merge__survivor", "merge__other")
        retention = Retention.CASE_FILE
        pack = Internal(
            "the rows themselves are shown; a removed double says the same as its twin",
            Unprinted.NOTHING_BESIDES,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.get_fate_display()}"


class KnownApart(models.Model):
    """That somebody looked and two records that seem alike are of two people: twins, or namesakes."""

    one = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now, editable=False)
    said_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        verbose_name = "pair of records known to be of two people"
        verbose_name_plural = "pairs of records known to be of two people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(one__lt=F("other")),
                name="known_apart_the_lower_number_first",
            ),
            models.UniqueConstraint(fields=["one", "other"], name="known_apart_once"),
        )

    class Privacy:
        personal = frozenset({"one", "other"})
        staff = frozenset({"said_at", "said_by"})
        not_personal = frozenset({"id"})
        about = ("one", "other")
        retention = Retention.CASE_FILE
        pack = Internal("says only that two numbers are of two people", Unprinted.NOTHING_BESIDES)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.one_id} is not {self.other_id}"
