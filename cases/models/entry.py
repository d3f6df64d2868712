"""What is written in a case: notes, contacts and decisions. Once written, they are final."""

from datetime import datetime
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED


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
# What is about harm: whoever reads it in a copy of their record is warned before (features.md N18).
ABOUT_HARM = frozenset({Circumstance.DOMESTIC_ABUSE, Circumstance.SAFETY})


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


# Said once for every kind of entry; a class's own constraints come after them.
HAPPENED_BEFORE_WRITTEN: tuple[models.BaseConstraint, ...] = (
    models.CheckConstraint(
        condition=Q(happened_at__lte=F("recorded_at")),
        name="%(class)s_happened_before_it_was_written",
        violation_error_message="This has not happened yet. Choose a time in the past.",
    ),
)
OF_CASE_ENTRIES: tuple[models.BaseConstraint, ...] = (
    *HAPPENED_BEFORE_WRITTEN,
    models.CheckConstraint(
        condition=Q(corrects=None, correction_reason="")
        | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
        name="%(class)s_correction_has_a_reason",
        violation_error_message="Say why it is corrected.",
    ),
)


class WhatHappened(Recorded):
    """An entry of the record, dated by when it happened."""

    happened_at = models.DateTimeField("happened")
    # The number of the form it was typed into: a form sent twice makes one entry.
    token = models.UUIDField(null=True, unique=True, editable=False)

    class Meta(Recorded.Meta):
        abstract = True
        ordering = ("-happened_at", "-pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = HAPPENED_BEFORE_WRITTEN


class CaseEntry(WhatHappened):
    """A note, a contact or a decision of a case, final when written.

    A correction is a new version that names the one it corrects. Whoever counts or lists entries takes
    the newest versions, `corrected_by=None`.
    """

    corrects = models.OneToOneField(
        to="self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    correction_reason = models.TextField(blank=True)
    # When the draft was begun that it came of: from then on its words were held here (UK GDPR Art 15).
    begun = models.DateTimeField("begun to be written", null=True, editable=False)

    # Nobody updates a final entry; the trigger says so to the owner as well.
    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(WhatHappened.Meta):
        abstract = True
        constraints = OF_CASE_ENTRIES

    @property
    def first_written(self) -> datetime:
        """Since when something of it is held here: a draft as much as what became of it."""
        return self.begun or self.recorded_at
