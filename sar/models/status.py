"""Links by which somebody who asked sees how far their request is."""

import hashlib
from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils import timezone

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.triggers import NOTED

# After this a link that nobody followed leads nowhere.
LASTS = timedelta(days=14)


class StatusLink(Recorded):
    """A link that was sent to a safe e-mail address, and opens once (features.md N18).

    The secret itself stands in the e-mail alone; here is its hash. What it opens shows nothing about
    anybody: whether the request has come, is being worked on, or is answered, and by when.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="status_links"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    opened = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Recorded.Meta):
        verbose_name = "link to the status page"
        verbose_name_plural = "links to the status page"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]

    class Privacy:
        personal = frozenset({"opened"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "digest"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "that a link was sent and followed; it shows nothing about anybody", Unprinted.ANSWERS
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: link"

    @property
    def is_good(self) -> bool:
        """Whether it still opens: not opened before, and not too old."""
        return self.opened is None and timezone.now() < self.recorded_at + LASTS


def digest_of(secret: str) -> str:
    """What the table knows of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()
