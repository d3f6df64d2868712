"""Markers that keep somebody safe: how they must not be reached, and who must not be told (N1)."""

from django.db import models
from django.db.models import Q

from cases.models.agency import Agency
from cases.models.person import Person
from cases.models.standing import STANDS, Standing
from core.privacy import Delete, Pack, Retention, Section


class Means(models.TextChoices):
    """A way to reach somebody."""

    POST = "post", "Letters"
    VISIT = "visit", "Visits at home"
    CALL = "call", "Telephone calls"
    MESSAGE = "message", "Texts and voice messages"
    EMAIL = "email", "E-mail"


class DoNotContact(Standing):
    """That somebody must not be reached, by one means or at all."""

    class Barred(models.TextChoices):
        ANY = "any", "At all"
        POST = "post", "By letter"
        VISIT = "visit", "By visits at home"
        CALL = "call", "By telephone calls"
        MESSAGE = "message", "By texts and voice messages"
        EMAIL = "email", "By e-mail"

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="no_contact")
    barred = models.TextField("how not", choices=Barred.choices)
    reason = models.TextField("why")

    class Meta(Standing.Meta):
        abstract = False
        verbose_name = "“do not contact” marker"
        verbose_name_plural = "“do not contact” markers"
        ordering = ("-since", "-pk")
        constraints = (
            *STANDS,
            models.CheckConstraint(
                condition=Q(barred__in=["any", *Means.values]), name="no_contact_means_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="no_contact_has_a_reason"),
        )

    class Privacy:
        personal = frozenset({"person", "barred", "since", "until"})
        special_category = frozenset({"reason", "end_reason"})
        staff = frozenset({"recorded_at", "recorded_by", "ended_at", "ended_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("barred", "reason", "since", "until", "end_reason"),
            passages=("reason", "end_reason"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = False
        stays = "it protects the person from us"

    def __str__(self) -> str:
        how = "at all" if self.barred == self.Barred.ANY else self.get_barred_display().lower()
        return f"Do not contact {how}"


class DoNotDisclose(Standing):
    """That a person, an agency, or somebody named in words must not be told about somebody."""

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="no_disclosure")
    to_person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="not_to_be_told"
    )
    to_agency = models.ForeignKey(
        to=Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="not_to_be_told"
    )
    to_words = models.CharField("to whom, in words", max_length=200, blank=True)
    reason = models.TextField("why")

    class Meta(Standing.Meta):
        abstract = False
        verbose_name = "“do not disclose” marker"
        verbose_name_plural = "“do not disclose” markers"
        ordering = ("-since", "-pk")
        constraints = (
            *STANDS,
            models.CheckConstraint(
                condition=Q(to_person__isnull=False, to_agency=None, to_words="")
                | Q(to_person=None, to_agency__isnull=False, to_words="")
                | (Q(to_person=None, to_agency=None) & ~Q(to_words="")),
                name="no_disclosure_names_one_recipient",
                violation_error_message="Say who must not be told: one person, agency or name.",
            ),
            models.CheckConstraint(
                condition=Q(to_person=None) | ~Q(to_person=models.F("person")),
                name="no_disclosure_is_to_somebody_else",
                violation_error_message="Nobody is kept from hearing about themselves here.",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="no_disclosure_has_a_reason"),
        )

    class Privacy:
        personal = frozenset({"person", "since", "until", "to_agency"})
        special_category = frozenset({"reason", "end_reason"})
        third_party = frozenset({"to_person", "to_words"})
        staff = frozenset({"recorded_at", "recorded_by", "ended_at", "ended_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("recipient_in_words", "reason", "since", "until", "end_reason"),
            passages=("recipient_in_words", "reason", "end_reason"),
            left_out={
                "person": "the person whose pack it is",
                "to_person": "printed in words",
                "to_agency": "printed in words",
                "to_words": "printed in words",
            },
        )
        destruction = Delete()
        counted = False
        stays = "it protects the person from us"

    def __str__(self) -> str:
        return f"Do not disclose to {self.recipient_in_words}"

    @property
    def recipient_in_words(self) -> str:
        """Who must not be told: the person, the agency, or the words."""
        return str(self.to_person or self.to_agency or self.to_words)
