"""What every client table has: who wrote the row and when, and the rule that the log comes first."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from audit.triggers import NOTED


class Recorded(models.Model):
    """A row of the client record, written by a member of staff at a moment."""

    recorded_at = models.DateTimeField("written", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        verbose_name="written by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta:
        abstract = True
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
