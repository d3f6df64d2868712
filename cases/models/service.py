"""The charity's services, and who belongs to them."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from audit.triggers import NOTED
from cases.models.base import Recorded
from core.privacy import Internal, Keep, Retention


class Wanted(models.TextChoices):
    """What a service wants to know of everybody it works with; who lacks it stands on a list of gaps."""

    DATE_OF_BIRTH = "date_of_birth", "Date of birth"
    POSTCODE = "postcode", "Postcode"
    PHONE = "phone", "Telephone or e-mail"
    LANGUAGE = "language", "First language"
    ETHNICITY = "ethnicity", "Ethnicity, as they say it"


def usually_wanted() -> list[str]:
    return [Wanted.DATE_OF_BIRTH.value, Wanted.POSTCODE.value]


class Service(models.Model):
    """Something the charity does for families: counselling, family support, a drop-in."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(unique=True)
    public_text = models.TextField(blank=True)
    # Told to people in their pack; UK GDPR Art 15(1)(d) asks for the period or the rule.
    retention_rule = models.TextField(blank=True)
    is_open = models.BooleanField("takes new people", default=True)
    # After so many days without a contact a case stands on the list of gaps (features.md P49).
    quiet_days = models.PositiveSmallIntegerField("days without a contact", default=28)
    wanted = ArrayField(
        models.TextField(choices=Wanted.choices),
        verbose_name="what is wanted of everybody",
        default=usually_wanted,
        blank=True,
    )
    # Counselling: a case is known to its own workers and the manager, not to everybody of the service.
    own_workers_only = models.BooleanField("cases known to their own workers alone", default=False)
    # Supervision: what is written from this day on is signed off by a manager; empty, it is not.
    notes_signed_off_from = models.DateField(null=True, blank=True)
    closings_signed_off_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        permissions = (("read_service", "Can read the records of the services they belong to"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_days__gte=1),
                name="service_quiet_days_at_least_one",
                violation_error_message="Write at least one day.",
            ),
            models.CheckConstraint(
                condition=Q(wanted__contained_by=Wanted.values), name="service_wanted_is_known"
            ),
        )

    class Privacy:
        not_personal = frozenset(
            {
                "id",
                "name",
                "slug",
                "public_text",
                "retention_rule",
                "is_open",
                "own_workers_only",
                "quiet_days",
                "wanted",
                "notes_signed_off_from",
                "closings_signed_off_from",
            }
        )
        about = ()
        retention = Retention.SETTING
        pack = Internal("about the charity; its rule is quoted where a case is shown")
        destruction = Keep("about nobody")
        counted = True

    def __str__(self) -> str:
        return self.name


class ServiceMember(Recorded):
    """That a member of staff belongs to a service, and so needs to know its records."""

    service = models.ForeignKey(to=Service, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    in_charge = models.BooleanField("in charge of the service", default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["service", "user"],
                condition=Q(until=None),
                name="member_of_a_service_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="member_ends_after_start"
            ),
        )

    class Privacy:
        staff = frozenset({"user", "in_charge", "since", "until", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "service"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Keep("shows who needed to know what, and when")
        counted = False

    def __str__(self) -> str:
        return f"{self.user} in {self.service}"
