"""A record that a few named people alone may see (features.md P17)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from cases.models.base import Recorded
from cases.models.person import Person
from cases.triggers import FILLED_ONCE, SEAL_STANDS
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted


class Seal(Recorded):
    """That the record of a person exists for the named staff and the Data Protection Officer alone.

    It narrows: whoever is named must need to know the record anyway. Lifted when a second person agrees.
    """

    reference = reference_field("X")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="seals")
    reason = models.TextField("why it is sealed")
    readers = models.ManyToManyField(
        to=User, through="SealReader", through_fields=("seal", "user"), related_name="+"
    )
    lift_asked_at = models.DateTimeField(null=True, editable=False)
    lift_asked_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    lift_reason = models.TextField("why it can be lifted", blank=True)
    lifted_at = models.DateTimeField(null=True, editable=False)
    lifted_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (
            ("keep_seals", "Can seal records and lift seals"),
            ("open_sealed", "Can open sealed records without being named"),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*Recorded.Meta.triggers, SEAL_STANDS]
        indexes = (
            models.Index(fields=["person"], condition=Q(lifted_at=None), name="seal_that_holds"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="seal_has_a_reason",
                violation_error_message="Say why the record is sealed.",
            ),
            models.CheckConstraint(
                condition=Q(lift_asked_at=None, lift_asked_by=None, lift_reason="")
                | (
                    Q(lift_asked_at__isnull=False, lift_asked_by__isnull=False) & ~Q(lift_reason="")
                ),
                name="seal_lift_asked_at_and_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, lift_asked_at__isnull=False),
                name="seal_lifted_at_and_by_once_asked",
            ),
            models.CheckConstraint(
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("lift_asked_by")),
                name="seal_lifted_by_a_second_person",
                violation_error_message="Somebody else than who asked lifts the seal.",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "readers", "lift_asked_at", "lifted_at"})
        third_party = frozenset({"reason", "lift_reason"})
        staff = frozenset({"lift_asked_by", "lifted_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "reference"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal("who may see the record; the record itself is shown whole", Unprinted.LOOKS)
        destruction = Delete()
        stays = "it protects the person from us"
        counted = False

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:seal", args=[self.reference])


class SealReader(Recorded):
    """That a member of staff is named on a seal, and so may see the record, until they are taken off it."""

    seal = models.ForeignKey(to=Seal, on_delete=models.PROTECT, related_name="seal_readers")
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="on_seals"
    )
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name = "named on a seal"
        verbose_name_plural = "named on seals"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [*Recorded.Meta.triggers, FILLED_ONCE]
        constraints = (
            models.UniqueConstraint(
                fields=["seal", "user"],
                condition=Q(ended_at=None),
                name="named_on_a_seal_once_at_a_time",
                violation_error_message="They are named on this seal already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="seal_reader_ended_at_and_by",
            ),
        )

    class Privacy:
        staff = frozenset({"user", "ended_at", "ended_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "seal"})
        about = ("seal__person",)
        retention = Retention.CASE_FILE
        pack = Internal("who may see the record; the record itself is shown whole", Unprinted.LOOKS)
        destruction = Delete()
        stays = "it protects the person from us"
        counted = False

    def __str__(self) -> str:
        return f"{self.user} on {self.seal}"
