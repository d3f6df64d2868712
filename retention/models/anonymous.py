"""What stays of records that were made anonymous: how many were alike, and nothing of any one of them."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from audit.triggers import NOTED
from core.privacy import Internal, Keep, Retention
from retention.alike import ENOUGH
from retention.triggers import OnlyGrows


class AnonymousGroup(models.Model):
    """How many records of a kind were alike in what is told of them: never fewer than five (features.md P33).

    No row stands for a record. There is no moment, no reference and nobody's name in it, so nothing leads
    from here to the log or to a certificate (docs/adr/0050).
    """

    kind = models.TextField("kind of record")
    facts = models.JSONField("what is told of them")
    number = models.PositiveIntegerField("how many")

    app_rights = ("SELECT", "INSERT", "UPDATE (number)")

    class Meta:
        ordering = ("kind", "pk")
        verbose_name = "group of anonymous records"
        verbose_name_plural = "groups of anonymous records"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, OnlyGrows(name="only_grows")]
        constraints: ClassVar = (
            models.CheckConstraint(
                condition=Q(number__gte=ENOUGH), name="anonymous_group_is_of_five_or_more"
            ),
            models.UniqueConstraint(fields=["kind", "facts"], name="anonymous_group_once"),
        )

    class Privacy:
        not_personal = frozenset({"id", "kind", "facts", "number"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("figures from which nobody can be told")
        destruction = Keep("figures of five families or more, from which nobody can be told")
        counted = False

    def __str__(self) -> str:
        return f"{self.number} of {self.kind}"
