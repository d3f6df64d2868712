"""How somebody came to the charity."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.agency import Agency, Professional
from cases.models.base import Recorded
from cases.models.case import Case, CaseRole
from cases.models.entry import HowReceived
from cases.models.person import Person
from cases.models.service import Service
from cases.triggers import FINAL, NOTED
from cases.workflow import UNDECIDED, ReferralStatus
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section

# Statuses in which the service has said yes or no.
DECIDED = (ReferralStatus.WAITING, ReferralStatus.ALLOCATED, ReferralStatus.DECLINED)


class Referral(Recorded):
    """Somebody asks one of our services to work with a family (features.md S7, P5)."""

    class From(models.TextChoices):
        SELF = "self", "The family themselves"
        AGENCY = "agency", "A partner agency"
        OTHER_SERVICE = "other_service", "Another of our services"

    reference = reference_field("R")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="referrals")
    came_from = models.TextField("who refers", choices=From.choices)
    agency = models.ForeignKey(
        to=Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    other_service = models.ForeignKey(
        to=Service, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals_made"
    )
    received_on = models.DateField("received")
    how_received = models.TextField("how it came", choices=HowReceived.choices)
    reason = models.TextField("why")
    people = models.ManyToManyField(to=Person, through="ReferralPerson", related_name="referrals")
    status = models.TextField(choices=ReferralStatus.choices, default=ReferralStatus.RECEIVED)
    screened_at = models.DateTimeField(null=True, blank=True, editable=False)
    screened_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    screening = models.TextField("what the screening found", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    decision_reason = models.TextField(blank=True)
    signpost = models.TextField("where else they were pointed to", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    withdrawal_reason = models.TextField("why it is no longer wanted", blank=True)
    case = models.OneToOneField(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="referral"
    )

    class Meta(Recorded.Meta):
        ordering = ("received_on", "pk")
        permissions = (
            ("take_referral", "Can take in a referral"),
            ("decide_referral", "Can accept or decline a referral"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=ReferralStatus.values), name="referral_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(came_from__in=["self", "agency", "other_service"]),
                name="referral_came_from_is_known",
            ),
            models.CheckConstraint(
                condition=Q(how_received__in=HowReceived.values),
                name="referral_how_received_is_known",
            ),
            models.CheckConstraint(
                condition=Q(came_from="agency", agency__isnull=False, other_service=None)
                | Q(came_from="other_service", other_service__isnull=False, agency=None)
                | Q(came_from="self", agency=None, other_service=None),
                name="referral_names_who_referred",
                violation_error_message="Say which agency or service refers.",
            ),
            models.CheckConstraint(
                condition=Q(screened_at=None, screened_by=None) & ~Q(status=ReferralStatus.SCREENED)
                | Q(screened_at__isnull=False, screened_by__isnull=False)
                & ~Q(status=ReferralStatus.RECEIVED),
                name="referral_screened_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(UNDECIDED), decided_at=None, decided_by=None)
                | Q(status__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                # Withdrawn before or after it was accepted.
                | Q(status=ReferralStatus.WITHDRAWN, decided_at=None, decided_by=None)
                | Q(
                    status=ReferralStatus.WITHDRAWN,
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="referral_decided_at_and_by_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=ReferralStatus.WITHDRAWN,
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                )
                & ~Q(withdrawal_reason="")
                | ~Q(status=ReferralStatus.WITHDRAWN)
                & Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason=""),
                name="referral_withdrawn_at_and_by_iff_withdrawn",
                violation_error_message="Say why the referral is no longer wanted.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.DECLINED) | ~Q(decision_reason=""),
                name="referral_declined_with_a_reason",
                violation_error_message="Say why the referral is declined.",
            ),
            models.CheckConstraint(
                condition=Q(status=ReferralStatus.ALLOCATED, case__isnull=False)
                | ~Q(status=ReferralStatus.ALLOCATED) & Q(case=None),
                name="referral_allocated_iff_a_case_is_open",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {
                "service",
                "came_from",
                "agency",
                "other_service",
                "received_on",
                "how_received",
                "people",
                "status",
                "decided_at",
                "signpost",
                "case",
            }
        )
        third_party = frozenset(
            {"professional", "reason", "screening", "decision_reason", "withdrawal_reason"}
        )
        staff = frozenset(
            {
                "screened_at",
                "screened_by",
                "decided_by",
                "withdrawn_at",
                "withdrawn_by",
                "recorded_at",
                "recorded_by",
            }
        )
        not_personal = frozenset({"id"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.REFERRALS,
            when="received_on",
            shows=(
                "reference",
                "service",
                "source_in_words",
                "received_on",
                "how_received",
                "reason",
                "status",
                "screening",
                "decided_at",
                "decision_reason",
                "signpost",
                "withdrawal_reason",
                "case",
            ),
            passages=(
                "reason",
                "screening",
                "decision_reason",
                "withdrawal_reason",
                "source_in_words",
            ),
            left_out={
                "came_from": "printed in words",
                "agency": "printed in words",
                "professional": "printed in words",
                "other_service": "printed in words",
                "people": "the section about your family names them",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    @property
    def source_in_words(self) -> str:
        """Who referred: the professional and agency, the other service, or the family."""
        return str(
            self.professional or self.agency or self.other_service or self.get_came_from_display()
        )


class ReferralPerson(models.Model):
    """That a referral is about somebody, and as what they would be part of the case."""

    referral = models.ForeignKey(
        to=Referral, on_delete=models.PROTECT, related_name="referral_people"
    )
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="referral_people")
    role = models.TextField(choices=CaseRole.choices)

    class Meta:
        ordering = ("pk",)
        verbose_name = "part in a referral"
        verbose_name_plural = "parts in referrals"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["referral", "person"], name="person_once_in_a_referral"
            ),
            models.CheckConstraint(
                condition=Q(role__in=CaseRole.values), name="referral_person_role_is_known"
            ),
        )

    class Privacy:
        personal = frozenset({"referral", "person", "role"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.REFERRALS,
            when="referral",
            written="referral",
            shows=("referral", "role"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.person_id}"


class WaitingPlace(Recorded):
    """Where a referral stands on the waiting list of its service, from this row on (features.md P5).

    The newest row counts. The first is written when the referral is accepted; every other moves it, and
    says why: nobody overtakes anybody without a reason that can be read.
    """

    class Priority(models.IntegerChoices):
        URGENT = 1, "Urgent"
        SOON = 2, "Soon"
        USUAL = 3, "Usual"

    referral = models.ForeignKey(to=Referral, on_delete=models.PROTECT, related_name="places")
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.USUAL)
    # Among those of the same priority, the smaller first; whoever comes between two gets a number between.
    place = models.FloatField()
    is_first = models.BooleanField(default=False, editable=False)
    reason = models.TextField("why it was moved", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        ordering = ("pk",)
        verbose_name = "place on the waiting list"
        verbose_name_plural = "places on the waiting list"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(priority__in=[1, 2, 3]), name="waiting_priority_is_known"
            ),
            models.CheckConstraint(
                condition=Q(is_first=True, reason="") | Q(is_first=False) & ~Q(reason=""),
                name="waiting_order_changes_with_a_reason",
                violation_error_message="Say why the order of the waiting list changes.",
            ),
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(is_first=True),
                name="waiting_begins_once",
            ),
        )

    class Privacy:
        personal = frozenset({"referral", "priority"})
        third_party = frozenset({"reason"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "place", "is_first"})
        about = ("referral__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.REFERRALS,
            when="recorded_at",
            shows=("referral", "priority", "reason"),
            passages=("reason",),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.get_priority_display()}"
