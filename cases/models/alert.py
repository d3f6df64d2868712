"""Alerts: what everybody must know before anything else when they open a record (features.md P4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases.models.case import Case
from cases.models.person import Person
from cases.models.standing import STANDS, Standing
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class Alert(Standing):
    """Something about a person, or about their whole household, that comes before anything else.

    With `household`, it is shown for everybody who is part of that case. `review_on` is the day by which
    somebody looks whether it is still so; whether the person was told of it is part of the alert, since
    they have the right to know what is written about them unless telling would harm somebody. The front desk
    sees what endangers staff, and what whoever wrote it says it must know (docs/adr/0041).
    """

    class Kind(models.TextChoices):
        STAFF_RISK = "staff_risk", "Risk to staff"
        RISK_FROM = "risk_from", "Risk from somebody"
        MEDICAL = "medical", "Allergy or medical"
        COURT_ORDER = "court_order", "Court order"
        SAFEGUARDING = "safeguarding", "Safeguarding"
        OTHER = "other", "Other"

    reference = reference_field("W")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="alerts")
    household = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="household_alerts"
    )
    kind = models.TextField(choices=Kind.choices)
    words = models.TextField("what everybody must know")
    for_front_desk = models.BooleanField("the front desk sees it", default=False)
    source = models.CharField("how we know", max_length=300)
    review_on = models.DateField("to be looked at again by")
    was_told = models.BooleanField("the person was told of it")
    not_told_because = models.TextField("why they were not told", blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reviewed_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(Standing.Meta):
        abstract = False
        ordering = ("-since", "-pk")
        permissions = (("raise_alert", "Can raise, review and end alerts"),)
        indexes = (
            models.Index(fields=["review_on"], condition=Q(ended_at=None), name="alert_to_review"),
        )
        constraints = (
            *STANDS,
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "staff_risk",
                        "risk_from",
                        "medical",
                        "court_order",
                        "safeguarding",
                        "other",
                    ]
                ),
                name="alert_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="alert_says_something"),
            models.CheckConstraint(condition=~Q(source=""), name="alert_says_how_we_know"),
            models.CheckConstraint(
                condition=Q(was_told=True, not_told_because="")
                | (Q(was_told=False) & ~Q(not_told_because="")),
                name="alert_was_told_or_says_why_not",
                violation_error_message="Say that the person was told, or why not.",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gte=F("since")),
                name="alert_is_reviewed_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
                name="alert_reviewed_at_and_by",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {
                "person",
                "household",
                "kind",
                "since",
                "until",
                "review_on",
                "was_told",
                "for_front_desk",
            }
        )
        special_category = frozenset({"words", "end_reason"})
        third_party = frozenset({"source", "not_told_because"})
        staff = frozenset(
            {"recorded_at", "recorded_by", "ended_at", "ended_by", "reviewed_at", "reviewed_by"}
        )
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=(
                "reference",
                "kind",
                "words",
                "for_front_desk",
                "source",
                "household",
                "since",
                "until",
                "review_on",
                "was_told",
                "not_told_because",
                "end_reason",
            ),
            passages=("words", "source", "not_told_because", "end_reason"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True
        stays = "it protects others"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("cases:alert", args=[self.reference])
