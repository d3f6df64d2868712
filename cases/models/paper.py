"""Paper files: that one exists, where it is, who has it, and what became of it (features.md P48)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.person import Person
from cases.workflow import PaperStatus
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class PaperFile(Recorded):
    """A file on paper about a person or a case, and who has it now."""

    reference = reference_field("B")
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="paper_files"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="paper_files"
    )
    what = models.CharField("what it is", max_length=200)
    place = models.CharField("where it is kept", max_length=200)
    status = models.TextField(choices=PaperStatus.choices, default=PaperStatus.IN_PLACE)
    holder = models.ForeignKey(
        verbose_name="who has it",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    out_since = models.DateField(null=True, blank=True)
    due_back_on = models.DateField("due back", null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PaperStatus.values), name="paper_file_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(case=None, person__isnull=False) | Q(case__isnull=False, person=None),
                name="paper_file_of_a_case_or_a_person",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=PaperStatus.OUT,
                    holder__isnull=False,
                    out_since__isnull=False,
                    due_back_on__isnull=False,
                )
                | (~Q(status=PaperStatus.OUT) & Q(holder=None, out_since=None, due_back_on=None)),
                name="paper_file_out_says_who_has_it_and_until_when",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case", "person", "what", "place", "status"})
        staff = frozenset({"holder", "out_since", "due_back_on", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person", "case__people")
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DOCUMENTS,
            when="recorded_at",
            shows=("reference", "what", "status", "case", "recorded_at"),
            left_out={
                "person": "the person whose pack it is",
                "place": "where the charity keeps its files; tells nothing about the person",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.reference}, {self.what}"

    def get_absolute_url(self) -> str:
        return reverse("cases:paper-file", args=[self.reference])

    @property
    def of(self) -> Case | Person:
        """The case or the person it is about."""
        about = self.case or self.person
        assert about is not None  # noqa: S101  # the table keeps it
        return about


class PaperMove(Recorded):
    """That a paper file was taken, came back, found another place or was shredded. Never changed."""

    class Kind(models.TextChoices):
        FILED = "filed", "Filed"
        TAKEN = "taken", "Taken out"
        RETURNED = "returned", "Came back"
        SHREDDED = "shredded", "Shredded"

    paper_file = models.ForeignKey(to=PaperFile, on_delete=models.PROTECT, related_name="moves")
    kind = models.TextField(choices=Kind.choices)
    moved_on = models.DateField()
    words = models.CharField(max_length=300)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        verbose_name = "move of a paper file"
        verbose_name_plural = "moves of paper files"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["filed", "taken", "returned", "shredded"]),
                name="paper_move_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="paper_move_has_words"),
        )

    class Privacy:
        personal = frozenset({"kind", "moved_on", "words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "paper_file"})
        about = ("paper_file__person", "paper_file__case__people")
        retention = Retention.CASE_FILE
        pack = Internal("who had the file on which day; the file itself is listed", Unprinted.STAFF)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.words}"
