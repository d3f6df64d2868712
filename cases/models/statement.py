"""What somebody says about an entry of theirs, which stands beside it for good (UK GDPR Art 16)."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.models.contact import Contact
from cases.models.decision import Decision
from cases.models.document import Document
from cases.models.note import CaseNote
from cases.models.person import Person
from cases.triggers import FINAL, NOTED
from core.privacy import Delete, Pack, Retention, Section


class Statement(Recorded):
    """A supplementary statement, or one of disagreement, beside the first version of an entry.

    It shows wherever any version of the entry shows: page, timeline, print, pack and share.
    """

    class Kind(models.TextChoices):
        COMPLETES = "completes", "They add"
        DISAGREES = "disagrees", "They do not agree"

    kind = models.TextField(choices=Kind.choices)
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="statements")
    words = models.TextField("what they say")
    note = models.ForeignKey(
        to=CaseNote, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    contact = models.ForeignKey(
        to=Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    decision = models.ForeignKey(
        to=Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    document = models.ForeignKey(
        to=Document, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["completes", "disagrees"]), name="statement_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="statement_says_something"),
            models.CheckConstraint(
                condition=Q(note__isnull=False, contact=None, decision=None, document=None)
                | Q(note=None, contact__isnull=False, decision=None, document=None)
                | Q(note=None, contact=None, decision__isnull=False, document=None)
                | Q(note=None, contact=None, decision=None, document__isnull=False),
                name="statement_beside_one_entry",
            ),
        )

    class Privacy:
        personal = frozenset({"kind", "person", "note", "contact", "decision", "document"})
        special_category = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.NOTES,
            when="recorded_at",
            shows=("kind", "beside", "words", "recorded_at", "recorded_by"),
            passages=("words",),
            left_out={
                "person": "the person whose pack it is",
                "note": "named in words",
                "contact": "named in words",
                "decision": "named in words",
                "document": "named in words",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.beside}"

    @property
    def beside(self) -> str:
        """The number of the entry."""
        entry = self.note or self.contact or self.decision or self.document
        return str(entry.reference) if entry else ""
