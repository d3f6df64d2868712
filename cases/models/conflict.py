"""Who must not see whom: a member of staff and a person they know outside their work (features.md P17)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.models.person import Person
from cases.triggers import FILLED_ONCE
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted


class Barring(Recorded):
    """That a member of staff knows somebody outside their work, and so must not see their record.

    Declared by themselves, in words: they are never told whether the charity knows whom they mean. The
    Data Protection Officer puts it on a record, if there is one; from then on the record does not exist for
    them. Whoever declared it says when it is no longer so; it holds until the officer has ended it, with a
    reason. Never taken away (docs/adr/0016).
    """

    class Relation(models.TextChoices):
        RELATIVE = "relative", "Relative"
        PARTNER = "partner", "Partner, or was"
        FRIEND = "friend", "Friend"
        NEIGHBOUR = "neighbour", "Neighbour"
        COLLEAGUE = "colleague", "Colleague or former colleague"
        THEMSELVES = "themselves", "They are the client themselves"
        OTHER = "other", "Something else"

    reference = reference_field("J")
    user = models.ForeignKey(
        verbose_name="member of staff",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="barrings",
    )
    relation = models.TextField("how they know them", choices=Relation.choices)
    words = models.TextField("whom they mean, in their words")
    # None until the Data Protection Officer has found a record, and for good where there is none.
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="barrings"
    )
    linked_at = models.DateTimeField("put on the record", null=True, editable=False)
    linked_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    # Whoever declared it says that it is no longer so; somebody else ends it, or says that it stays.
    said_over_at = models.DateTimeField("said to be over", null=True, editable=False)
    said_over_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    said_over_because = models.TextField("why it is no longer so, in their words", blank=True)
    kept_at = models.DateTimeField("kept all the same", null=True, editable=False)
    kept_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    ended_because = models.TextField("why it holds no longer", blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "conflict of interest"
        verbose_name_plural = "conflicts of interest"
        ordering = ("-pk",)
        permissions = (("keep_conflicts", "Can put conflicts of interest on records"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*Recorded.Meta.triggers, FILLED_ONCE]
        indexes = (
            models.Index(
                fields=["user", "person"], condition=Q(ended_at=None), name="barring_that_holds"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    relation__in=[
                        "relative",
                        "partner",
                        "friend",
                        "neighbour",
                        "colleague",
                        "themselves",
                        "other",
                    ]
                ),
                name="barring_relation_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(words=""),
                name="barring_says_whom",
                violation_error_message="Say whom you mean.",
            ),
            models.CheckConstraint(
                condition=Q(person=None, linked_at=None, linked_by=None)
                | Q(person__isnull=False, linked_at__isnull=False, linked_by__isnull=False),
                name="barring_linked_at_and_by_iff_to_a_person",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_because="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_because="")),
                name="barring_ended_at_and_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(said_over_at=None, said_over_by=None, said_over_because="")
                | (
                    Q(said_over_at__isnull=False, said_over_by__isnull=False)
                    & ~Q(said_over_because="")
                ),
                name="barring_said_over_at_and_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(said_over_by=None) | Q(said_over_by=F("user"), recorded_by=F("user")),
                name="barring_said_over_by_who_declared",
                violation_error_message="Whoever declared it says that it is no longer so.",
            ),
            models.CheckConstraint(
                condition=Q(kept_at=None, kept_by=None)
                | Q(kept_at__isnull=False, kept_by__isnull=False, said_over_at__isnull=False),
                name="barring_kept_at_and_by_once_said_over",
            ),
            # Nobody decides about their own conflict.
            models.CheckConstraint(
                condition=Q(kept_by=None) | ~Q(kept_by=F("user")),
                name="barring_kept_by_somebody_else",
                violation_error_message="Somebody else decides about your own conflicts.",
            ),
            models.CheckConstraint(
                condition=Q(linked_by=None) | ~Q(linked_by=F("user")),
                name="barring_linked_by_somebody_else",
                violation_error_message="Somebody else puts your own conflicts on a record.",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | ~Q(ended_by=F("user")),
                name="barring_ended_by_somebody_else",
                violation_error_message="Somebody else ends your own conflicts.",
            ),
        )

    class Privacy:
        personal = frozenset(
            {"person", "relation", "linked_at", "said_over_at", "kept_at", "ended_at"}
        )
        third_party = frozenset({"words", "said_over_because", "ended_because"})
        staff = frozenset(
            {
                "user",
                "linked_by",
                "said_over_by",
                "kept_by",
                "ended_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id", "reference"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "which colleague does not see the record; told in the words of the colleague",
            Unprinted.LOOKS,
        )
        destruction = Delete()
        stays = "it protects the person from us"
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:conflict", args=[self.reference])
