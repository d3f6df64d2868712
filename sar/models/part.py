"""A part of an answer that went out before the rest (features.md N18, UK GDPR Art 15(1A))."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.pack import BuiltPack
from sar.models.request import RightsRequest
from sar.triggers import NOTED, PART_MAY_GO


class ReleasedPart(Recorded):
    """A pack that was released as a part: what had been found by then, with what is still missing.

    The request stays open, and its day stays as it is, until the whole answer has gone. Each part is
    signed off and released like a whole answer, and has a letter of its own.
    """

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="parts")
    pack = models.OneToOneField(to=BuiltPack, on_delete=models.PROTECT, related_name="part")
    gap = models.TextField("what was still missing, as the answer says it")

    class Meta(Recorded.Meta):
        verbose_name = "part of an answer"
        verbose_name_plural = "parts of answers"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, PART_MAY_GO]
        constraints = (
            models.CheckConstraint(
                condition=~Q(gap=""),
                name="part_states_the_gap",
                violation_error_message="Say what is still missing, and when it comes.",
            ),
        )

    class Privacy:
        personal = frozenset({"gap"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "pack"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "that a part of the answer went out; the part itself lies before the reader",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = False

    # What went out stays as it went.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: a part"
