"""Assessments and measures of outcomes: dated, repeated, and comparable with one another (P46, P8)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from assessments.models.answer import TYPED, Answered
from assessments.models.questionnaire import Edition, Questionnaire
from assessments.scores import Score, score_of
from assessments.triggers import ANSWER_FITS, ANSWER_OF_DRAFT, ASSESSMENT_STAYS, NOTED
from assessments.workflow import AssessmentStatus
from cases.models import Case, Person
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Label, Pack, Retention, Section, Unprinted
from core.references import ASSESSMENT


class Moment(models.TextChoices):
    """When in the work it is done, so that a start can be set beside an end."""

    START = "start", "At the start"
    REVIEW = "review", "At a review"
    END = "end", "At the end"


class Assessment(Recorded):
    """One set of questions, answered about people of a case. A draft until it is finished, then final."""

    reference = reference_field(ASSESSMENT)
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="assessments")
    edition = models.ForeignKey(
        verbose_name="questions",
        to=Edition,
        on_delete=models.PROTECT,
        related_name="assessments",
    )
    people = models.ManyToManyField(
        to=Person, through="AssessmentPerson", related_name="assessments", verbose_name="about"
    )
    moment = models.TextField("when in our work", choices=Moment.choices)
    assessed_on = models.DateField("day")
    summary = models.TextField("what we make of it", blank=True)
    next_on = models.DateField("the next one by", null=True, blank=True)
    status = models.TextField(choices=AssessmentStatus.choices, default=AssessmentStatus.DRAFT)
    # How often the draft was saved: whoever saves over words they have not seen is told first.
    saves = models.PositiveIntegerField(default=0, editable=False)
    token = models.UUIDField(null=True, unique=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    corrects = models.OneToOneField(
        to="self", on_delete=models.PROTECT, null=True, blank=True, related_name="correction"
    )
    correction_reason = models.TextField(blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-assessed_on", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, ASSESSMENT_STAYS]
        indexes = (models.Index(fields=["case", "-assessed_on"], name="case_assessments"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(moment__in=Moment.values), name="assessment_moment_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=AssessmentStatus.values), name="assessment_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", finished_at=None, finished_by=None)
                | (Q(status="final", finished_at__isnull=False, finished_by__isnull=False)),
                name="assessment_finished_at_and_by_iff_final",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="assessment_correction_has_a_reason",
                violation_error_message="Say why the assessment is corrected.",
            ),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=models.F("assessed_on")),
                name="assessment_next_after_this",
                violation_error_message="The next one comes after this one.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"case", "edition", "people", "moment", "assessed_on", "status", "next_on"}
        )
        special_category = frozenset({"summary"})
        third_party = frozenset({"corrects", "correction_reason"})
        staff = frozenset({"recorded_at", "recorded_by", "finished_at", "finished_by"})
        not_personal = frozenset({"id", "token", "saves"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.ASSESSMENTS,
            when="assessed_on",
            shows=(
                "reference",
                "case",
                "edition",
                "people_in_words",
                "moment",
                "assessed_on",
                "status",
                "answers_in_words",
                "score_in_words",
                "summary",
                "next_on",
                "recorded_by",
                "finished_by",
                "corrects",
                "correction_reason",
            ),
            passages=("answers_in_words", "summary", "correction_reason", "people_in_words"),
            left_out={"people": "printed in words"},
            told={"answers_in_words": Label.SPECIAL_CATEGORY},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:assessment", args=[self.reference])

    @property
    def questionnaire(self) -> Questionnaire:
        return self.edition.questionnaire

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())

    @property
    def answers_in_words(self) -> str:
        """Every question with its answer, a paragraph each, as the pack prints them."""
        answers = self.answers.select_related("question").order_by("question__place")
        return "\n\n".join(f"{one.question}\n{one.text_in_words}" for one in answers)

    @property
    def score_in_words(self) -> str:
        return self.score.words

    @property
    def score(self) -> Score:
        """What the answers that count come to."""
        given = {one.question_id: one.given for one in self.answers.all()}
        return score_of([(q, given.get(q.pk)) for q in self.edition.questions.all()])


class AssessmentPerson(models.Model):
    """That an assessment is about somebody."""

    assessment = models.ForeignKey(
        to=Assessment, on_delete=models.PROTECT, related_name="assessment_people"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, related_name="assessment_people"
    )

    class Meta:
        verbose_name_plural = "assessment people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["assessment", "person"], name="person_once_in_an_assessment"
            ),
        )

    class Privacy:
        personal = frozenset({"assessment", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the assessment itself is shown, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.person_id}"


class AssessmentAnswer(Answered):
    """What was answered to one question of an assessment."""

    assessment = models.ForeignKey(to=Assessment, on_delete=models.PROTECT, related_name="answers")

    class Meta:
        ordering = ("assessment", "question")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, ANSWER_FITS, ANSWER_OF_DRAFT]
        constraints = (
            *TYPED,
            models.UniqueConstraint(
                fields=["assessment", "question"], name="question_answered_once"
            ),
        )

    class Privacy:
        personal = frozenset({"assessment", "question"})
        special_category = frozenset({"text", "number", "day", "yes", "choices"})
        not_personal = frozenset({"id", "kind"})
        about = ("assessment__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the assessment itself is shown, with all its answers", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.assessment_id}: {self.question}"
