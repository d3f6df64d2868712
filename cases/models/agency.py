"""The agencies that the charity works with, who works there, and whether they can be reached safely."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from core.fields import reference_field
from core.privacy import Internal, Keep, Retention
from core.references import AGENCY, PROFESSIONAL


class Agency(Recorded):
    """An organisation the charity works with: a school, a surgery, the council.

    One that was written down twice leads to the other by `merged_into`: nothing of it moves, and everything
    about either counts for both (docs/adr/0029).
    """

    reference = reference_field(AGENCY)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=100, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    merged_into = models.ForeignKey(
        to="self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
    )
    merged_at = models.DateTimeField(null=True, editable=False)
    merged_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    merged_because = models.TextField("how we know that they are one", blank=True, editable=False)

    class Meta(Recorded.Meta):
        verbose_name_plural = "agencies"
        ordering = ("name",)
        permissions = (
            ("keep_agencies", "Can keep agencies’ and professionals’ details"),
            ("merge_agencies", "Can say that two agencies are one"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_at=None, merged_by=None, merged_because="")
                | Q(merged_into__isnull=False, merged_at__isnull=False, merged_by__isnull=False)
                & ~Q(merged_because=""),
                name="agency_merged_at_and_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("pk")),
                name="agency_not_merged_into_itself",
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "reference",
                "name",
                "kind",
                "phone",
                "email",
                "merged_into",
                "merged_at",
                "merged_because",
            }
        )
        staff = frozenset({"recorded_at", "recorded_by", "merged_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about an organisation; named wherever it is a source or a recipient")
        destruction = Keep("about an organisation, not about a person")
        counted = True

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("consent:agency", args=[self.reference])

    @property
    def number_now(self) -> int:
        """The number of the agency that this one is: its own, or that of the one it was merged into."""
        return self.merged_into_id or self.pk

    @property
    def now(self) -> "Agency":
        return self.merged_into or self


class Professional(Recorded):
    """Somebody who works for an agency and with a family: a teacher, a health visitor."""

    reference = reference_field(PROFESSIONAL)
    agency = models.ForeignKey(to=Agency, on_delete=models.PROTECT, related_name="professionals")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=100)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    # DPA 2018 Sch 2 para 17: disclosing a paid professional is presumed reasonable; a volunteer is not.
    is_paid = models.BooleanField("paid for this work", default=True)

    class Meta(Recorded.Meta):
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=["agency", "name", "role"], name="professional_once_at_an_agency"
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "reference", "agency", "is_paid"})
        third_party = frozenset({"name", "role", "phone", "email"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about somebody at their work; named wherever they are a source")
        destruction = Keep("about somebody at their work, in many families' records")
        counted = False

    def __str__(self) -> str:
        return f"{self.name}, {self.role}, {self.agency}"

    def get_absolute_url(self) -> str:
        return self.agency.get_absolute_url()


class ContactCheck(Recorded):
    """That somebody made sure that an e-mail address reaches the agency or professional it stands beside.

    It is about the address that was checked: another one beside the same name has not been. Final.
    """

    class How(models.TextChoices):
        RANG = "rang", "Rang their published number"
        IN_PERSON = "in_person", "Asked them in person"
        PUBLISHED = "published", "Compared it with their own website or letter"

    agency = models.ForeignKey(
        to=Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="checks"
    )
    professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="checks"
    )
    email = models.EmailField("address that was checked")
    how = models.TextField(choices=How.choices)
    with_whom = models.CharField("who said so, or where it stands", max_length=200)
    checked_on = models.DateField("on")

    app_rights = ("SELECT", "INSERT")

    class Meta(Recorded.Meta):
        verbose_name = "check of an address"
        verbose_name_plural = "checks of addresses"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(agency__isnull=False, professional=None)
                | Q(agency=None, professional__isnull=False),
                name="contact_check_of_one",
            ),
            models.CheckConstraint(
                condition=Q(how__in=("rang", "in_person", "published")),
                name="contact_check_how_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(email="") & ~Q(with_whom=""),
                name="contact_check_says_what_and_who",
                violation_error_message="Say who told you, or where it stands.",
            ),
        )

    class Privacy:
        not_personal = frozenset({"id", "agency", "professional", "how", "checked_on"})
        third_party = frozenset({"email", "with_whom"})
        staff = frozenset({"recorded_at", "recorded_by"})
        about = ()
        retention = Retention.SETTING
        pack = Internal("about somebody at their work, or an organisation")
        destruction = Keep("shows why an address was trusted")
        counted = False

    def __str__(self) -> str:
        return f"{self.email}, {self.checked_on}"
