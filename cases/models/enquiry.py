"""Somebody asks something, and no case is opened for it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.entry import HowReceived
from cases.models.person import Person
from cases.models.referral import Referral
from cases.models.service import Service
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class Enquiry(Recorded):
    """Who asked what, and what they were told (features.md P44).

    Whoever asks need not be named. When more comes of it, it points to the referral or the case, and is
    kept with that for the pack.
    """

    class Who(models.TextChoices):
        FAMILY = "family", "A parent, child or relative"
        PROFESSIONAL = "professional", "A professional"
        OTHER = "other", "Somebody else"
        NOT_SAID = "not_said", "They did not say"

    reference = reference_field("E")
    service = models.ForeignKey(
        verbose_name="about which service",
        to=Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="enquiries",
    )
    asked_on = models.DateField("day")
    how_received = models.TextField("how it came", choices=HowReceived.choices)
    who = models.TextField("who asked", choices=Who.choices)
    name = models.CharField("their name, if they gave it", max_length=200, blank=True)
    reach = models.CharField("how to reach them, if they want that", max_length=200, blank=True)
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiries"
    )
    question = models.TextField("what they asked")
    answer = models.TextField("what they were told")
    signpost = models.TextField("where they were pointed to", blank=True)
    # The number of the form it was typed into: a form sent twice makes one enquiry.
    token = models.UUIDField(null=True, unique=True, editable=False)
    referral = models.OneToOneField(
        to=Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiry"
    )
    case = models.OneToOneField(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="enquiry"
    )
    turned_at = models.DateTimeField(null=True, editable=False)
    turned_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    class Meta(Recorded.Meta):
        ordering = ("-asked_on", "-pk")
        verbose_name_plural = "enquiries"
        indexes = (models.Index(fields=["service", "-asked_on"], name="enquiry_of_service"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(how_received__in=HowReceived.values),
                name="enquiry_how_received_is_known",
            ),
            models.CheckConstraint(
                condition=Q(who__in=["family", "professional", "other", "not_said"]),
                name="enquiry_who_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(answer=""),
                name="enquiry_says_what_was_asked_and_answered",
                violation_error_message="Say what they asked and what they were told.",
            ),
            models.CheckConstraint(
                condition=Q(turned_at=None, turned_by=None, referral=None, case=None)
                | Q(
                    turned_at__isnull=False,
                    turned_by__isnull=False,
                    referral__isnull=False,
                    case=None,
                )
                | Q(
                    turned_at__isnull=False,
                    turned_by__isnull=False,
                    referral=None,
                    case__isnull=False,
                ),
                name="enquiry_turned_into_one_thing",
                violation_error_message="This enquiry has become a referral or a case already.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "name", "reach"})
        personal = frozenset(
            {"service", "asked_on", "how_received", "who", "person", "signpost", "referral", "case"}
        )
        third_party = frozenset({"question", "answer"})
        staff = frozenset({"turned_at", "turned_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("person", "referral__people", "case__people")
        retention = Retention.ENQUIRY
        pack = Pack(
            section=Section.REFERRALS,
            when="asked_on",
            shows=(
                "reference",
                "service",
                "asked_on",
                "how_received",
                "who",
                "name",
                "reach",
                "question",
                "answer",
                "signpost",
                "referral",
                "case",
            ),
            passages=("name", "reach", "question", "answer", "signpost"),
            left_out={"person": "the person whose pack it is, or somebody of the same family"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:enquiry", args=[self.reference])
