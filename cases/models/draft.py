"""What somebody has begun to write and not saved yet."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.base import Recorded
from cases.models.case import Case
from cases.triggers import BEGUN_AND_ENDED, DRAFT
from core.privacy import Delete, Pack, Retention, Section

# What of a form is somebody's words or choice, with what the pack calls it. Days and times are left out.
TYPED = {
    "reason": "Why it is corrected",
    "kind": "Kind",
    "outcome": "What became of it",
    "people": "About",
    "place": "Where",
    "others_present": "Who else was there",
    "body": "Note",
    "summary": "What was said and done",
    "next_step": "Next step",
    "decision": "What was decided",
    "decided_by_whom": "Who decided",
    "basis": "On what basis",
    "clients_view": "What the family thinks of it",
    "circumstances": "Parts of life it is about",
    "marks_words": "Words marked",
}
# Where the questions are the charity's own: each with its answer, as its form said it.
SAID = "said"


def in_words(typed: dict[str, list[str]]) -> str:
    """What was typed into a form, question by question."""
    if SAID in typed:
        return "\n\n".join(typed[SAID])
    told = (
        (label, ", ".join(words for words in typed.get(name, ()) if words.strip()))
        for name, label in TYPED.items()
    )
    return "\n\n".join(f"{label}: {words}" for label, words in told if words)


class Draft(Recorded):
    """An entry of a case, or what is written into an assessment or a plan, while it is being typed. Its
    writer alone sees it; it is held all the same.

    `token` is the number of the form and becomes the entry's own. `sitting` is the page it was last
    typed into and `step` that page's latest saving, so that two pages do not overwrite one another and
    a saving that arrives late or twice changes nothing.
    """

    class Noun(models.TextChoices):
        NOTE = "note", "Note"
        CONTACT = "contact", "Contact"
        DECISION = "decision", "Decision"
        ASSESSMENT = "assessment", "Assessment"
        PLAN = "plan", "Plan"

    token = models.UUIDField(unique=True, editable=False)
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="drafts")
    noun = models.TextField("what is written", choices=Noun.choices)
    # The reference of the entry that it will correct, or of the assessment or plan; empty for a new entry.
    corrects = models.CharField("correction of", max_length=20, blank=True)
    typed = models.JSONField("what was typed", default=dict)
    version = models.PositiveIntegerField(default=1)
    sitting = models.UUIDField()
    step = models.BigIntegerField()
    saved = models.DateTimeField("last saved", default=timezone.now)
    # When the log last said that it is being written; see docs/adr/0010.
    noted = models.DateTimeField(default=timezone.now)

    class Meta(Recorded.Meta):
        verbose_name = "unfinished entry"
        verbose_name_plural = "unfinished entries"
        ordering = ("-saved", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [BEGUN_AND_ENDED, DRAFT]
        indexes = (models.Index(fields=["recorded_by", "-saved"], name="draft_of_whom"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(noun__in=["note", "contact", "decision", "assessment", "plan"]),
                name="draft_noun_is_known",
            ),
        )

    class Privacy:
        identifying = frozenset({"corrects"})
        personal = frozenset({"case", "noun", "saved"})
        special_category = frozenset({"typed"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token", "version", "sitting", "step", "noted"})
        # Until it is saved nobody has settled whom it is about: everybody of the case.
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.NOTES,
            when="saved",
            shows=("noun", "case", "corrects", "typed_in_words", "saved", "recorded_by"),
            passages=("typed_in_words",),
            left_out={"typed": "printed in words"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"Unfinished {self.noun} in {self.case_id}"

    @property
    def what(self) -> str:
        """What is being written, in words."""
        if not self.corrects:
            return self.get_noun_display()
        into = self.noun in {self.Noun.ASSESSMENT, self.Noun.PLAN}
        return f"{self.get_noun_display() if into else 'Correction of'} {self.corrects}"

    @property
    def typed_in_words(self) -> str:
        """What somebody has written or chosen so far, question by question."""
        return in_words(self.typed)

    @property
    def beginning(self) -> str:
        """The first words of the longest thing that was written."""
        texts = ("body", "summary", "decision", "reason")
        written = [words for name in texts for words in self.typed.get(name, ()) if words.strip()]
        written += self.typed.get(SAID, ())
        return max(written, key=len, default="")
