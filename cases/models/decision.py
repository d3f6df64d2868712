"""Decisions about the work with a family."""

from django.db import models

from cases.models.case import Case
from cases.models.entry import CaseEntry
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class Decision(CaseEntry):
    """Something that was decided about the work with a family, on what basis, and what they think."""

    reference = reference_field("D")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="decisions")
    decision = models.TextField("what was decided")
    decided_by_whom = models.CharField("who decided", max_length=200)
    basis = models.TextField("on what basis")
    clients_view = models.TextField("what the family thinks of it", blank=True)
    # Written by the closing of the case itself, which a manager may have to sign off.
    closes_case = models.BooleanField(default=False, editable=False)

    class Meta(CaseEntry.Meta):
        abstract = False
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="decision_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case", "happened_at", "decision", "decided_by_whom", "closes_case"})
        third_party = frozenset({"basis", "clients_view", "corrects", "correction_reason"})
        staff = frozenset({"begun", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DECISIONS,
            when="happened_at",
            written="first_written",
            shows=(
                "reference",
                "case",
                "happened_at",
                "decision",
                "decided_by_whom",
                "basis",
                "clients_view",
                "recorded_at",
                "recorded_by",
                "corrects",
                "correction_reason",
            ),
            passages=("decision", "basis", "clients_view", "correction_reason"),
            left_out={"closes_case": "the decision says so in words"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference
