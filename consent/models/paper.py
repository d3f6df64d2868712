"""The paper on which somebody signed, put beside their answer later."""

from typing import ClassVar

import pgtrigger
from django.db import models

from cases.models import Document
from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.models.consent import Consent
from consent.triggers import ONLY_DESTROYED, ShowsTheirSignature
from core.privacy import Delete, Pack, Retention, Section


class ConsentPaper(Recorded):
    """That a document shows the signature under an answer (UK GDPR Art 7(1)). Final.

    The answer itself is never changed: a paper that was scanned later is added beside it.
    """

    consent = models.ForeignKey(to=Consent, on_delete=models.PROTECT, related_name="papers")
    document = models.ForeignKey(
        to=Document, on_delete=models.PROTECT, related_name="consent_papers"
    )

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "signed paper"
        verbose_name_plural = "signed papers"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            ShowsTheirSignature(name="their_signature"),
        ]
        constraints = (
            models.UniqueConstraint(
                fields=["consent", "document"],
                name="paper_once_beside_an_answer",
                violation_error_message="This paper stands beside the answer already.",
            ),
        )

    class Privacy:
        personal = frozenset({"consent", "document"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("consent__person",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.CONSENTS,
            when="recorded_at",
            shows=("consent", "document", "recorded_at", "recorded_by"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.consent_id}: {self.document_id}"
