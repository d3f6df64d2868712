"""Documents of a case: what came on paper or by e-mail, kept as it came, and safe pictures of it."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models.agency import Professional
from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.entry import OF_CASE_ENTRIES, CaseEntry, HowReceived, SourceKind
from cases.models.of_file import OfFile
from cases.models.person import Person
from cases.triggers import NOTED
from cases.workflow import PreviewStatus
from core.fields import reference_field
from core.files.formats import Format
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class Document(OfFile, CaseEntry):
    """A file in a case, about some of its people, with where it came from. Final when added.

    Another version is another row that `corrects` it: the one before is kept (features.md P10).
    `happened_at` is when it came to us.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", "Letter"
        EMAIL = "email", "E-mail"
        REPORT = "report", "Report"
        ASSESSMENT = "assessment", "Assessment"
        COURT = "court", "Court order or paper"
        FORM = "form", "Form"
        CONSENT = "consent", "Signed consent"
        PICTURE = "picture", "Photograph or drawing"
        OTHER = "other", "Something else"

    reference = reference_field("F")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="documents")
    kind = models.TextField("what it is", choices=Kind.choices)
    title = models.CharField(max_length=200)
    dated_on = models.DateField("date on the document", null=True, blank=True)
    people = models.ManyToManyField(
        to=Person, through="DocumentPerson", related_name="documents", verbose_name="about"
    )
    source_kind = models.TextField("where it came from", choices=SourceKind.choices)
    source_person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="documents_given"
    )
    source_professional = models.ForeignKey(
        to=Professional,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents_given",
    )
    how_received = models.TextField("how it came", choices=HowReceived.choices)

    class Meta(CaseEntry.Meta):
        abstract = False
        constraints = (
            *OF_CASE_ENTRIES,
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "letter",
                        "email",
                        "report",
                        "assessment",
                        "court",
                        "form",
                        "consent",
                        "picture",
                        "other",
                    ]
                ),
                name="document_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(format__in=Format.values), name="document_format_is_known"
            ),
            models.CheckConstraint(
                condition=Q(source_kind__in=SourceKind.values),
                name="document_source_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(how_received__in=HowReceived.values),
                name="document_how_received_is_known",
            ),
            models.CheckConstraint(
                condition=Q(source_professional=None) | Q(source_kind=SourceKind.PROFESSIONAL),
                name="document_source_professional_only_if_from_one",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_is_not_empty"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$") & ~Q(file=""),
                name="document_has_a_file_and_its_hash",
            ),
            models.UniqueConstraint(
                fields=["case", "sha256"],
                name="file_once_in_a_case",
                violation_error_message="This very file is in the case already.",
            ),
        )
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="document_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {
                "case",
                "kind",
                "dated_on",
                "happened_at",
                "people",
                "file",
                "format",
                "size",
                "sha256",
                "scanned",
                "how_received",
                "source_kind",
                "corrects",
            }
        )
        special_category = frozenset({"title", "file_name"})
        third_party = frozenset({"source_person", "source_professional", "correction_reason"})
        staff = frozenset({"begun", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DOCUMENTS,
            when="happened_at",
            written="first_written",
            shows=(
                "reference",
                "case",
                "title",
                "kind",
                "dated_on",
                "happened_at",
                "people_in_words",
                "source_in_words",
                "file_in_words",
                "corrects",
                "correction_reason",
                "recorded_at",
                "recorded_by",
            ),
            called="title",
            passages=(
                "title",
                "people_in_words",
                "source_in_words",
                "correction_reason",
                "file_in_words",
            ),
            left_out={
                "people": "printed in words",
                "source_kind": "printed in words",
                "source_person": "printed in words",
                "source_professional": "printed in words",
                "how_received": "printed in words",
                "file": "the name under which the charity's computer keeps it; tells nothing",
                "file_name": "printed in words",
                "format": "printed in words",
                "size": "printed in words",
                "sha256": "proves that the file was not changed; tells nothing of anybody",
                "scanned": "whether a virus scanner looked at it",
            },
        )
        destruction = Delete()
        counted = True
        files = ("file",)

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:document", args=[self.reference])

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())

    @property
    def source_in_words(self) -> str:
        """Who gave it to us, and how it came."""
        who = str(self.source_professional or self.source_person or self.get_source_kind_display())
        return f"{who} – {self.get_how_received_display().lower()}"

    @property
    def saved_as(self) -> str:
        """What the file is called where somebody saves it: by reference, so that it names nobody."""
        return f"{self.reference}.{self.format}"


class DocumentPerson(models.Model):
    """That a document is about somebody."""

    document = models.ForeignKey(
        to=Document, on_delete=models.PROTECT, related_name="document_people"
    )
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="document_people")

    class Meta:
        verbose_name_plural = "document people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["document", "person"], name="person_once_in_a_document"
            ),
        )

    class Privacy:
        personal = frozenset({"document", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the document itself is listed, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.document_id}: {self.person_id}"


class Preview(Recorded):
    """Whether there are safe pictures of a document, or why there are none.

    `recorded_by` is whoever added the document; the pictures are made by the worker.
    """

    document = models.OneToOneField(to=Document, on_delete=models.PROTECT, related_name="preview")
    status = models.TextField(choices=PreviewStatus.choices, default=PreviewStatus.WAITING)
    pages = models.PositiveIntegerField("pages of the document", default=0)
    failure = models.TextField("why there are no pictures", blank=True)

    class Meta(Recorded.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PreviewStatus.values), name="preview_status_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(status=PreviewStatus.FAILED) & ~Q(failure=""))
                | (~Q(status=PreviewStatus.FAILED) & Q(failure="")),
                name="preview_says_why_iff_failed",
            ),
        )

    class Privacy:
        personal = frozenset({"pages"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "document", "status", "failure"})
        about = ("document__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "pictures of the document, which is listed itself", Unprinted.NOTHING_BESIDES
        )
        destruction = Delete()
        counted = False
        stays = "a machine makes it of what is kept"

    def __str__(self) -> str:
        return f"Preview of {self.document_id}"


class PreviewPage(models.Model):
    """One page of a document: its picture, its words, or both."""

    preview = models.ForeignKey(to=Preview, on_delete=models.PROTECT, related_name="shown")
    number = models.PositiveSmallIntegerField()
    picture_file = models.CharField(max_length=200, blank=True, editable=False)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("number",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["preview", "number"], name="page_once_in_a_preview"),
            models.CheckConstraint(condition=Q(number__gt=0), name="page_numbers_begin_at_one"),
        )

    class Privacy:
        personal = frozenset({"picture_file"})
        third_party = frozenset({"text"})
        not_personal = frozenset({"id", "preview", "number"})
        about = ("preview__document__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "pictures and words of the document, which is listed itself", Unprinted.NOTHING_BESIDES
        )
        destruction = Delete()
        counted = False
        files = ("picture_file",)

    def __str__(self) -> str:
        return f"{self.preview_id}: page {self.number}"
