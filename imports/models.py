"""A spreadsheet that is brought in, its rows while they are looked at, and what was made of each."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.triggers import NOTED
from cases.models import Service
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted
from imports.kinds import Kind
from imports.workflow import Status


class Import(Recorded):
    """One file brought into one service (features.md P11): all of it or nothing, and undone as a whole."""

    reference = reference_field("I")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="imports")
    kind = models.TextField("what its rows are", choices=Kind.choices)
    status = models.TextField(choices=Status.choices, default=Status.UPLOADED)
    file = models.CharField(max_length=200, blank=True, editable=False)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, editable=False)
    encoding = models.CharField(max_length=20, editable=False)
    headings = models.JSONField(default=list, editable=False)
    lines = models.PositiveIntegerField("rows", default=0, editable=False)
    # Place in the file, as text, to the name of what it holds.
    columns = models.JSONField(default=dict, editable=False)
    failure = models.TextField("why it stopped", blank=True)
    # Who pressed the button for what the machine does, or did last.
    asked_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    # Of the log: what came after it was done to the records since.
    last_entry = models.BigIntegerField(null=True, editable=False)
    finished = models.DateTimeField(null=True, editable=False)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        permissions = (("import_records", "Can bring in spreadsheets"),)
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="import_kind_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="import_status_is_known"
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "file", "file_name"})
        personal = frozenset({"headings", "failure"})
        staff = frozenset({"asked_by", "recorded_at", "recorded_by"})
        not_personal = frozenset(
            {
                "id",
                "service",
                "kind",
                "status",
                "sha256",
                "encoding",
                "lines",
                "columns",
                "last_entry",
                "finished",
            }
        )
        files = ("file",)
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal(
            "a file of many people; what was brought in of it stands in the record itself"
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference

    @property
    def acts_for(self) -> User:
        """In whose name the machine works: whoever pressed the button."""
        return self.asked_by or self.recorded_by

    def get_absolute_url(self) -> str:
        return reverse("imports:import", args=[self.reference])


class ImportProgress(models.Model):
    """How far the machine has come with a file: a step in words and a share. About nobody."""

    batch = models.OneToOneField(
        to=Import, on_delete=models.PROTECT, primary_key=True, related_name="progress"
    )
    step = models.TextField(default="Waiting for its turn")
    percent = models.PositiveSmallIntegerField(default=0)
    last_heard = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="import_progress_is_a_share"
            ),
        )

    class Privacy:
        not_personal = frozenset({"batch", "step", "percent", "last_heard"})
        about = ()
        retention = Retention.SHORT_LIVED
        pack = Internal("how far a machine has come; about nobody")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.percent}%: {self.step}"


class ImportRow(models.Model):
    """One row of a file: what it says, what is wrong with it, whom it may be, and what is to be done."""

    class Answer(models.TextChoices):
        NEW = "new", "Somebody new"
        EXISTING = "existing", "Somebody we know"
        SKIP = "skip", "Leave the row out"

    batch = models.ForeignKey(to=Import, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField("row")
    # By the name of the column: what stands there, and what is wrong with it.
    cells = models.JSONField(default=dict)
    errors = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    # Number of each likely match, and why.
    matches = models.JSONField(default=list)
    answer = models.TextField(choices=Answer.choices, blank=True)
    existing = models.ForeignKey(
        to="cases.Person", on_delete=models.PROTECT, null=True, related_name="import_rows"
    )

    class Meta:
        ordering = ("number",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(answer__in=["", "new", "existing", "skip"]),
                name="import_row_answer_is_known",
            ),
            models.CheckConstraint(
                condition=Q(answer="existing", existing__isnull=False)
                | (~Q(answer="existing") & Q(existing__isnull=True)),
                name="import_row_names_whom_it_is",
            ),
        )

    class Privacy:
        personal = frozenset({"errors", "warnings", "matches", "answer", "existing"})
        special_category = frozenset({"cells"})
        not_personal = frozenset({"id", "batch", "number"})
        about = ("existing",)
        retention = Retention.SHORT_LIVED
        pack = Internal(
            "a row of a file on its way into the record; emptied some days after",
            Unprinted.NOTHING_BESIDES,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.batch_id}, row {self.number}"

    @property
    def is_undecided(self) -> bool:
        return not self.answer


class Imported(models.Model):
    """What was made of a row: one for each record that the file brought in, so that all can be undone.

    `old_number` is the number it had in the old file: later files name people and cases by it.
    """

    batch = models.ForeignKey(to=Import, on_delete=models.PROTECT, related_name="made")
    row = models.PositiveIntegerField()
    table = models.TextField()
    record = models.BigIntegerField()
    was_made = models.BooleanField(default=True)  # False: it was there already
    old_number = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        indexes = (
            models.Index(fields=["old_number"], name="imported_old_number"),
            models.Index(fields=["table", "record"], name="imported_record"),
        )

    class Privacy:
        identifying = frozenset({"old_number"})
        personal = frozenset({"record"})
        not_personal = frozenset({"id", "batch", "row", "table", "was_made"})
        about = ()
        retention = Retention.CASE_FILE
        pack = Internal("says which row of which file a record came from")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.batch_id}, row {self.row}: {self.table} {self.record}"
