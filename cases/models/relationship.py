"""How people of the record are related, and who has parental responsibility for whom."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.person import AboutPerson, Person
from core.privacy import Delete, Pack, Retention, Section


class Kinship(models.TextChoices):
    """How one person is to the other, read from the first to the second."""

    PARENT = "parent", "parent of"
    STEP_PARENT = "step_parent", "step-parent of"
    FOSTER_CARER = "foster_carer", "foster carer of"
    GRANDPARENT = "grandparent", "grandparent of"
    SIBLING = "sibling", "brother or sister of"
    PARTNER = "partner", "partner of"
    FORMER_PARTNER = "former_partner", "former partner of"
    OTHER_RELATIVE = "other_relative", "relative of"
    FRIEND = "friend", "friend or neighbour of"


# The same relationship read from the second person to the first.
SEEN_FROM_OTHER_SIDE = {
    Kinship.PARENT: "child of",
    Kinship.STEP_PARENT: "step-child of",
    Kinship.FOSTER_CARER: "foster child of",
    Kinship.GRANDPARENT: "grandchild of",
}


class ResponsibilityBy(models.TextChoices):
    """How somebody came to have parental responsibility (Children Act 1989 ss 2 to 5, 12, 14C)."""

    BIRTH = "birth", "Gave birth to the child"
    MARRIED = "married", "Married to the mother or in a civil partnership with her"
    REGISTERED = "registered", "Named on the birth certificate"
    AGREEMENT = "agreement", "Agreement with the mother, registered"
    ORDER = "order", "Parental responsibility order"
    LIVES_WITH = "lives_with", "Order that the child lives with them"
    SPECIAL_GUARDIAN = "special_guardian", "Special guardianship order"
    ADOPTION = "adoption", "Adoption"
    GUARDIAN = "guardian", "Appointed guardian"


class Relationship(AboutPerson):
    """How two people are related; written once, read from both ends.

    Parental responsibility is of `person` for `other`, from a day until a day of its own: it may begin
    later than the relationship, and end before it. A council has it by a care order, which is recorded
    as a court order.
    """

    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, related_name="relationships_from"
    )
    kind = models.TextField(choices=Kinship.choices)
    other = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="relationships_to")
    parental_responsibility = models.BooleanField("has parental responsibility", default=False)
    responsibility_evidence = models.CharField(
        "how we know of parental responsibility", max_length=200, blank=True
    )
    responsibility_by = models.TextField(
        "parental responsibility by", choices=ResponsibilityBy.choices, blank=True
    )
    responsibility_since = models.DateField(null=True, blank=True)
    responsibility_until = models.DateField(null=True, blank=True)
    responsibility_seen_on = models.DateField("evidence seen on", null=True, blank=True)
    responsibility_seen_by = models.ForeignKey(
        verbose_name="evidence seen by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(AboutPerson.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(
                condition=~Q(person=F("other")),
                name="relationship_between_two_people",
                violation_error_message="Nobody is related to themselves.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kinship.values), name="relationship_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(responsibility_by__in=["", *ResponsibilityBy.values]),
                name="relationship_responsibility_by_is_known",
            ),
            models.CheckConstraint(
                condition=Q(parental_responsibility=True)
                | Q(
                    responsibility_by="",
                    responsibility_since=None,
                    responsibility_until=None,
                    responsibility_seen_on=None,
                    responsibility_seen_by=None,
                ),
                name="relationship_says_how_of_responsibility_alone",
                violation_error_message="Say as well that they have parental responsibility.",
            ),
            models.CheckConstraint(
                condition=Q(responsibility_until=None)
                | Q(responsibility_since=None)
                | Q(responsibility_until__gte=F("responsibility_since")),
                name="relationship_responsibility_ends_after_start",
                violation_error_message="It cannot end before it began. Check the two days.",
            ),
            models.CheckConstraint(
                condition=Q(responsibility_seen_on=None, responsibility_seen_by=None)
                | Q(responsibility_seen_on__isnull=False, responsibility_seen_by__isnull=False),
                name="relationship_responsibility_seen_on_and_by",
            ),
            models.UniqueConstraint(
                fields=["person", "other", "kind"],
                condition=Q(until=None),
                name="relationship_written_once",
                violation_error_message="This relationship is recorded already.",
            ),
        )

    class Privacy:
        personal = frozenset(
            {
                "person",
                "kind",
                "since",
                "until",
                "parental_responsibility",
                "responsibility_by",
                "responsibility_since",
                "responsibility_until",
                "responsibility_seen_on",
            }
        )
        third_party = frozenset({"other", "responsibility_evidence"})
        staff = frozenset({"recorded_at", "recorded_by", "responsibility_seen_by"})
        not_personal = frozenset({"id"})
        about = ("person", "other")
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.FAMILY,
            when="recorded_at",
            shows=(
                "person",
                "kind",
                "other",
                "since",
                "until",
                "parental_responsibility",
                "responsibility_by",
                "responsibility_since",
                "responsibility_until",
                "responsibility_evidence",
                "responsibility_seen_on",
            ),
            # Whoever is withheld everywhere is withheld here as well, and the rest of the row stays.
            passages=("person", "other", "responsibility_evidence"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.person} is {self.get_kind_display()} {self.other}"

    def seen_from(self, person: Person) -> tuple[str, Person]:
        """The words and the other person, as `person` would read the relationship."""
        if person.pk == self.person_id:
            return self.get_kind_display(), self.other
        return SEEN_FROM_OTHER_SIDE.get(Kinship(self.kind), self.get_kind_display()), self.person

    def is_responsible(self, on: date) -> bool:
        """Whether `person` has parental responsibility for `other` on the day `on`, by what is written.

        That it ends when the child is grown up is for whoever knows the birthday
        (`cases.queries.responsibility`).
        """
        return self.parental_responsibility and all(
            (since is None or since <= on) and (until is None or until >= on)
            for since, until in (
                (self.since, self.until),
                (self.responsibility_since, self.responsibility_until),
            )
        )
