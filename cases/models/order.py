"""Court orders about somebody in the record: who must do what, or must not (features.md S1, N17)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.models.person import Person
from cases.models.standing import STANDS, Standing
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class CourtOrder(Standing):
    """An order of a court about people of the record. A copy is not kept: who saw it, and when, is.

    `since` is the day it was made. Somebody whom it binds and who has no record is named in words.
    """

    class Kind(models.TextChoices):
        CHILD_ARRANGEMENTS = "child_arrangements", "Child arrangements order"
        NO_CONTACT = "no_contact", "Order for no contact"
        NON_MOLESTATION = "non_molestation", "Non-molestation order"
        RESTRAINING = "restraining", "Restraining order"
        OCCUPATION = "occupation", "Occupation order"
        PROHIBITED_STEPS = "prohibited_steps", "Prohibited steps order"
        SPECIFIC_ISSUE = "specific_issue", "Specific issue order"
        PARENTAL_RESPONSIBILITY = "parental_responsibility", "Parental responsibility order"
        SPECIAL_GUARDIANSHIP = "special_guardianship", "Special guardianship order"
        CARE = "care", "Care order"
        INTERIM_CARE = "interim_care", "Interim care order"
        SUPERVISION = "supervision", "Supervision order"
        EMERGENCY_PROTECTION = "emergency_protection", "Emergency protection order"
        ADOPTION = "adoption", "Adoption order"
        OTHER = "other", "Another order"

    reference = reference_field("O")
    kind = models.TextField(choices=Kind.choices)
    court = models.CharField("which court", max_length=200)
    case_number = models.CharField("number at the court", max_length=60, blank=True)
    says = models.TextField("what it orders or forbids")
    against_words = models.CharField(
        "whom it binds, who has no record here", max_length=200, blank=True
    )
    seen_what = models.CharField("what was seen of it", max_length=200)
    seen_on = models.DateField("seen on")
    seen_by = models.ForeignKey(
        verbose_name="seen by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    people = models.ManyToManyField(
        to=Person, through="CourtOrderPerson", related_name="court_orders"
    )

    class Meta(Standing.Meta):
        abstract = False
        ordering = ("-since", "-pk")
        constraints = (
            *STANDS,
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "child_arrangements",
                        "no_contact",
                        "non_molestation",
                        "restraining",
                        "occupation",
                        "prohibited_steps",
                        "specific_issue",
                        "parental_responsibility",
                        "special_guardianship",
                        "care",
                        "interim_care",
                        "supervision",
                        "emergency_protection",
                        "adoption",
                        "other",
                    ]
                ),
                name="court_order_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(says=""), name="court_order_says_something"),
            models.CheckConstraint(
                condition=~Q(seen_what=""), name="court_order_was_seen_by_somebody"
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "case_number"})
        personal = frozenset({"kind", "court", "since", "until", "people", "seen_on", "seen_what"})
        offence = frozenset({"says", "end_reason"})
        third_party = frozenset({"against_words"})
        staff = frozenset({"recorded_at", "recorded_by", "ended_at", "ended_by", "seen_by"})
        not_personal = frozenset({"id"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.FAMILY,
            when="since",
            shows=(
                "reference",
                "kind",
                "court",
                "case_number",
                "about_in_words",
                "against_in_words",
                "says",
                "since",
                "until",
                "seen_what",
                "seen_on",
                "end_reason",
            ),
            passages=("about_in_words", "against_in_words", "says", "end_reason"),
            left_out={"people": "printed in words", "against_words": "printed in words"},
        )
        destruction = Delete()
        counted = False
        stays = "it protects others"

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.reference}"

    def get_absolute_url(self) -> str:
        return reverse("cases:order", args=[self.reference])

    @property
    def about_in_words(self) -> str:
        """Whom the order is about or protects."""
        return self._named(CourtOrderPerson.Part.ABOUT)

    @property
    def against_in_words(self) -> str:
        """Whom the order binds: people of the record, and somebody named in words."""
        return ", ".join(
            filter(None, [self._named(CourtOrderPerson.Part.AGAINST), self.against_words])
        )

    def _named(self, part: str) -> str:
        return ", ".join(str(one.person) for one in self.order_people.all() if one.part == part)


class CourtOrderPerson(Recorded):
    """That an order is about somebody, or binds them."""

    class Part(models.TextChoices):
        ABOUT = "about", "It is about them, or protects them"
        AGAINST = "against", "It binds them"

    order = models.ForeignKey(to=CourtOrder, on_delete=models.PROTECT, related_name="order_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="order_people")
    part = models.TextField(choices=Part.choices)

    class Meta(Recorded.Meta):
        verbose_name = "part in a court order"
        verbose_name_plural = "parts in court orders"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["order", "person"],
                name="person_once_in_a_court_order",
                violation_error_message="Nobody is bound by an order that protects them.",
            ),
            models.CheckConstraint(
                condition=Q(part__in=["about", "against"]), name="court_order_part_is_known"
            ),
        )

    class Privacy:
        personal = frozenset({"order", "person", "part"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal("the order itself is shown, with everybody it names", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False
        stays = "it protects others"

    def __str__(self) -> str:
        return f"{self.order_id}: {self.person_id}"
