"""A concern for the safety of a child or an adult, and everything that was done about it."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Case, Person
from cases.models.base import Recorded
from consent.models import Share
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted
from safeguarding.models.statement import STATEMENT_RULES, Statement
from safeguarding.triggers import DECIDED_BY_ANOTHER, FINAL, NOTED, ONLY_DESTROYED
from safeguarding.workflow import ConcernStatus


class Concern(Statement):
    """Somebody worries about the safety of somebody (features.md P41).

    Read by those who protect people from harm. Whoever raised it learns that it came, and in the end
    that it was dealt with; the workers of a case learn of it where the lead tells them.
    """

    reference = reference_field("G")
    people = models.ManyToManyField(to=Person, through="ConcernPerson", related_name="concerns")
    case = models.ForeignKey(
        verbose_name="raised from the case",
        to=Case,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="concerns",
    )
    status = models.TextField(choices=ConcernStatus.choices, default=ConcernStatus.RAISED)
    review_on = models.DateField("look again on", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Statement.Meta):
        abstract = False
        verbose_name = "safeguarding concern"
        permissions = (
            ("work_concerns", "Can read safeguarding concerns and decide about them"),
            ("name_receivers", "Can say who receives allegations against staff"),
        )
        constraints = (
            *STATEMENT_RULES,
            models.CheckConstraint(
                condition=Q(status__in=ConcernStatus.values), name="concern_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=ConcernStatus.RAISED, read_at=None)
                | (~Q(status=ConcernStatus.RAISED) & Q(read_at__isnull=False)),
                name="concern_read_before_anything_else",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ConcernStatus.ENDED, ended_at__isnull=False, ended_by__isnull=False
                )
                | (~Q(status=ConcernStatus.ENDED) & Q(ended_at=None, ended_by=None)),
                name="concern_ended_at_and_by_iff_ended",
            ),
            models.CheckConstraint(
                condition=~Q(status=ConcernStatus.WATCHED) | Q(review_on__isnull=False),
                name="concern_watched_until_a_day",
                violation_error_message="Say when you look at it again.",
            ),
            models.CheckConstraint(
                condition=Q(status=ConcernStatus.REPORTED, next_chase_on__isnull=False)
                | (~Q(status=ConcernStatus.REPORTED) & Q(next_chase_on=None)),
                name="concern_chased_while_it_waits_for_an_answer",
            ),
        )
        indexes = (models.Index(fields=["status", "recorded_at"], name="concern_desk"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"people", "case", "status", "in_danger", "how_known", "suspected_on", "ended_at"}
        )
        special_category = frozenset({"what", "own_words"})
        offence = frozenset({"harm"})
        third_party = frozenset({"described", "suspected_by", "told_whom"})
        staff = frozenset({"recorded_at", "recorded_by", "read_at", "read_by", "ended_by"})
        not_personal = frozenset(
            {
                "id",
                "token",
                "told_when",
                "chased_when",
                "escalated_when",
                "next_chase_on",
                "review_on",
            }
        )
        about = ("people",)
        retention = Retention.SAFEGUARDING
        # Child abuse data may be withheld from a parent who asks (DPA 2018 Sch 3 para 21), and whoever
        # spoke up may be a third party (Sch 2 para 16): a person decides, item by item.
        pack = Pack(
            section=Section.SAFEGUARDING,
            when="recorded_at",
            shows=(
                "reference",
                "people_in_words",
                "described",
                "in_danger",
                "harm_in_words",
                "how_known",
                "what",
                "own_words",
                "suspected_on",
                "suspected_by",
                "told_whom",
                "told_when",
                "status",
                "recorded_at",
                "recorded_by",
                "ended_at",
            ),
            passages=(
                "people_in_words",
                "described",
                "what",
                "own_words",
                "suspected_by",
                "told_whom",
            ),
            left_out={
                "people": "printed in words",
                "harm": "printed in words",
                "case": "where the button was pressed; the case itself is in the pack",
            },
        )
        destruction = Delete()
        counted = True
        stays = "it protects somebody from harm"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("safeguarding:concern", args=[self.reference])

    @property
    def links(self) -> list["ConcernPerson"]:
        return list(self.concern_people.all())

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(link.person) for link in self.links)

    @property
    def about_whom(self) -> str:
        """The people of the record, and whoever is only described."""
        return "; ".join(part for part in (self.people_in_words, self.described) if part)


class ConcernPerson(Recorded):
    """That a concern is about somebody of the record: named when it was raised, or by the lead later."""

    concern = models.ForeignKey(to=Concern, on_delete=models.PROTECT, related_name="concern_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="concern_people")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name_plural = "concern people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED]
        constraints = (
            models.UniqueConstraint(
                fields=["concern", "person"],
                name="person_once_in_a_concern",
                violation_error_message="The concern is about this person already.",
            ),
        )

    class Privacy:
        personal = frozenset({"concern", "person"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.SAFEGUARDING
        pack = Internal(
            "the concern itself is shown, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False
        stays = "it protects somebody from harm"

    def __str__(self) -> str:
        return f"{self.concern_id}: {self.person_id}"


class Choice(models.TextChoices):
    """What may be decided about a concern."""

    NO_FURTHER_ACTION = "no_further_action", "No further action"
    WATCH = "watch", "Watch, and look again"
    EARLY_HELP = "early_help", "Early help"
    COUNCIL = "council", "Refer to the council"
    POLICE = "police", "Tell the police"


# Decisions after which somebody looks again on a day.
WITH_REVIEW = (Choice.WATCH, Choice.EARLY_HELP)
# Decisions after which something leaves the charity, through the sharing log.
TO_REPORT = (Choice.COUNCIL, Choice.POLICE)


class ConcernEntry(Recorded):
    """One thing said or done about a concern after it was raised. Nothing in it is changed later."""

    class Kind(models.TextChoices):
        ADDITION = "addition", "Addition"
        DECISION = "decision", "Decision"
        OPINION_ASKED = "opinion_asked", "Second opinion asked for"
        OPINION = "opinion", "Second opinion"
        CHASE = "chase", "Asked again"
        ANSWER = "answer", "Answer from outside"
        WORKERS_TOLD = "workers_told", "Workers of the case told"
        OUTCOME = "outcome", "How it ended"
        REOPENED = "reopened", "Opened again"

    concern = models.ForeignKey(to=Concern, on_delete=models.PROTECT, related_name="entries")
    kind = models.TextField(choices=Kind.choices)
    text = models.TextField()
    choice = models.TextField("decision", choices=Choice.choices, blank=True)
    agrees = models.BooleanField("agrees with the decision", null=True)
    # Of a second opinion: whose decision it is about. Nobody gives one on their own.
    decided_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    token = models.UUIDField(null=True, unique=True, editable=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("recorded_at", "pk")
        verbose_name = "entry about a concern"
        verbose_name_plural = "entries about concerns"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            DECIDED_BY_ANOTHER,
        ]
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "addition",
                        "decision",
                        "opinion_asked",
                        "opinion",
                        "chase",
                        "answer",
                        "workers_told",
                        "outcome",
                        "reopened",
                    ]
                ),
                name="concern_entry_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="concern_entry_says_something"),
            models.CheckConstraint(
                condition=Q(kind="decision", choice__in=Choice.values)
                | (~Q(kind="decision") & Q(choice="")),
                name="concern_entry_decides_something",
                violation_error_message="Choose what you decide.",
            ),
            models.CheckConstraint(
                condition=Q(kind="opinion", agrees__isnull=False, decided_by__isnull=False)
                | (~Q(kind="opinion") & Q(agrees=None, decided_by=None)),
                name="concern_entry_opinion_is_about_a_decision",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recorded_by")),
                name="concern_entry_opinion_is_somebody_elses",
                violation_error_message="Nobody gives a second opinion on their own decision.",
            ),
        )

    class Privacy:
        personal = frozenset({"concern", "kind", "choice", "agrees"})
        special_category = frozenset({"text"})
        staff = frozenset({"recorded_at", "recorded_by", "decided_by"})
        not_personal = frozenset({"id", "token"})
        about = ("concern__people",)
        retention = Retention.SAFEGUARDING
        pack = Pack(
            section=Section.SAFEGUARDING,
            when="recorded_at",
            shows=("concern", "kind", "choice", "text", "agrees", "recorded_at", "recorded_by"),
            passages=("text",),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.concern_id}: {self.get_kind_display()}"

    @property
    def title(self) -> str:
        """What it is, in words: a decision names itself, an opinion says whether it agrees."""
        words = str(self.get_kind_display())
        if self.choice:
            return f"{words}: {self.get_choice_display()}"
        if self.agrees is not None:
            return f"{words}: {'agrees' if self.agrees else 'does not agree'}"
        return words


class Report(Recorded):
    """That the council or the police was told of a concern; what and why stands in the sharing log."""

    class To(models.TextChoices):
        COUNCIL = "council", "The council’s children’s or adults’ service"
        POLICE = "police", "The police"

    concern = models.ForeignKey(to=Concern, on_delete=models.PROTECT, related_name="reports")
    to = models.TextField("told", choices=To.choices)
    share = models.OneToOneField(to=Share, on_delete=models.PROTECT, related_name="report")
    their_reference = models.CharField(max_length=100, blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("recorded_at", "pk")
        verbose_name = "referral of a concern"
        verbose_name_plural = "referrals of concerns"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED]
        constraints = (
            models.CheckConstraint(
                condition=Q(to__in=["council", "police"]), name="report_to_is_known"
            ),
        )

    class Privacy:
        personal = frozenset({"concern", "to", "share", "their_reference"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("concern__people",)
        retention = Retention.SAFEGUARDING
        pack = Pack(
            section=Section.SAFEGUARDING,
            when="recorded_at",
            shows=("concern", "to", "share", "their_reference", "recorded_at", "recorded_by"),
            passages=("their_reference",),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.concern_id}: {self.get_to_display()}"
