"""Contacts with a family, whether they took place or not."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.case import Case
from cases.models.entry import OF_CASE_ENTRIES, CaseEntry
from cases.models.person import Person
from cases.triggers import NOTED
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


class Contact(CaseEntry):
    """A meeting, visit, call or message with a family: what was arranged and whether it happened."""

    class Kind(models.TextChoices):
        MEETING = "meeting", "Meeting"
        HOME_VISIT = "home_visit", "Home visit"
        PHONE = "phone", "Telephone call"
        TEXT = "text", "Text message"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"
        GROUP = "group", "Group session"

    class Outcome(models.TextChoices):
        ATTENDED = "attended", "Took place"
        DID_NOT_ATTEND = "did_not_attend", "Did not attend"
        CANCELLED_BY_THEM = "cancelled_by_them", "Cancelled by the family"
        CANCELLED_BY_US = "cancelled_by_us", "Cancelled by us"

    reference = reference_field("T")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="contacts")
    kind = models.TextField(choices=Kind.choices)
    outcome = models.TextField(choices=Outcome.choices, default=Outcome.ATTENDED)
    place = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveIntegerField("how long, in minutes", null=True, blank=True)
    people = models.ManyToManyField(
        to=Person, through="ContactPerson", related_name="contacts", verbose_name="with"
    )
    others_present = models.CharField("who else was there", max_length=300, blank=True)
    summary = models.TextField("what was said and done", blank=True)
    next_step = models.TextField(blank=True)

    class Meta(CaseEntry.Meta):
        abstract = False
        constraints = (
            *OF_CASE_ENTRIES,
            models.CheckConstraint(
                condition=Q(
                    kind__in=["meeting", "home_visit", "phone", "text", "email", "letter", "group"]
                ),
                name="contact_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=[
                        "attended",
                        "did_not_attend",
                        "cancelled_by_them",
                        "cancelled_by_us",
                    ]
                ),
                name="contact_outcome_is_known",
            ),
        )
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="contact_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"case", "kind", "outcome", "place", "minutes", "people", "happened_at"}
        )
        special_category = frozenset({"summary", "next_step"})
        third_party = frozenset({"others_present", "corrects", "correction_reason"})
        staff = frozenset({"begun", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CONTACTS,
            when="happened_at",
            written="first_written",
            shows=(
                "reference",
                "case",
                "kind",
                "outcome",
                "happened_at",
                "minutes",
                "place",
                "people_in_words",
                "others_present",
                "summary",
                "next_step",
                "recorded_at",
                "recorded_by",
                "corrects",
                "correction_reason",
            ),
            passages=(
                "summary",
                "next_step",
                "others_present",
                "place",
                "people_in_words",
                "correction_reason",
            ),
            left_out={"people": "printed in words"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())


class ContactPerson(models.Model):
    """That somebody was, or should have been, at a contact."""

    contact = models.ForeignKey(to=Contact, on_delete=models.PROTECT, related_name="contact_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="contact_people")

    class Meta:
        verbose_name_plural = "contact people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["contact", "person"], name="person_once_in_a_contact"),
        )

    class Privacy:
        personal = frozenset({"contact", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal(
            "the contact itself is shown, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.person_id}"
