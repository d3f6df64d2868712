"""Funders, their contracts, and which case or contact each contract pays for."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Case, Contact, Service
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Keep, Retention, Unprinted


class Funder(Recorded):
    """An organisation that pays for some of the charity's work."""

    name = models.CharField(max_length=200, unique=True)

    class Meta(Recorded.Meta):
        ordering = ("name",)

    class Privacy:
        not_personal = frozenset({"id", "name"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about an organisation that pays; nothing in it is about a client")
        destruction = Keep("about an organisation, not about a person")
        counted = True

    def __str__(self) -> str:
        return self.name


class Contract(Recorded):
    """What a funder pays one service for: from when until when, where, and how much of it."""

    reference = reference_field("U")
    funder = models.ForeignKey(to=Funder, on_delete=models.PROTECT, related_name="contracts")
    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=200)
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    # PR8, L37: the part of a postcode before the space. Empty: wherever people live.
    districts = ArrayField(
        models.CharField(max_length=4), verbose_name="postcode districts", default=list, blank=True
    )
    target_people = models.PositiveIntegerField("people in a quarter", null=True, blank=True)
    target_families = models.PositiveIntegerField("families in a quarter", null=True, blank=True)
    target_contacts = models.PositiveIntegerField("contacts in a quarter", null=True, blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-ends_on", "name", "pk")
        permissions = (
            ("manage_contracts", "Can add contracts and see what is counted for them"),
            ("fund_case", "Can say which contract pays for a case"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_start",
                violation_error_message="A contract ends on the day it begins or later.",
            ),
            models.UniqueConstraint(
                fields=["funder", "service", "name"],
                name="contract_once_by_name",
                violation_error_message="This funder has a contract of this name for the service.",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "reference",
                "funder",
                "service",
                "name",
                "starts_on",
                "ends_on",
                "districts",
                "target_people",
                "target_families",
                "target_contacts",
            }
        )
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("an agreement with a funder; nothing in it is about a client")
        destruction = Keep("about an agreement, not about a person")
        counted = True

    def __str__(self) -> str:
        return f"{self.name} ({self.funder})"

    def get_absolute_url(self) -> str:
        return reverse("funding:contract", args=[self.reference])


class CaseFunding(Recorded):
    """That a contract pays for a case, and by that for its contacts, from a day until a day."""

    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="fundings")
    contract = models.ForeignKey(to=Contract, on_delete=models.PROTECT, related_name="fundings")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    why_outside = models.TextField("why, though they live outside the area", blank=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-since", "-pk")
        verbose_name = "contract of a case"
        verbose_name_plural = "contracts of cases"
        constraints = (
            models.UniqueConstraint(
                fields=["case", "contract"],
                condition=Q(until=None),
                name="case_funded_once_by_a_contract",
                violation_error_message="This contract pays for the case already.",
            ),
            models.CheckConstraint(
                condition=Q(until=None, ended_at=None, ended_by=None)
                | Q(until__gte=F("since"), ended_at__isnull=False, ended_by__isnull=False),
                name="case_funding_ended_at_and_by",
            ),
        )

    class Privacy:
        personal = frozenset({"case", "contract", "since", "until"})
        third_party = frozenset({"why_outside"})
        staff = frozenset({"ended_at", "ended_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "which funder paid for a case; the funder is told numbers and no names",
            Unprinted.FUNDERS,
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.case_id}: {self.contract_id}"


class ContactFunding(Recorded):
    """That one contact is paid for by another contract than its case."""

    contact = models.OneToOneField(to=Contact, on_delete=models.PROTECT, related_name="funding")
    contract = models.ForeignKey(to=Contract, on_delete=models.PROTECT, related_name="contacts")

    class Meta(Recorded.Meta):
        verbose_name = "contract of a contact"
        verbose_name_plural = "contracts of contacts"

    class Privacy:
        personal = frozenset({"contact", "contract"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("contact__people",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "which funder paid for a contact; the funder is told numbers and no names",
            Unprinted.FUNDERS,
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.contract_id}"
