"""Planning and research with names: asked for, decided by somebody else, for a time (S11, S14)."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Person
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Pack, Retention, Section
from planning.triggers import NOTED, NobodyAddedLater, StaysAsAsked
from planning.workflow import UseStatus


class IdentifiedUse(Recorded):
    """One use of what is recorded that needs to know who it is about.

    The privacy notice: figures show nobody; where that will not do we ask for consent, and do without it
    only where the law makes us. What was asked never changes, and whoever asks does not decide.
    """

    class Kind(models.TextChoices):
        PLANNING = "planning", "Planning"
        RESEARCH = "research", "Research"

    class Basis(models.TextChoices):
        CONSENT = "consent", "Each of them has said yes to it"
        LAW = "law", "A law or a court requires it"

    class Part(models.TextChoices):
        NAME = "name", "Name"
        BORN = "born", "Date of birth"
        AREA = "area", "First part of the postcode"
        CASES = "cases", "Cases: service, opened, closed"
        CONTACTS = "contacts", "Contacts: day, kind, whether they took place"
        OUTCOMES = "outcomes", "Scores of measures"

    reference = reference_field("IU")
    kind = models.TextField("what kind of use", choices=Kind.choices)
    what_for = models.TextField("what it is for, and why figures will not do")
    who_sees = models.TextField("who will see it, and where it is kept")
    basis = models.TextField("what makes it lawful", choices=Basis.choices)
    law = models.TextField("which law or order requires it", blank=True)
    parts = ArrayField(models.TextField(choices=Part.choices), verbose_name="what is taken out")
    ends_on = models.DateField("until")
    status = models.TextField(choices=UseStatus.choices, default=UseStatus.ASKED)
    decision = models.TextField("why it was decided so", blank=True)
    decided_at = models.DateTimeField("decided", null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    ended_at = models.DateTimeField("ended", null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    app_rights = ("SELECT", "INSERT", "UPDATE")

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        verbose_name = "use with names"
        verbose_name_plural = "uses with names"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, StaysAsAsked(name="stays_as_asked")]
        permissions = (
            ("ask_identified_use", "Can ask for a use with names"),
            ("decide_identified_use", "Can decide on a use with names"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["planning", "research"]),
                name="use_kind_is_known",
                violation_error_message="Only planning and research: those are what people are asked about.",
            ),
            models.CheckConstraint(
                condition=Q(basis="consent", law="") | (Q(basis="law") & ~Q(law="")),
                name="use_law_is_named",
                violation_error_message="Say which law or order requires it. That it would be allowed is not "
                "enough.",
            ),
            models.CheckConstraint(
                condition=~Q(what_for="") & ~Q(who_sees=""), name="use_says_what_for_and_who"
            ),
            models.CheckConstraint(
                condition=Q(
                    parts__contained_by=[
                        "name",
                        "born",
                        "area",
                        "cases",
                        "contacts",
                        "outcomes",
                    ],
                    parts__len__gt=0,
                ),
                name="use_parts_are_known",
                violation_error_message="Say what is to be taken out.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=UseStatus.values), name="use_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, decision="")
                & Q(status__in=["asked", "ended"])
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision="")
                    & Q(status__in=["approved", "refused", "ended"])
                ),
                name="use_decided_at_by_and_why",
                violation_error_message="Say why it is decided so.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("recorded_by")),
                name="use_decided_by_another",
                violation_error_message="Somebody else than whoever asks for it decides.",
            ),
            models.CheckConstraint(
                condition=Q(status="ended", ended_at__isnull=False, ended_by__isnull=False)
                | (~Q(status="ended") & Q(ended_at=None, ended_by=None)),
                name="use_ended_at_and_by",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "reference",
                "kind",
                "what_for",
                "who_sees",
                "basis",
                "law",
                "parts",
                "ends_on",
                "status",
                "decision",
            }
        )
        staff = frozenset(
            {
                "recorded_at",
                "recorded_by",
                "decided_at",
                "decided_by",
                "ended_at",
                "ended_by",
            }
        )
        about = ()
        retention = Retention.SETTING
        pack = Internal("what was asked for, about nobody; whose record it was is shown to them")
        destruction = Keep("shows which uses were allowed, and names nobody")
        counted = False

    def __str__(self) -> str:
        return str(self.reference)

    def get_absolute_url(self) -> str:
        return reverse("planning:use", args=[self.reference])

    @property
    def parts_in_words(self) -> str:
        labels = dict(self.Part.choices)
        return "; ".join(str(labels[one]) for one in self.parts)

    @property
    def by_consent(self) -> bool:
        return self.basis == self.Basis.CONSENT

    def is_allowed(self, on: date) -> bool:
        """Whether it may be taken out on the day `on`: approved, and its time is not over."""
        return self.status == UseStatus.APPROVED and on <= self.ends_on


class UsedPerson(Recorded):
    """Whose record a use is about."""

    use = models.ForeignKey(to=IdentifiedUse, on_delete=models.PROTECT, related_name="used")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="used_with_name")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name = "person in a use with names"
        verbose_name_plural = "people in uses with names"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            NobodyAddedLater(name="nobody_added_later"),
        ]

    class Privacy:
        personal = frozenset({"person"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "use"})
        about = ("person",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="recorded_at",
            shows=("kind_in_words", "what_for", "who_sees", "basis_in_words", "became"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.use}: {self.person}"

    @property
    def kind_in_words(self) -> str:
        return f"{self.use.get_kind_display()}: {self.use.parts_in_words}"

    @property
    def what_for(self) -> str:
        return self.use.what_for

    @property
    def who_sees(self) -> str:
        return self.use.who_sees

    @property
    def basis_in_words(self) -> str:
        return self.use.law or self.use.get_basis_display()

    @property
    def became(self) -> str:
        return self.use.get_status_display()
