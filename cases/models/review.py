"""What a manager says about an entry of somebody else: signed off, or to be corrected."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.models.decision import Decision
from cases.models.note import CaseNote
from cases.triggers import BY_ANOTHER, FINAL, NOTED
from core.privacy import Delete, Pack, Retention, Section


class Review(Recorded):
    """Supervision of one version of a note, or of the decision that closed a case (features.md P7).

    Nobody reviews what they wrote, in whichever version: the database refuses it.
    """

    class Verdict(models.TextChoices):
        SIGNED_OFF = "signed_off", "Signed off"
        SENT_BACK = "sent_back", "Correction asked for"

    note = models.ForeignKey(
        to=CaseNote, on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    decision = models.ForeignKey(
        to=Decision, on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    verdict = models.TextField(choices=Verdict.choices)
    comment = models.TextField(blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name = "sign-off"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, BY_ANOTHER]
        permissions = (("sign_off", "Can sign off what others wrote"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=["signed_off", "sent_back"]), name="review_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=Q(note=None, decision__isnull=False)
                | Q(note__isnull=False, decision=None),
                name="review_of_a_note_or_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(verdict="signed_off") | ~Q(comment=""),
                name="review_says_what_to_correct",
                violation_error_message="Say what is to be corrected.",
            ),
            models.UniqueConstraint(fields=["note", "verdict"], name="note_reviewed_once"),
            models.UniqueConstraint(fields=["decision", "verdict"], name="decision_reviewed_once"),
        )

    class Privacy:
        personal = frozenset({"note", "decision", "verdict"})
        third_party = frozenset({"comment"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("note__people", "decision__case__people")
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.NOTES,
            when="recorded_at",
            shows=("entry_reviewed", "verdict", "comment", "recorded_at", "recorded_by"),
            passages=("comment",),
            left_out={
                "note": "named as the entry reviewed",
                "decision": "named as the entry reviewed",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.entry_reviewed}"

    @property
    def entry_reviewed(self) -> str:
        """The reference of what was looked at."""
        return str(self.note or self.decision)
