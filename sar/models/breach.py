"""The log of breaches: every one, whatever was decided about it (UK GDPR Art 33(5))."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models import Person
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Internal, Retention, Unprinted
from core.references import BREACH
from sar.complaint_workflow import BreachStatus

# Straight hours from becoming aware, whatever day it is (UK GDPR Art 33(1)).
TO_TELL_THE_REGULATOR = timedelta(hours=72)


class Breach(Recorded):
    """Something went wrong with personal data: a letter to the wrong address, a lost telephone.

    Anybody of staff reports it with the button on every page, in two sentences. The clock of 72 straight
    hours runs from the moment at which the charity became aware.
    """

    class Risk(models.TextChoices):
        NONE = "none", "No risk to anybody"
        RISK = "risk", "A risk: the regulator is told within 72 hours (Art 33)"
        HIGH = "high", "A high risk: the people are told as well, without delay (Art 34)"

    reference = reference_field(BREACH)
    what = models.TextField("what happened")
    # The form it was typed into: sent twice, it is one mistake.
    token = models.UUIDField(null=True, unique=True, editable=False)
    aware = models.DateTimeField("when we became aware")
    people = models.ManyToManyField(
        to=Person, through="BreachPerson", related_name="breaches", verbose_name="whom it is about"
    )
    status = models.TextField(choices=BreachStatus.choices, default=BreachStatus.REPORTED)
    risk = models.TextField(choices=Risk.choices, blank=True)
    risk_because = models.TextField("why the risk is that", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # A moment and not an act here: the report goes by the regulator's own form.
    regulator_told = models.DateTimeField("the regulator was told", null=True, blank=True)
    regulator_case = models.CharField("the regulator’s case number", max_length=100, blank=True)
    late_because = models.TextField("why the regulator was told after 72 hours", blank=True)
    people_told_on = models.DateField("the people were told", null=True, blank=True)
    people_told_how = models.TextField("how they were told, or why not", blank=True)
    remedy = models.TextField("what was done about it", blank=True)
    lessons = models.TextField("what we learn from it", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name_plural = "breaches"
        ordering = ("-aware", "-pk")
        permissions = (
            ("report_breach", "Can report a mistake with personal data"),
            ("work_breaches", "Can work on breaches"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=BreachStatus.values), name="breach_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(risk__in=["", "none", "risk", "high"]), name="breach_risk_is_known"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="breach_says_what_happened"),
            models.CheckConstraint(
                condition=Q(aware__lte=F("recorded_at")), name="breach_not_in_the_future"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, risk="", risk_because="")
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(risk="")
                    & ~Q(risk_because="")
                ),
                name="breach_risk_decided_at_by_and_why",
            ),
            models.CheckConstraint(
                condition=Q(regulator_told=None)
                | Q(regulator_told__lte=F("aware") + TO_TELL_THE_REGULATOR)
                | ~Q(late_because=""),
                name="breach_told_late_says_why",
                violation_error_message="It was told after 72 hours: say why (UK GDPR Art 33(1)).",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed", closed_at=None)
                & (Q(status="closed") | Q(closed_at=None, closed_by=None))
                & (Q(closed_at=None) | Q(closed_by__isnull=False)),
                name="breach_closed_at_and_by",
            ),
            # Nothing is closed before the law is done with it.
            models.CheckConstraint(
                condition=~Q(status="closed")
                | (
                    ~Q(risk="")
                    & ~Q(remedy="")
                    & ~Q(lessons="")
                    & (Q(risk="none") | Q(regulator_told__isnull=False))
                    & (~Q(risk="high") | ~Q(people_told_how=""))
                ),
                name="breach_closed_only_when_done",
                violation_error_message="Decide the risk, tell whom the law wants told, and write down the "
                "remedy and the lessons.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"people", "people_told_on"})
        third_party = frozenset(
            {"what", "risk_because", "late_because", "people_told_how", "remedy", "lessons"}
        )
        staff = frozenset(
            {"decided_at", "decided_by", "closed_at", "closed_by", "recorded_at", "recorded_by"}
        )
        not_personal = frozenset(
            {"id", "token", "aware", "status", "risk", "regulator_told", "regulator_case"}
        )
        about = ("people",)
        retention = Retention.BREACH
        pack = Internal(
            "tells of mistakes with several people's data; each is told of their own",
            Unprinted.OTHERS,
        )
        destruction = Delete()
        counted = True
        stays = "a mistake is written down whoever it is about"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page on the Data Protection Officer's desk: it has no other."""
        return reverse("admin:sar_breach_change", args=[self.pk])

    @property
    def tell_by(self) -> datetime:
        """Until when the regulator is told, where there is a risk."""
        return self.aware + TO_TELL_THE_REGULATOR

    @property
    def is_open(self) -> bool:
        return self.status != BreachStatus.CLOSED


class BreachPerson(Recorded):
    """That a breach is about somebody."""

    breach = models.ForeignKey(to=Breach, on_delete=models.PROTECT, related_name="breach_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="breach_people")

    class Meta(Recorded.Meta):
        verbose_name = "person of a breach"
        verbose_name_plural = "people of breaches"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["breach", "person"], name="person_once_in_a_breach"),
        )

    class Privacy:
        personal = frozenset({"breach", "person"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.BREACH
        pack = Internal("the person is told of the breach itself", Unprinted.OTHERS)
        destruction = Delete()
        counted = False
        stays = "a mistake is written down whoever it is about"

    def __str__(self) -> str:
        return f"{self.breach}: {self.person_id}"
