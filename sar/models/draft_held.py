"""A draft as it stood when somebody asked for a copy, kept before it was typed over (DPA 2018 s.173)."""

from django.db import models
from django.db.models import Q

from cases.models import Case, Draft
from cases.models.base import Recorded
from cases.models.draft import in_words
from core.privacy import Delete, Pack, Retention, Section
from sar.models.request import RightsRequest


class DraftHeld(Recorded):
    """What somebody had typed and not saved by the end of the day on which a request for a copy came.

    What is held is fixed at that moment, and a draft is typed over: with the first keeping after that day its
    words are kept here, for the answer. The papers of the request, and of the case, take it along when they go.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="drafts_held"
    )
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="drafts_held")
    # The number of its form, by which the draft is known.
    token = models.UUIDField(editable=False)
    noun = models.TextField("what was being written", choices=Draft.Noun.choices)
    corrects = models.CharField("correction of", max_length=20, blank=True)
    typed = models.JSONField("what was typed", default=dict)
    saved = models.DateTimeField("last saved")

    class Meta(Recorded.Meta):
        verbose_name = "draft as it stood on the day the request came"
        verbose_name_plural = "drafts as they stood on the day the request came"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(noun__in=["note", "contact", "decision", "assessment", "plan"]),
                name="draft_held_noun_is_known",
            ),
            models.UniqueConstraint(fields=["request", "token"], name="draft_held_once"),
        )

    class Privacy:
        identifying = frozenset({"corrects"})
        personal = frozenset({"case", "noun", "saved"})
        special_category = frozenset({"typed"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "token"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.NOTES,
            when="saved",
            shows=("noun", "case", "corrects", "typed_in_words", "saved", "recorded_by"),
            passages=("typed_in_words",),
            left_out={"typed": "printed in words"},
            written="saved",
        )
        destruction = Delete()
        counted = False

    # What stood there is never rewritten.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: a draft of {self.saved:%d.%m.%Y}"

    @property
    def typed_in_words(self) -> str:
        """What had been written or chosen, question by question."""
        return in_words(self.typed)
