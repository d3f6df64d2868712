"""Sets of questions that the charity makes for itself, without code, and their editions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.triggers import NOTED, QUESTION_STAYS
from assessments.workflow import EditionStatus
from cases.models import Service
from core.privacy import Internal, Keep, Label, Retention

BECAUSE_SETTING = "a setting of the charity; each answer is shown with the words it was asked in"


class Questionnaire(models.Model):
    """A set of questions: those of a service, an assessment, or a measure of outcomes (S6, P46, P8)."""

    class Kind(models.TextChoices):
        SERVICE = "service", "Questions of a service, answered once and kept up to date"
        ASSESSMENT = "assessment", "Assessment that is repeated"
        OUTCOMES = "outcomes", "Measure of outcomes, taken at the start, at reviews and at the end"

    name = models.CharField(max_length=100)
    kind = models.TextField(choices=Kind.choices)
    # Nobody's in particular: an assessment that every service uses.
    service = models.ForeignKey(
        to=Service, on_delete=models.PROTECT, null=True, blank=True, related_name="questionnaires"
    )
    purpose = models.TextField("what it is for", blank=True)
    repeat_after_weeks = models.PositiveSmallIntegerField(
        "to be repeated after, in weeks", null=True, blank=True
    )
    is_open = models.BooleanField("still asked", default=True)

    class Meta:
        ordering = ("name",)
        verbose_name = "set of questions"
        verbose_name_plural = "sets of questions"
        permissions = (
            ("define_questions", "Can define services' questions, assessments and measures"),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["service", "assessment", "outcomes"]),
                name="questionnaire_kind_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="service") | Q(service__isnull=False),
                name="questions_of_a_service_name_it",
                violation_error_message="Say which service asks these questions.",
            ),
            models.UniqueConstraint(
                fields=["service"],
                condition=Q(kind="service"),
                name="service_has_one_set_of_questions",
                violation_error_message="This service has its questions already: change those.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                name="questionnaire_has_a_name_of_its_own",
                violation_error_message="There is a set of questions with this name already.",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {"id", "name", "kind", "service", "purpose", "repeat_after_weeks", "is_open"}
        )
        about = ()
        retention = Retention.SETTING
        pack = Internal(BECAUSE_SETTING)
        destruction = Keep("about nobody")
        counted = True

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """The questions as they are asked from one day to another. Once in use, they never change."""

    questionnaire = models.ForeignKey(
        to=Questionnaire, on_delete=models.PROTECT, related_name="editions"
    )
    number = models.PositiveSmallIntegerField()
    status = models.TextField(choices=EditionStatus.choices, default=EditionStatus.DRAFT)
    published_at = models.DateTimeField("in use since", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        verbose_name="put into use by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta:
        ordering = ("questionnaire", "-number")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["questionnaire", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(status="draft"),
                name="one_draft_of_a_questionnaire",
            ),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=Q(status="in_use"),
                name="one_edition_in_use",
            ),
            models.CheckConstraint(
                condition=Q(status__in=EditionStatus.values), name="edition_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at=None, published_by=None)
                | (~Q(status="draft") & Q(published_at__isnull=False, published_by__isnull=False)),
                name="edition_published_at_and_by_iff_published",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "questionnaire", "number", "status", "published_at"})
        staff = frozenset({"published_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal(BECAUSE_SETTING)
        destruction = Keep("about nobody")
        counted = True

    def __str__(self) -> str:
        return f"{self.questionnaire}, edition {self.number}"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be chosen; `score` where answers are counted together."""

    key: str
    words: str
    score: int | None = None


class Question(models.Model):
    """One question of an edition. `key` is the same in every edition, so that answers compare."""

    class Kind(models.TextChoices):
        TEXT = "text", "A few words"
        LONG = "long", "Paragraphs"
        NUMBER = "number", "A number"
        DAY = "day", "A date"
        CHOICE = "choice", "One of several answers"
        SEVERAL = "several", "Any of several answers"
        YES_NO = "yes_no", "Yes or no"

    class Category(models.TextChoices):
        PERSONAL = Label.PERSONAL.value, "Personal"
        SPECIAL = Label.SPECIAL_CATEGORY.value, "Special category (health, ethnicity, belief …)"
        OFFENCE = Label.OFFENCE.value, "Offences"
        THIRD_PARTY = Label.THIRD_PARTY.value, "About somebody else"

    edition = models.ForeignKey(to=Edition, on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(max_length=20)
    place = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=100, blank=True)
    wording = models.CharField("question", max_length=300)
    help_text = models.CharField(max_length=500, blank=True)
    kind = models.TextField(choices=Kind.choices)
    is_required = models.BooleanField("must be answered", default=False)
    lowest = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=30, blank=True)
    low_words = models.CharField("the lowest means", max_length=100, blank=True)
    high_words = models.CharField("the highest means", max_length=100, blank=True)
    options = models.JSONField(default=list, blank=True)
    is_scored = models.BooleanField("counts towards the score", default=False)
    category = models.TextField(
        "kind of information", choices=Category.choices, default=Category.PERSONAL
    )
    reason = models.CharField("why we ask", max_length=500, blank=True)

    class Meta:
        ordering = ("edition", "place", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, QUESTION_STAYS]
        constraints = (
            models.UniqueConstraint(fields=["edition", "key"], name="question_once_in_an_edition"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["text", "long", "number", "day", "choice", "several", "yes_no"]
                ),
                name="question_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    category__in=["personal", "special_category", "offence", "third_party"]
                ),
                name="question_category_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(category__in=["special_category", "offence"]) | ~Q(reason=""),
                name="question_about_protected_things_says_why",
                violation_error_message="Say why you ask: the law protects this kind of "
                "information more (UK GDPR Art 9 and Art 10).",
            ),
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(highest=None) | Q(lowest__lt=F("highest")),
                name="question_lowest_below_highest",
                violation_error_message="The highest number must be above the lowest.",
            ),
            models.CheckConstraint(
                condition=Q(kind="number")
                | Q(lowest=None, highest=None, unit="", low_words="", high_words=""),
                name="only_numbers_have_limits",
            ),
            models.CheckConstraint(
                condition=(Q(kind__in=["choice", "several"]) & ~Q(options=[]))
                | (~Q(kind__in=["choice", "several"]) & Q(options=[])),
                name="choices_have_answers_to_choose",
                violation_error_message="Write the answers to choose from, one a line.",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "edition",
                "key",
                "place",
                "section",
                "wording",
                "help_text",
                "kind",
                "is_required",
                "lowest",
                "highest",
                "unit",
                "low_words",
                "high_words",
                "options",
                "is_scored",
                "category",
                "reason",
            }
        )
        about = ()
        retention = Retention.SETTING
        pack = Internal(BECAUSE_SETTING)
        destruction = Keep("about nobody")
        counted = True

    def __str__(self) -> str:
        return self.wording

    @property
    def choices(self) -> tuple[Option, ...]:
        return tuple(Option(**one) for one in self.options)

    @property
    def options_as_lines(self) -> str:
        """The answers to choose from as they are typed: one a line, its score after “=”."""
        return "\n".join(
            one.words if one.score is None else f"{one.words} = {one.score}" for one in self.choices
        )

    @property
    def is_scale(self) -> bool:
        """Whether it is answered on a short scale of whole numbers, as outcomes are."""
        if self.kind != self.Kind.NUMBER or self.lowest is None or self.highest is None:
            return False
        whole = self.lowest == int(self.lowest) and self.highest == int(self.highest)
        named = bool(self.low_words or self.high_words)
        return named and whole and self.highest - self.lowest <= Decimal(10)
