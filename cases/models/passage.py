"""Passages of a note that somebody marked while writing it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.models.note import CaseNote
from cases.triggers import FINAL, NOTED
from core.privacy import Delete, Internal, Retention, Unprinted


class PassageKind(models.TextChoices):
    """Why a passage may need care when the note goes out (features.md N4)."""

    THIRD_PARTY = "third_party", "About somebody else"
    IN_CONFIDENCE = "in_confidence", "Told in confidence"
    OPINION = "opinion", "Opinion"
    HEALTH = "health", "Health"
    OFFENCE = "offence", "Offence"


class Passage(Recorded):
    """A stretch of a note, from one character up to another, and what it is.

    As final as the note: a correction has marks of its own.
    """

    note = models.ForeignKey(to=CaseNote, on_delete=models.PROTECT, related_name="passages")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    kind = models.TextField(choices=PassageKind.choices)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "marked passage"
        ordering = ("note", "start", "end")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="passage_holds_something"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["third_party", "in_confidence", "opinion", "health", "offence"]
                ),
                name="passage_kind_is_known",
            ),
            models.UniqueConstraint(
                fields=["note", "start", "end", "kind"], name="passage_marked_once"
            ),
        )

    class Privacy:
        personal = frozenset({"note", "start", "end", "kind"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("note__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "proposes what to look at before the note goes out; the note itself is shown",
            Unprinted.NOTHING_BESIDES,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.note_id}"
