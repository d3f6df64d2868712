"""Why somebody who has no case of a person opens their record, in their own words."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from audit.purposes import Purpose
from cases.models.base import Recorded
from cases.models.person import Person
from cases.triggers import FINAL, NOTED
from core.privacy import Delete, Internal, Retention, Unprinted


class StatedPurpose(Recorded):
    """What somebody answered before the record of a person opened, outside any task (features.md S13).

    It counts for what they open about the person on the same day. Another answer may follow; none changes.
    """

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="stated_purposes")
    purpose = models.TextField()
    sentence = models.TextField("why")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "stated purpose"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        indexes = (
            models.Index(
                fields=["recorded_by", "person", "-recorded_at"], name="stated_purpose_of_whom"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    purpose__in=[
                        "safeguarding",
                        "quality",
                        "complaint",
                        "management",
                        "rights request",
                        "correcting an error",
                    ]
                ),
                name="stated_purpose_is_a_task_of_its_own",
                violation_error_message="Choose for which task you look.",
            ),
            models.CheckConstraint(
                condition=~Q(sentence=""),
                name="stated_purpose_in_words",
                violation_error_message="Say why you look, in a sentence.",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "purpose"})
        third_party = frozenset({"sentence"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.LOG
        pack = Internal(
            "the person reads each purpose in the statement of who has looked", Unprinted.LOOKS
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{Purpose(self.purpose).words}: {self.sentence}"
