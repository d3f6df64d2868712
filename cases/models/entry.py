"""What is written in a case: notes, contacts and decisions. Once written, they are final."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.models.case import Case
from cases.models.person import Person
from cases.models.service import Professional
from cases.triggers import FINAL, NOTED
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section


class Circumstance(models.TextChoices):
    """What part of somebody's life an entry is about (the privacy notice: "your circumstances")."""

    PARENTING = "parenting", "Parenting"
    HEALTH = "health", "Health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    SUBSTANCES = "substances", "Drugs or alcohol"
    OFFENDING = "offending", "Offending"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse"
    HOUSING = "housing", "Housing"
    MONEY = "money", "Money and work"
    SCHOOL = "school", "School and learning"
    SAFETY = "safety", "Safety"


# UK GDPR Art 9 and Art 10: which of them make an entry special category or offence data.
SPECIAL_CATEGORY = frozenset(
    {Circumstance.HEALTH, Circumstance.MENTAL_HEALTH, Circumstance.SUBSTANCES}
)
OFFENCE = frozenset({Circumstance.OFFENDING, Circumstance.DOMESTIC_ABUSE})


class HowReceived(models.TextChoices):
    IN_PERSON = "in_person", "In person"
    PHONE = "phone", "By telephone"
    EMAIL = "email", "By e-mail"
    LETTER = "letter", "By letter"
    MEETING = "meeting", "At a meeting"
    FORM = "form", "On a form"


class SourceKind(models.TextChoices):
    """From whom the information in a note came (UK GDPR Art 15(1)(g))."""

    OWN = "own", "Seen or heard by the writer"
    PERSON = "person", "The person themself"
    RELATIVE = "relative", "A relative or other person"
    PROFESSIONAL = "professional", "A professional"
    OTHER_SERVICE = "other_service", "Another of our services"


# Said once for every kind of entry; a class's own constraints come after it.
HAPPENED_BEFORE_WRITTEN: tuple[models.BaseConstraint, ...] = (
    models.CheckConstraint(
        condition=Q(happened_at__lte=F("recorded_at")),
        name="%(class)s_happened_before_it_was_written",
        violation_error_message="This has not happened yet. Choose a time in the past.",
    ),
)


class WhatHappened(Recorded):
    """An entry of a case, dated by when it happened."""

    happened_at = models.DateTimeField("happened")
    # The number of the form it was typed into: a form sent twice makes one entry.
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta(Recorded.Meta):
        abstract = True
        ordering = ("-happened_at", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = HAPPENED_BEFORE_WRITTEN


class CaseNote(WhatHappened):
    """A note in a case. Final when written; a correction is a new version, and both are readable."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", "Observation"
        CONVERSATION = "conversation", "Conversation"
        INFORMATION = "information", "Information received"
        REPORT = "report", "Report"
        REVIEW = "review", "Review"

    reference = reference_field("N")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="notes")
    kind = models.TextField(choices=Kind.choices)
    circumstances = ArrayField(
        models.TextField(choices=Circumstance.choices),
        verbose_name="about",
        default=list,
        blank=True,
    )
    body = models.TextField("note")
    people = models.ManyToManyField(to=Person, through="NotePerson", related_name="notes")
    source_kind = models.TextField(
        "where it came from", choices=SourceKind.choices, default=SourceKind.OWN
    )
    source_person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_told"
    )
    source_professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_told"
    )
    how_received = models.TextField(
        "how it came", choices=HowReceived.choices, default=HowReceived.IN_PERSON
    )
    corrects = models.OneToOneField(
        to="self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by_note"
    )
    correction_reason = models.TextField(blank=True)

    # Nobody updates a final note; the trigger says so to the owner as well.
    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(WhatHappened.Meta):
        abstract = False
        verbose_name = "note"
        constraints = (
            *HAPPENED_BEFORE_WRITTEN,
            models.CheckConstraint(
                condition=Q(source_kind__in=SourceKind.values), name="note_source_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(how_received__in=HowReceived.values), name="note_how_received_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["observation", "conversation", "information", "report", "review"]
                ),
                name="note_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(circumstances__contained_by=Circumstance.values),
                name="note_circumstances_are_known",
            ),
            models.CheckConstraint(
                condition=Q(source_kind=SourceKind.PROFESSIONAL, source_professional__isnull=False)
                | (~Q(source_kind=SourceKind.PROFESSIONAL) & Q(source_professional=None)),
                name="note_names_the_professional_it_came_from",
                violation_error_message="Say which professional told you this.",
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="note_correction_has_a_reason",
                violation_error_message="Say why the note is corrected.",
            ),
        )
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="note_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {"case", "kind", "people", "happened_at", "source_kind", "how_received"}
        )
        special_category = frozenset({"circumstances", "body"})
        third_party = frozenset(
            {"source_person", "source_professional", "correction_reason", "corrects"}
        )
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.NOTES,
            when="happened_at",
            shows=(
                "reference",
                "case",
                "kind",
                "circumstances_in_words",
                "body",
                "happened_at",
                "recorded_at",
                "recorded_by",
                "source_in_words",
                "people_in_words",
                "corrects",
                "correction_reason",
            ),
            passages=("body", "correction_reason", "source_in_words", "people_in_words"),
            left_out={
                "circumstances": "printed in words",
                "people": "printed in words",
                "source_kind": "printed in words",
                "source_person": "printed in words",
                "source_professional": "printed in words",
                "how_received": "printed in words",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    @property
    def circumstances_in_words(self) -> str:
        return ", ".join(str(Circumstance(value).label) for value in self.circumstances)

    @property
    def source_in_words(self) -> str:
        """Who told us, and how it came."""
        who = str(self.source_professional or self.source_person or self.get_source_kind_display())
        return f"{who} – {self.get_how_received_display().lower()}"

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(person) for person in self.people.all())


class NotePerson(models.Model):
    """That a note is about somebody."""

    note = models.ForeignKey(to=CaseNote, on_delete=models.PROTECT, related_name="note_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="note_people")

    class Meta:
        verbose_name_plural = "note people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(fields=["note", "person"], name="person_once_in_a_note"),
        )

    class Privacy:
        personal = frozenset({"note", "person"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Internal("the note itself is shown, with everybody it is about")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.note_id}: {self.person_id}"


class Contact(WhatHappened):
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

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(WhatHappened.Meta):
        abstract = False
        constraints = (
            *HAPPENED_BEFORE_WRITTEN,
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
        third_party = frozenset({"others_present"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.CONTACTS,
            when="happened_at",
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
            ),
            passages=("summary", "next_step", "others_present", "place", "people_in_words"),
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
        pack = Internal("the contact itself is shown, with everybody it is about")
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.person_id}"


class Decision(WhatHappened):
    """Something that was decided about the work with a family, on what basis, and what they think."""

    reference = reference_field("D")
    case = models.ForeignKey(to=Case, on_delete=models.PROTECT, related_name="decisions")
    decision = models.TextField("what was decided")
    decided_by_whom = models.CharField("who decided", max_length=200)
    basis = models.TextField("on what basis")
    clients_view = models.TextField("what the family thinks of it", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(WhatHappened.Meta):
        abstract = False
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="decision_timeline"),)

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset({"case", "happened_at", "decision", "decided_by_whom"})
        third_party = frozenset({"basis", "clients_view"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token"})
        about = ("case__people",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DECISIONS,
            when="happened_at",
            shows=(
                "reference",
                "case",
                "happened_at",
                "decision",
                "decided_by_whom",
                "basis",
                "clients_view",
                "recorded_at",
                "recorded_by",
            ),
            passages=("decision", "basis", "clients_view"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.reference
