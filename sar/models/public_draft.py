"""What a stranger has typed so far on the public site, until they send it."""

from typing import ClassVar

import pgtrigger
from django.db import models

from core.privacy import Delete, Internal, Retention
from sar.triggers import NOTED


class PublicDraft(models.Model):
    """One task of a stranger, half-way: encrypted with a key that only their browser has, for two hours.

    Nobody here can read it, and it goes when it is sent, thrown away or forgotten (features.md S25).
    """

    key_hash = models.CharField(max_length=64, unique=True)
    task = models.TextField()
    body = models.BinaryField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "draft of a stranger"
        verbose_name_plural = "drafts of strangers"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]

    class Privacy:
        special_category = frozenset({"body"})
        not_personal = frozenset({"id", "key_hash", "task", "expires"})
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal(
            "encrypted with a key that only the writer’s browser has; gone within hours"
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.task
