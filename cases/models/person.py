"""Anyone the record is about, client or relative, and what is known of them."""

import hashlib
from typing import Any, ClassVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Reverse
from django.urls import reverse

from cases.models.base import Recorded
from cases.names import NameSounds, NameText
from cases.names_in_full import named_in_full
from cases.triggers import GOES, NOTED
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section


class BirthCertainty(models.TextChoices):
    KNOWN = "known", "Known"
    ESTIMATED = "estimated", "Estimated"
    NOT_KNOWN = "not_known", "Not known"


BASICS = (
    "given_names",
    "family_name",
    "preferred_name",
    "pronouns",
    "date_of_birth",
    "birth_certainty",
    "first_language",
    "needs_interpreter",
    "communication_needs",
)


class Person(Recorded):
    """Somebody the record is about. They are a client where they are a client on a case."""

    reference = reference_field("P")
    given_names = models.CharField(max_length=150)
    family_name = models.CharField(max_length=150)
    preferred_name = models.CharField("likes to be called", max_length=100, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    birth_certainty = models.TextField(
        "date of birth is",
        choices=BirthCertainty.choices,
        default=BirthCertainty.KNOWN,
    )
    first_language = models.CharField(max_length=60, blank=True)
    needs_interpreter = models.BooleanField(default=False)
    communication_needs = models.TextField(blank=True)
    # Another record of the same person, to which everything has moved; this number leads there.
    merged_into = models.ForeignKey(
        to="self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        editable=False,
    )
    # Written by the database alone, with the restriction (`cases.models.restriction`).
    is_restricted = models.BooleanField(default=False, db_default=False, editable=False)
    name_sought = models.GeneratedField(
        expression=NameText(
            Concat(F("given_names"), Value(" "), F("family_name"), Value(" "), F("preferred_name"))
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta(Recorded.Meta):
        verbose_name_plural = "people"
        ordering = ("family_name", "given_names", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, GOES]
        permissions = (
            ("search_people", "Can search for people of their services"),
            ("open_basics", "Can see basic details of people of their services"),
            ("open_record", "Can open the records of their services"),
            ("open_any_record", "Can open any record, for their task"),
            ("read_confidential", "Can read safe addresses, health and offences"),
            ("add_person_record", "Can add people"),
            ("change_basics", "Can change basic details"),
            ("read_looks", "Can see who has looked at a record"),
        )
        indexes = (
            GinIndex(OpClass(F("name_sought"), name="gin_trgm_ops"), name="person_name_sought"),
            GinIndex(NameSounds(F("name_sought")), name="person_name_sounds"),
            models.Index(fields=["date_of_birth"], name="person_born"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(birth_certainty__in=BirthCertainty.values),
                name="person_birth_certainty_is_known",
            ),
            models.CheckConstraint(
                condition=Q(birth_certainty=BirthCertainty.NOT_KNOWN, date_of_birth=None)
                | (~Q(birth_certainty=BirthCertainty.NOT_KNOWN) & Q(date_of_birth__isnull=False)),
                name="person_born_unless_not_known",
                violation_error_message=("Give a date of birth, or say that it is not known."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="person_not_merged_into_themself",
            ),
        )

    class Privacy:
        identifying = frozenset(
            {
                "reference",
                "given_names",
                "family_name",
                "preferred_name",
                "date_of_birth",
                "name_sought",
            }
        )
        personal = frozenset(
            {
                "pronouns",
                "birth_certainty",
                "first_language",
                "needs_interpreter",
                "merged_into",
                "is_restricted",
            }
        )
        special_category = frozenset({"communication_needs"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("self",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=(
                "reference",
                "given_names",
                "family_name",
                "preferred_name",
                "pronouns",
                "date_of_birth",
                "birth_certainty",
                "first_language",
                "needs_interpreter",
                "communication_needs",
            ),
            passages=("communication_needs",),
            left_out={
                "name_sought": "the same name again, in the form that searching compares",
                "is_restricted": "the restriction itself is shown",
                "merged_into": "another number of theirs, shown as a record of its own",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """Given names and family name; some people have one alone.

        The number instead while they are restricted, save for whoever has leave (`cases.names_in_full`).
        """
        if self.is_named_by_number:
            return f"Restricted record {self.reference}"
        return self.name_on_record

    @property
    def name_on_record(self) -> str:
        """The name also while they are restricted: for whoever says why (UK GDPR Art 18(2))."""
        return f"{self.given_names} {self.family_name}".strip()

    @property
    def is_named_by_number(self) -> bool:
        """Whether the reader may not use their record, which is restricted."""
        return self.is_restricted and not named_in_full(self.pk)

    @property
    def basics(self) -> dict[str, Any]:
        """What a worker may change with good reason, field by field."""
        return {name: getattr(self, name) for name in BASICS}

    @property
    def version(self) -> str:
        """A short text that is another one after any of the basics was changed."""
        words = "\x1f".join(str(value) for value in self.basics.values())
        return hashlib.sha256(words.encode()).hexdigest()[:16]

    @property
    def numbers(self) -> list[int]:
        """The numbers of every record of this person: this one, and those merged into it."""
        return [self.pk, *self.merged_from.values_list("pk", flat=True)]

    @property
    def called(self) -> str:
        """What they like to be called, or their given names."""
        if self.is_named_by_number:
            return self.full_name
        return self.preferred_name or self.given_names

    def get_absolute_url(self) -> str:
        return reverse("cases:person", args=[self.reference])


class AboutPerson(Recorded):
    """One fact about one person, true from a day until a day."""

    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta(Recorded.Meta):
        abstract = True


class PersonName(AboutPerson):
    """Another name: a former one, an alias, the one before a marriage."""

    class Kind(models.TextChoices):
        FORMER = "former", "Former name"
        ALIAS = "alias", "Also known as"
        BIRTH = "birth", "Name at birth"

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="other_names")
    kind = models.TextField(choices=Kind.choices)
    name = models.CharField(max_length=300)
    name_sought = models.GeneratedField(
        expression=NameText(F("name")), output_field=models.TextField(), db_persist=True
    )

    class Meta(AboutPerson.Meta):
        abstract = False
        verbose_name = "other name"
        ordering = ("pk",)
        indexes = (
            GinIndex(OpClass(F("name_sought"), name="gin_trgm_ops"), name="other_name_sought"),
            GinIndex(NameSounds(F("name_sought")), name="other_name_sounds"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["former", "alias", "birth"]), name="other_name_kind_is_known"
            ),
        )

    class Privacy:
        identifying = frozenset({"name", "name_sought"})
        personal = frozenset({"person", "kind", "since", "until"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("kind", "name", "since", "until"),
            left_out={
                "person": "the person whose pack it is",
                "name_sought": "the same name again, in the form that searching compares",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.name


class Address(AboutPerson):
    """Where somebody lives or lived, or may safely be written to."""

    class Kind(models.TextChoices):
        HOME = "home", "Home"
        POST = "post", "For letters"
        SAFE = "safe", "Safe address"

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="addresses")
    kind = models.TextField(choices=Kind.choices, default=Kind.HOME)
    lines = models.TextField("address")
    postcode = models.CharField(max_length=10, blank=True)
    # Kept from everybody who does not need it: a refuge, a new home after violence.
    is_confidential = models.BooleanField("must not be given to anybody", default=False)

    class Meta(AboutPerson.Meta):
        abstract = False
        verbose_name_plural = "addresses"
        ordering = (F("until").desc(nulls_first=True), "-since", "-pk")
        indexes = (
            # For districts too: text_pattern_ops finds a beginning, whatever the database's language.
            models.Index(OpClass(F("postcode"), name="text_pattern_ops"), name="address_postcode"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["home", "post", "safe"]), name="address_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                name="address_ends_after_start",
                violation_error_message="Nobody leaves an address before moving in.",
            ),
        )

    class Privacy:
        identifying = frozenset({"lines", "postcode"})
        personal = frozenset({"person", "kind", "since", "until", "is_confidential"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("kind", "lines", "postcode", "since", "until", "is_confidential"),
            passages=("lines",),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return ", ".join([*self.lines.split("\n"), self.postcode]).strip(", ")


class ContactPoint(AboutPerson):
    """A telephone number or an e-mail address of somebody, and whether it is safe to use."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", "Mobile telephone"
        PHONE = "phone", "Telephone"
        EMAIL = "email", "E-mail"

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.TextField(choices=Kind.choices)
    value = models.CharField("number or address", max_length=254)
    # Digits in international form, or the address in small letters: what searching compares.
    value_sought = models.CharField(max_length=254, editable=False)
    safe_for_messages = models.BooleanField("safe to leave a message", default=False)
    notes = models.CharField(max_length=200, blank=True)

    class Meta(AboutPerson.Meta):
        abstract = False
        verbose_name = "telephone number or e-mail address"
        verbose_name_plural = "telephone numbers and e-mail addresses"
        ordering = (F("until").desc(nulls_first=True), "-pk")
        indexes = (
            models.Index(fields=["value_sought"], name="contact_point_sought"),
            # Backwards: a number told without its area code is found by its end.
            models.Index(
                OpClass(Reverse(F("value_sought")), name="text_pattern_ops"),
                name="contact_point_by_its_end",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["mobile", "phone", "email"]),
                name="contact_point_kind_is_known",
            ),
        )

    class Privacy:
        identifying = frozenset({"value", "value_sought"})
        personal = frozenset({"person", "kind", "since", "until", "safe_for_messages", "notes"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("kind", "value", "safe_for_messages", "notes", "since", "until"),
            passages=("notes",),
            left_out={
                "person": "the person whose pack it is",
                "value_sought": "the same again, in the form that searching compares",
            },
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.value


class SensitiveDetail(AboutPerson):
    """Something of a special category that the person chose to tell, with the reason for asking.

    UK GDPR Art 9: held only where it is needed or volunteered, never required by a form.
    """

    class Kind(models.TextChoices):
        ETHNICITY = "ethnicity", "Ethnicity"
        RELIGION = "religion", "Religion or belief"
        DISABILITY = "disability", "Disability or health condition"
        SEXUALITY = "sexuality", "Sexual orientation"
        GENDER = "gender", "Gender identity"
        NATIONALITY = "nationality", "Nationality or immigration status"

    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, related_name="sensitive_details"
    )
    kind = models.TextField(choices=Kind.choices)
    detail = models.TextField()
    reason = models.TextField("why we asked")

    class Meta(AboutPerson.Meta):
        abstract = False
        ordering = ("kind", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "ethnicity",
                        "religion",
                        "disability",
                        "sexuality",
                        "gender",
                        "nationality",
                    ]
                ),
                name="sensitive_detail_kind_is_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="sensitive_detail_has_a_reason"),
        )

    class Privacy:
        special_category = frozenset({"detail", "kind"})
        personal = frozenset({"person", "reason", "since", "until"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("kind", "detail", "reason", "since", "until"),
            passages=("detail", "reason"),
            health=("health_detail",),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.detail}"

    @property
    def health_detail(self) -> str:
        """The detail where it is about health."""
        return self.detail if self.kind == self.Kind.DISABILITY else ""
