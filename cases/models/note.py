"""Notes in a case."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from cases.models.agency import Professional
from cases.models.case import Case
from cases.models.entry import (
    OF_CASE_ENTRIES,
    SPECIAL_CATEGORY,
    CaseEntry,
    Circumstance,
    HowReceived,
    SourceKind,
)
from cases.models.person import Person
from cases.triggers import NOTED
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class CaseNote(CaseEntry):
    """A note in a case. Final when written; a correction is a new version, and both are readable."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", "Observation"
        CONVERSATION = "conversation", "Conversation"
        INFORMATION = "information", "Information received"
        REPORT = "report", "Report"
        REVIEW = "review", "Review"

    reference = reference_field("N")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.TextField(choices=Kind.choices)
    circumstances = ArrayField(
        models.TextField(choices=Circumstance.choices),
        verbose_name="about",
        default=list,
        blank=True,
    )
    body = models.TextField("note")
    people = models.ManyToManyField(to=Person, through="NotePerson", related_name="notes")
    source_kind = models.TextField(
        "where it came from", choices=SourceKind.choices, default=SourceKind.OWN
    )
    source_person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_told"
    )
    source_professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_told"
    )
    how_received = models.TextField(
        "how it came", choices=HowReceived.choices, default=HowReceived.IN_PERSON
    )

    class Meta(CaseEntry.Meta):
        abstract = False
        verbose_name = "note"
        constraints = (
            *OF_CASE_ENTRIES,
            models.CheckConstraint(
                condition=Q(source_kind__in=SourceKind.values), name="note_source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(how_received__in=HowReceived.values), name="note_how_received_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["observation", "conversation", "information", "report", "review"]
                ),
                name="note_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(circumstances__contained_by=Circumstance.values),
                name="note_circumstances_are_known",
            ),
            models.CheckConstraint(
                condition=Q(source_kind=SourceKind.PROFESSIONAL, source_professional__isnull=False)
                | (~Q(source_kind=SourceKind.PROFESSIONAL) & Q(source_professional=None)),
                name="note_names_the_professional_it_came_from",
                violation_error_message="Say which professional told you this.",
            ),
        )
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="note_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"case", "kind", "people", "happened_at", "source_kind", "how_received"}
        )
        special_category = frozenset({"circumstances", "body"})
        third_party = frozenset(
            {"source_person", "source_professional", "correction_reason", "corrects"}
        )
        staff = frozenset({"begun", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.NOTES,
            when="happened_at",
            written="first_written",
            shows=(
                "reference",
                "case",
                "kind",
                "circumstances_in_words",
                "body",
                "happened_at",
                "recorded_at",
                "recorded_by",
                "source_in_words",
                "people_in_words",
                "corrects",
                "correction_reason",
            ),
            passages=("body", "correction_reason", "source_in_words", "people_in_words"),
            health=("words_by_topic_about_health",),
            left_out={
                "circumstances": "printed in words",
                "people": "printed in words",
                "source_kind": "printed in words",
                "source_person": "printed in words",
                "source_professional": "printed in words",
                "how_received": "printed in words",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    @property
    def circumstances_in_words(self) -> str:
        return ", ".join(str(Circumstance(value).label) for value in self.circumstances)

    @property
    def words_by_topic_about_health(self) -> str:
        """The whole note where whoever wrote it gave it a topic of health: which of its words, nobody has said."""
        return self.body if SPECIAL_CATEGORY.intersection(self.circumstances) else ""

    @property
    def source_in_words(self) -> str:
        """Who told us, and how it came."""
        who = str(self.source_professional or self.source_person or self.get_source_kind_display())
        return f"{who} – {self.get_how_received_display().lower()}"

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())


class NotePerson(models.Model):
    """That a note is about somebody."""

    note = models.ForeignKey(to=CaseNote, on_delete=models.PROTECT, related_name="note_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="note_people")

    class Meta:
        verbose_name_plural = "note people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["note", "person"], name="person_once_in_a_note"),
        )

    class Privacy:
        personal = frozenset({"note", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the note itself is shown, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.note_id}: {self.person_id}"
