"""An allegation against somebody who works or volunteers here: kept apart from everything else."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Person
from cases.models.base import Recorded
from consent.gateways import SentHow
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted
from safeguarding.models.statement import STATEMENT_RULES, Statement
from safeguarding.triggers import (
    AT_LEAST_TWO,
    FINAL,
    NOT_BY_WHOM,
    NOTED,
    ONLY_DESTROYED,
)
from safeguarding.workflow import AllegationStatus

# Whoever answers a rights request does not read these rows; every pack says that they may exist and who
# answers for them, whether there are any or not.
KEPT_APART = Internal(
    "allegations against staff are read by named people only; whoever may be named in one is answered by "
    "them",
    Unprinted.OTHERS,
)


class Allegation(Statement):
    """Somebody says that a member of staff or a volunteer has harmed, or may harm, somebody.

    It exists for the named people alone (`Receiver`), and never for the one it is about.
    """

    class Outcome(models.TextChoices):
        """The five outcomes of the statutory guidance (Keeping Children Safe in Education, Part 4)."""

        SUBSTANTIATED = "substantiated", "Substantiated: there is enough evidence"
        UNSUBSTANTIATED = "unsubstantiated", "Unsubstantiated: not enough evidence either way"
        UNFOUNDED = "unfounded", "Unfounded: there is nothing to support it"
        FALSE = "false", "False: there is enough evidence against it"
        MALICIOUS = "malicious", "Malicious: false, and meant to deceive"

    reference = reference_field("Z")
    about_staff = models.ForeignKey(
        verbose_name="about",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    about_name = models.CharField("about somebody without an account", max_length=300, blank=True)
    people = models.ManyToManyField(
        to=Person, through="AllegationPerson", related_name="allegations"
    )
    status = models.TextField(choices=AllegationStatus.choices, default=AllegationStatus.RAISED)
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True, editable=False)
    proposed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
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
        verbose_name = "allegation against staff"
        verbose_name_plural = "allegations against staff"
        constraints = (
            *STATEMENT_RULES,
            models.CheckConstraint(
                condition=Q(status__in=AllegationStatus.values), name="allegation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(about_staff__isnull=False, about_name="")
                | (Q(about_staff=None) & ~Q(about_name="")),
                name="allegation_says_about_whom",
                violation_error_message="Say about whom it is: choose a colleague or write a name.",
            ),
            models.CheckConstraint(
                condition=Q(status=AllegationStatus.RAISED, read_at=None)
                | (~Q(status=AllegationStatus.RAISED) & Q(read_at__isnull=False)),
                name="allegation_read_before_anything_else",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[AllegationStatus.PROPOSED, AllegationStatus.ENDED],
                    outcome__in=[
                        "substantiated",
                        "unsubstantiated",
                        "unfounded",
                        "false",
                        "malicious",
                    ],
                    proposed_at__isnull=False,
                    proposed_by__isnull=False,
                )
                | Q(
                    status__in=[AllegationStatus.RAISED, AllegationStatus.READ],
                    outcome="",
                    proposed_at=None,
                    proposed_by=None,
                ),
                name="allegation_outcome_is_proposed_first",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=AllegationStatus.ENDED, ended_at__isnull=False, ended_by__isnull=False
                )
                | (~Q(status=AllegationStatus.ENDED) & Q(ended_at=None, ended_by=None)),
                name="allegation_ended_at_and_by_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_by=None) | ~Q(ended_by=F("proposed_by")),
                name="allegation_ended_by_a_second_person",
                violation_error_message="Nobody confirms the outcome that they proposed themselves.",
            ),
            models.CheckConstraint(
                condition=Q(about_staff=None)
                | (
                    (Q(read_by=None) | ~Q(read_by=F("about_staff")))
                    & (Q(proposed_by=None) | ~Q(proposed_by=F("about_staff")))
                    & (Q(ended_by=None) | ~Q(ended_by=F("about_staff")))
                ),
                name="allegation_never_worked_by_whom_it_is_about",
                violation_error_message="Nobody works on an allegation about themselves.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"people", "in_danger", "how_known", "suspected_on"})
        special_category = frozenset({"what", "own_words"})
        offence = frozenset({"harm"})
        third_party = frozenset({"described", "suspected_by", "told_whom", "about_name"})
        staff = frozenset(
            {
                "about_staff",
                "outcome",
                "status",
                "recorded_at",
                "recorded_by",
                "read_at",
                "read_by",
                "proposed_at",
                "proposed_by",
                "ended_at",
                "ended_by",
            }
        )
        not_personal = frozenset(
            {"id", "token", "told_when", "chased_when", "escalated_when", "next_chase_on"}
        )
        about = ("people",)
        retention = Retention.ALLEGATION
        pack = KEPT_APART
        destruction = Delete()
        counted = False
        stays = "it protects somebody from harm"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("safeguarding:allegation", args=[self.reference])

    @property
    def links(self) -> list["AllegationPerson"]:
        return list(self.allegation_people.all())

    @property
    def about_whom(self) -> str:
        return str(self.about_staff or self.about_name)


class AllegationPerson(Recorded):
    """That an allegation says that somebody of the record was harmed, or was there."""

    allegation = models.ForeignKey(
        to=Allegation, on_delete=models.PROTECT, related_name="allegation_people"
    )
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, related_name="allegation_people"
    )

    app_rights = ("SELECT", "INSERT", "DELETE")
    # A list of what a merge moved leaves these rows out: that there are any is not to be told.
    kept_apart = True

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name_plural = "allegation people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED]
        constraints = (
            models.UniqueConstraint(
                fields=["allegation", "person"], name="person_once_in_an_allegation"
            ),
        )

    class Privacy:
        personal = frozenset({"allegation", "person"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.ALLEGATION
        pack = KEPT_APART
        destruction = Delete()
        counted = False
        stays = "it protects somebody from harm"

    def __str__(self) -> str:
        return f"{self.allegation_id}: {self.person_id}"


class AllegationEntry(Recorded):
    """One thing said or done about an allegation. Nothing in it is changed later."""

    class Kind(models.TextChoices):
        ADDITION = "addition", "Addition"
        STEP = "step", "What was done"
        CHASE = "chase", "Asked again"
        ANSWER = "answer", "Answer from outside"
        PROPOSAL = "proposal", "Outcome proposed"
        SENT_BACK = "sent_back", "Sent back by the second person"
        CONFIRMATION = "confirmation", "Outcome confirmed"

    allegation = models.ForeignKey(to=Allegation, on_delete=models.PROTECT, related_name="entries")
    kind = models.TextField(choices=Kind.choices)
    text = models.TextField()
    token = models.UUIDField(null=True, unique=True, editable=False)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("recorded_at", "pk")
        verbose_name = "entry about an allegation"
        verbose_name_plural = "entries about allegations"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED, NOT_BY_WHOM]
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "addition",
                        "step",
                        "chase",
                        "answer",
                        "proposal",
                        "sent_back",
                        "confirmation",
                    ]
                ),
                name="allegation_entry_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="allegation_entry_says_something"),
        )

    class Privacy:
        personal = frozenset({"allegation", "kind"})
        special_category = frozenset({"text"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("allegation__people",)
        retention = Retention.ALLEGATION
        pack = KEPT_APART
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.allegation_id}: {self.get_kind_display()}"

    @property
    def title(self) -> str:
        return str(self.get_kind_display())


class AllegationReport(Recorded):
    """That somebody outside was told of an allegation, with what the sharing log would ask.

    Kept here and not in the sharing log, which many people read.
    """

    class To(models.TextChoices):
        DESIGNATED_OFFICER = "designated_officer", "The council’s designated officer"
        POLICE = "police", "The police"
        BARRING = "barring", "The Disclosure and Barring Service"
        COMMISSION = "commission", "The Charity Commission"
        INSURER = "insurer", "The insurer"

    allegation = models.ForeignKey(to=Allegation, on_delete=models.PROTECT, related_name="reports")
    to = models.TextField("told", choices=To.choices)
    to_whom = models.CharField("whom you spoke or wrote to", max_length=300)
    sent_how = models.TextField("how it went", choices=SentHow.choices)
    what = models.TextField("what they were told")
    basis = models.TextField("why it could be shared")
    told_on = models.DateField("on")
    their_reference = models.CharField(max_length=100, blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("recorded_at", "pk")
        verbose_name = "referral of an allegation"
        verbose_name_plural = "referrals of allegations"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED, NOT_BY_WHOM]
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    to__in=["designated_officer", "police", "barring", "commission", "insurer"]
                ),
                name="allegation_report_to_is_known",
            ),
            models.CheckConstraint(
                condition=Q(sent_how__in=SentHow.values), name="allegation_report_went_somehow"
            ),
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(basis="") & ~Q(to_whom=""),
                name="allegation_report_says_what_to_whom_and_why",
            ),
        )

    class Privacy:
        personal = frozenset({"allegation", "to", "sent_how", "told_on", "their_reference"})
        special_category = frozenset({"what"})
        third_party = frozenset({"to_whom", "basis"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("allegation__people",)
        retention = Retention.ALLEGATION
        pack = KEPT_APART
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.allegation_id}: {self.get_to_display()}"


class Receiver(Recorded):
    """Somebody who receives allegations against staff: at least two people, named by the charity."""

    user = models.ForeignKey(
        verbose_name="who",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="receivings",
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("ended_at", "user__full_name", "pk")
        verbose_name = "receiver of allegations"
        verbose_name_plural = "receivers of allegations"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, AT_LEAST_TWO]
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(ended_at=None),
                name="receiver_named_once_at_a_time",
                violation_error_message="They receive allegations already.",
            ),
            models.CheckConstraint(
                condition=~Q(user=F("recorded_by")),
                name="receiver_named_by_somebody_else",
                violation_error_message="Nobody names themselves.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="receiver_ended_at_and_by",
            ),
        )

    class Privacy:
        staff = frozenset({"user", "recorded_at", "recorded_by", "ended_at", "ended_by"})
        not_personal = frozenset({"id"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.user} receives allegations"
