"""Looks that somebody should look at: not theirs, out of hours, the same name, many at once."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.triggers import NOTED
from cases.models.case import Case
from cases.models.person import Person
from cases.odd import OddKind
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted


class OddLook(models.Model):
    """What the log shows of one colleague on one day that wants an explanation (features.md N8).

    Found by the software each night; somebody else than the colleague says what it was. Odd is not
    wrong: cover, a duty phone and a common surname explain most.
    """

    reference = reference_field("L")
    kind = models.TextField(choices=OddKind.choices)
    day = models.DateField()
    looker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="odd_looks"
    )
    # Neither, where it is about how many records and not about one.
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, related_name="odd_looks"
    )
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, null=True, related_name="odd_looks")
    times = models.PositiveIntegerField()
    first_entry = models.BigIntegerField("number of the first entry in the log")
    reviewed_at = models.DateTimeField(null=True, editable=False)
    reviewed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    explanation = models.TextField("what it was", blank=True)

    class Meta:
        verbose_name = "odd look"
        ordering = ("-day", "kind", "pk")
        permissions = (("review_looks", "Can review looks that seem odd"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "day", "looker", "person", "case"],
                nulls_distinct=False,
                name="odd_look_found_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OddKind.values), name="odd_look_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, explanation="")
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(explanation=""),
                name="odd_look_reviewed_at_and_by_with_what_it_was",
                violation_error_message="Say what it was.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("looker")),
                name="odd_look_reviewed_by_somebody_else",
                violation_error_message="Somebody else reviews your own looks.",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "case"})
        third_party = frozenset({"explanation"})
        staff = frozenset(
            {"kind", "day", "looker", "times", "first_entry", "reviewed_at", "reviewed_by"}
        )
        not_personal = frozenset({"id", "reference"})
        about = ("person", "case__people")
        retention = Retention.LOG
        pack = Internal(
            "a check of staff at their work; the looks themselves are in the statement",
            Unprinted.LOOKS,
        )
        destruction = Delete()
        counted = False
        stays = "it is about staff who looked, and protects the person"

    def __str__(self) -> str:
        return self.reference
