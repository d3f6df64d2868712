"""Complaints about our service, complaints about data, and compliments (P52, P32; DPA 2018 s.164A)."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Person, Service
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted
from core.references import COMPLAINT
from sar.clock import complaint_acknowledge_by
from sar.complaint_workflow import ComplaintStatus
from sar.kinds import Channel
from sar.models.request import RightsRequest
from sar.triggers import FINAL, NOTED


class Complaint(Recorded):
    """What somebody complains or is glad about.

    A complaint about data is acknowledged within 30 days counted from the day after receipt (DPA 2018
    s.164A). One about the service is looked into by somebody else than whom it is about.
    """

    class Kind(models.TextChoices):
        SERVICE = "service", "A complaint about our service"
        DATA = "data", "A complaint about personal data"
        COMPLIMENT = "compliment", "A compliment"

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "Upheld"
        PARTLY = "partly", "Partly upheld"
        NOT_UPHELD = "not_upheld", "Not upheld"
        WITHDRAWN = "withdrawn", "Withdrawn"
        THANKED = "thanked", "Passed on, with thanks"

    reference = reference_field(COMPLAINT)
    kind = models.TextField("what it is", choices=Kind.choices)
    channel = models.TextField("how it came", choices=Channel.choices)
    received_on = models.DateField("received")
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    from_name = models.CharField("who says it", max_length=200)
    reach_by = models.TextField("a safe way to reach them", blank=True)
    # Where a letter may go if their record says nothing better (`sar.addresses`).
    reply_email = models.EmailField("e-mail address they gave", blank=True)
    reply_address = models.TextField("postal address they gave", blank=True)
    words = models.TextField("what they say, in their words")
    # The form it was typed into: sent twice, it is one complaint.
    token = models.UUIDField(null=True, unique=True, editable=False)
    service = models.ForeignKey(
        verbose_name="which service",
        to=Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    about_staff = models.ForeignKey(
        verbose_name="about which member of staff",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    status = models.TextField(choices=ComplaintStatus.choices, default=ComplaintStatus.RECEIVED)
    acknowledged_at = models.DateTimeField("acknowledged", null=True, blank=True, editable=False)
    acknowledged_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    investigator = models.ForeignKey(
        verbose_name="who looks into it",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    findings = models.TextField("what was found, as they are told", blank=True)
    learning = models.TextField("what we learn from it", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    regulator_case = models.CharField("the regulator’s case number", max_length=100, blank=True)
    regulator_outcome = models.TextField("what the regulator decided", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("received_on", "pk")
        permissions = (
            ("record_complaint", "Can record a complaint or a compliment"),
            ("work_complaints", "Can work on complaints"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["service", "data", "compliment"]),
                name="complaint_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="complaint_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=ComplaintStatus.values), name="complaint_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["", "upheld", "partly", "not_upheld", "withdrawn", "thanked"]
                ),
                name="complaint_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(from_name=""), name="complaint_says_who_and_what"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="complaint_acknowledged_at_and_by",
            ),
            models.CheckConstraint(
                condition=~Q(investigator=F("about_staff")),
                name="complaint_looked_into_by_somebody_else",
                violation_error_message="Somebody else looks into it than whom it is about.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="closed", closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(findings="")
                )
                | (~Q(status="closed") & Q(closed_at=None, closed_by=None, outcome="")),
                name="complaint_closed_at_by_and_how",
                violation_error_message="Say how it ended and what they are told.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "from_name", "reply_email", "reply_address"})
        personal = frozenset(
            {
                "kind",
                "channel",
                "received_on",
                "person",
                "reach_by",
                "words",
                "service",
                "status",
                "outcome",
                "findings",
                "regulator_case",
                "regulator_outcome",
            }
        )
        third_party = frozenset({"learning"})
        staff = frozenset(
            {
                "about_staff",
                "acknowledged_at",
                "acknowledged_by",
                "investigator",
                "closed_at",
                "closed_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id", "request", "token"})
        about = ("person",)
        retention = Retention.COMPLAINT
        pack = Pack(
            section=Section.REQUESTS,
            when="received_on",
            shows=(
                "reference",
                "kind",
                "channel",
                "received_on",
                "from_name",
                "words",
                "service",
                "outcome",
                "findings",
                "regulator_case",
                "regulator_outcome",
                "recorded_by",
            ),
            passages=("words", "findings", "from_name"),
            left_out={
                "person": "the person whose pack it is",
                "reach_by": "how to reach them, which they gave",
                "reply_email": "where to write to them, which they gave",
                "reply_address": "where to write to them, which they gave",
                "status": "it changes while this pack is made",
                "learning": "what we change about our work; about no person",
            },
        )
        destruction = Delete()
        counted = True
        stays = "whoever complains is heard also while their record is restricted"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("sar:complaint", args=[self.reference])

    @property
    def about_whom(self) -> str:
        """Who says it, as the head of a page names it."""
        return self.from_name

    @property
    def acknowledge_by(self) -> date | None:
        """The last day to acknowledge it; None where the law sets none (a service complaint)."""
        if self.kind != self.Kind.DATA:
            return None
        return complaint_acknowledge_by(self.received_on)

    @property
    def is_about_data(self) -> bool:
        """Whether the regulator takes it up as well (DPA 2018 s.165)."""
        return self.kind == self.Kind.DATA

    @property
    def is_open(self) -> bool:
        return self.status != ComplaintStatus.CLOSED


class ComplaintStep(Recorded):
    """What happened to a complaint: somebody was told how it goes, something was found out."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", "They were told how it goes"
        FOUND = "found", "Found out"
        REGULATOR = "regulator", "From or to the regulator"

    complaint = models.ForeignKey(to=Complaint, on_delete=models.PROTECT, related_name="steps")
    kind = models.TextField(choices=Kind.choices)
    words = models.TextField("what")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "step of a complaint"
        verbose_name_plural = "steps of complaints"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["progress", "found", "regulator"]),
                name="complaint_step_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="complaint_step_says_something"),
        )

    class Privacy:
        personal = frozenset({"kind"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "complaint"})
        about = ("complaint__person",)
        retention = Retention.COMPLAINT
        pack = Internal(
            "the papers of an investigation; the findings are shown with the complaint",
            Unprinted.OTHERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.complaint}: {self.get_kind_display()}"
