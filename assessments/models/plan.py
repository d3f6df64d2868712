"""The plan agreed with a family: what they decided, what we decided, who does what by when (P47)."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from assessments.models.goal import Goal
from assessments.triggers import FINAL, NOTED, PLAN_STAYS, STEP_OF_DRAFT
from assessments.workflow import PlanStatus
from cases.models import Case, Person
from cases.models.base import Recorded
from core.dates import plain
from core.fields import reference_field
from core.privacy import Delete, Internal, Label, Pack, Retention, Section, Unprinted


class HowAgreed(models.TextChoices):
    SIGNED = "signed", "Signed on paper"
    SPOKEN = "spoken", "Agreed in words"


class CopyHow(models.TextChoices):
    HAND = "hand", "Given by hand"
    POST = "post", "Sent by post"
    EMAIL = "email", "Sent by e-mail"
    READ = "read", "Read aloud to them"
    NOT_WANTED = "not_wanted", "They did not want a copy"


class Plan(Recorded):
    """A plan of a case. A draft until the family agrees; from then on it stays, and a new one replaces it."""

    reference = reference_field("L")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField("version")
    they_decided = models.TextField("what the family decided", blank=True)
    we_decided = models.TextField("what we decided", blank=True)
    review_on = models.DateField("we look at it again on", null=True, blank=True)
    status = models.TextField(choices=PlanStatus.choices, default=PlanStatus.DRAFT)
    saves = models.PositiveIntegerField(default=0, editable=False)
    token = models.UUIDField(null=True, unique=True, editable=False)
    agreed_on = models.DateField("agreed", null=True, blank=True)
    agreed_how = models.TextField("how it was agreed", choices=HowAgreed.choices, blank=True)
    witness = models.CharField("who saw or heard it", max_length=200, blank=True)
    agreed_by = models.ManyToManyField(
        to=Person, through="PlanPerson", related_name="plans_agreed", verbose_name="who agreed"
    )
    closed_by = models.ForeignKey(
        verbose_name="written down as agreed by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-number", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, PLAN_STAYS]
        constraints = (
            models.UniqueConstraint(fields=["case", "number"], name="plan_number_once_in_a_case"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="draft"), name="one_draft_plan_of_a_case"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="agreed"), name="one_agreed_plan_of_a_case"
            ),
            models.CheckConstraint(
                condition=Q(status__in=PlanStatus.values), name="plan_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    status="draft", agreed_on=None, closed_by=None, agreed_how="", witness=""
                )
                | (
                    ~Q(status="draft")
                    & Q(agreed_on__isnull=False, closed_by__isnull=False)
                    & Q(agreed_how__in=HowAgreed.values)
                    & ~Q(witness="")
                ),
                name="plan_agreed_on_how_and_witnessed_iff_agreed",
                violation_error_message="Say when and how it was agreed, and who saw or heard it.",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on=None) | Q(review_on=None) | Q(review_on__gt=F("agreed_on")),
                name="plan_reviewed_after_it_was_agreed",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"case", "number", "review_on", "status", "agreed_on", "agreed_how", "agreed_by"}
        )
        special_category = frozenset({"they_decided", "we_decided"})
        third_party = frozenset({"witness"})
        staff = frozenset({"recorded_at", "recorded_by", "closed_by"})
        not_personal = frozenset({"id", "token", "saves"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.PLANS,
            when="recorded_at",
            shows=(
                "reference",
                "case",
                "number",
                "status",
                "they_decided",
                "we_decided",
                "steps_in_words",
                "review_on",
                "agreed_on",
                "agreed_how",
                "agreed_by",
                "witness",
                "recorded_by",
            ),
            passages=("they_decided", "we_decided", "steps_in_words", "witness", "agreed_by"),
            told={"steps_in_words": Label.SPECIAL_CATEGORY},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("assessments:plan", args=[self.reference])

    @property
    def steps_in_words(self) -> str:
        """Who does what by when, a paragraph each."""
        return "\n\n".join(step.in_words for step in self.steps.all())


class PlanPerson(models.Model):
    """That somebody of the family agreed to a plan."""

    plan = models.ForeignKey(to=Plan, on_delete=models.PROTECT, related_name="plan_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="plan_people")

    class Meta:
        verbose_name_plural = "plan people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["plan", "person"], name="person_once_in_a_plan"),
        )

    class Privacy:
        personal = frozenset({"plan", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the plan itself is shown, with everybody who agreed to it", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.person_id}"


class PlanStep(models.Model):
    """Who does what by when: somebody of the family, or one of us."""

    plan = models.ForeignKey(to=Plan, on_delete=models.PROTECT, related_name="steps")
    place = models.PositiveSmallIntegerField()
    words = models.CharField("what", max_length=300)
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="plan_steps"
    )
    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_steps",
    )
    by_when = models.DateField(null=True, blank=True)
    goal = models.ForeignKey(
        to=Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="steps"
    )

    class Meta:
        ordering = ("plan", "place")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, STEP_OF_DRAFT]
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="step_says_what"),
            models.CheckConstraint(
                condition=Q(person=None, worker__isnull=False)
                | Q(person__isnull=False, worker=None),
                name="step_is_of_one",
                violation_error_message="Say who does it: somebody of the family, or one of us.",
            ),
        )

    class Privacy:
        personal = frozenset({"plan", "person", "by_when", "goal"})
        special_category = frozenset({"words"})
        staff = frozenset({"worker"})
        not_personal = frozenset({"id", "place"})
        about = ("plan__case__people",)
        retention = Retention.CASE_FILE
        pack = Internal("the plan itself is shown, with all its steps", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.place}"

    @property
    def who(self) -> str:
        return str(self.person or self.worker)

    @property
    def in_words(self) -> str:
        day = f", by {plain(self.by_when)}" if self.by_when else ""
        return f"{self.who}: {self.words}{day}"


class PlanCopy(Recorded):
    """That somebody was given a copy of a plan, or did not want one. Once written, it stays."""

    plan = models.ForeignKey(to=Plan, on_delete=models.PROTECT, related_name="copies")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="plan_copies")
    how = models.TextField(choices=CopyHow.choices)
    given_on = models.DateField("day")
    where_to = models.TextField("where to", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("given_on", "pk")
        verbose_name = "copy of a plan"
        verbose_name_plural = "copies of plans"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(condition=Q(how__in=CopyHow.values), name="copy_how_is_known"),
            models.CheckConstraint(
                condition=(Q(how__in=["post", "email"]) & ~Q(where_to=""))
                | (~Q(how__in=["post", "email"]) & Q(where_to="")),
                name="copy_sent_somewhere",
            ),
            models.UniqueConstraint(
                fields=["plan", "person", "how", "given_on"], name="copy_written_once"
            ),
        )

    class Privacy:
        identifying = frozenset({"where_to"})
        personal = frozenset({"plan", "person", "how", "given_on"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.PLANS,
            when="given_on",
            shows=("plan", "how", "given_on", "where_to", "recorded_by"),
            passages=("where_to",),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.get_how_display()}"


class PlanReview(Recorded):
    """How a plan went, looked at together on a day. Once written, it stays."""

    plan = models.ForeignKey(to=Plan, on_delete=models.PROTECT, related_name="reviews")
    reviewed_on = models.DateField("day")
    words = models.TextField("what was done and what was not")
    clients_view = models.TextField("what the family thinks", blank=True)
    next_on = models.DateField("we look at it again on", null=True, blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("reviewed_on", "pk")
        verbose_name = "review of a plan"
        verbose_name_plural = "reviews of plans"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="plan_review_says_what"),
            models.UniqueConstraint(
                fields=["plan", "reviewed_on"],
                name="plan_reviewed_once_a_day",
                violation_error_message="This plan was looked at on that day already.",
            ),
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("reviewed_on")),
                name="plan_review_next_after_this",
            ),
        )

    class Privacy:
        personal = frozenset({"plan", "reviewed_on", "next_on"})
        special_category = frozenset({"words"})
        third_party = frozenset({"clients_view"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("plan__case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.PLANS,
            when="reviewed_on",
            shows=("plan", "reviewed_on", "words", "clients_view", "next_on", "recorded_by"),
            passages=("words", "clients_view"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.reviewed_on}"
