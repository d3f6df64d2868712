"""How somebody came to the charity."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.triggers import NOTED
from cases.models.base import Recorded
from cases.models.case import Case, CaseRole
from cases.models.entry import HowReceived
from cases.models.person import Person
from cases.models.service import Agency, Professional, Service
from cases.workflow import ReferralStatus
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


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
                condition=Q(
                    status=ReferralStatus.RECEIVED, decided_at=None, decided_by=None, case=None
                )
                | (
                    ~Q(status=ReferralStatus.RECEIVED)
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="referral_decided_at_and_by_iff_decided",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.DECLINED) | ~Q(decision_reason=""),
                name="referral_declined_with_a_reason",
                violation_error_message="Say why the referral is declined.",
            ),
            models.CheckConstraint(
                condition=~Q(status=ReferralStatus.ACCEPTED) | Q(case__isnull=False),
                name="referral_accepted_into_a_case",
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
                "case",
            }
        )
        third_party = frozenset({"professional", "reason", "decision_reason"})
        staff = frozenset({"decided_by", "recorded_at", "recorded_by"})
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
                "decided_at",
                "decision_reason",
                "case",
            ),
            passages=("reason", "decision_reason", "source_in_words"),
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
            shows=("referral", "role"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.referral_id}: {self.person_id}"
