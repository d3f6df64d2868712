"""That something stops an erasure which somebody was promised, and that they are told (UK GDPR Art 12(4))."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.triggers import NOTED


class ErasureStop(models.Model):
    """What was to be gone by a day that an answer named cannot be destroyed for now.

    Written by the retention engine when a hold, a restriction or another exception comes up after the
    answer. Two sentences stand in it: what stops it, for the desk alone, and what the letter to the person
    begins with. That somebody watches over a child, or that the police asked, may not be told: the Data
    Protection Officer chooses the words.
    """

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="stops")
    noticed = models.DateTimeField(default=timezone.now, editable=False)
    because = models.TextField("what stops it, for the desk alone")
    telling = models.TextField("what the letter about it begins with")
    due = models.DateField("they are told by")
    told_at = models.DateTimeField("they were told", null=True, blank=True, editable=False)
    told_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    said = models.TextField("what they were told by word of mouth", blank=True)
    cleared = models.DateTimeField("nothing stops it any more", null=True, blank=True)

    class Meta:
        verbose_name = "stop of an erasure"
        verbose_name_plural = "stops of erasures"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=~Q(because="") & ~Q(telling=""), name="erasure_stop_says_why"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None, told_by=None, said="")
                | Q(told_at__isnull=False, told_by__isnull=False),
                name="erasure_stop_told_at_and_by",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(cleared=None), name="erasure_stop_stands_once"
            ),
        )

    class Privacy:
        personal = frozenset({"because", "telling", "due", "told_at", "said", "cleared"})
        staff = frozenset({"told_by"})
        not_personal = frozenset({"id", "request", "noticed"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "the letter about it tells what was not erased, and as much of why as may be told",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: stopped"

    @property
    def stands(self) -> bool:
        return self.cleared is None

    @property
    def is_untold(self) -> bool:
        """Whether it stands and they have not been told."""
        return self.stands and self.told_at is None
