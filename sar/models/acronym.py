"""The short forms that the charity's workers write, in full: for whoever reads their pack."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention
from sar.triggers import NOTED


class Acronym(Recorded):
    """A short form and what it means, kept by the Data Protection Officer (features.md N18).

    The pack explains those that stand in it.
    """

    letters = models.CharField("short form", max_length=20)
    meaning = models.CharField(max_length=200)

    class Meta(Recorded.Meta):
        ordering = (Lower("letters"), "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(Lower("letters"), name="acronym_explained_once"),
            models.CheckConstraint(
                condition=~Q(letters="") & ~Q(meaning=""), name="acronym_has_a_meaning"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "letters", "meaning"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("the charity's own list; the pack prints what it needs of it")
        destruction = Keep("the charity's own list; about nobody")
        counted = False

    # Written again when its meaning changes.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return self.letters
