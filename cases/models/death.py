"""That somebody has died (features.md P51)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.models.person import Person
from core.privacy import Delete, Pack, Retention, Section


class Death(Recorded):
    """The day on which somebody died and how we know; taken back where it was a mistake.

    While it stands nothing is sent to them: `cases.queries.safe_contact` closes every way.
    """

    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="deaths")
    died_on = models.DateField("died on")
    source = models.TextField("how we know")
    taken_back_at = models.DateTimeField(null=True, editable=False)
    taken_back_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    taken_back_because = models.TextField("why it was a mistake", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(taken_back_at=None),
                name="death_once",
                violation_error_message="It is written down already that they died.",
            ),
            models.CheckConstraint(
                condition=~Q(source=""),
                name="death_says_how_we_know",
                violation_error_message="Say how we know.",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None, taken_back_by=None, taken_back_because="")
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False)
                & ~Q(taken_back_because=""),
                name="death_taken_back_at_and_by_and_why",
            ),
        )

    class Privacy:
        personal = frozenset({"person", "died_on", "taken_back_at"})
        third_party = frozenset({"source", "taken_back_because"})
        staff = frozenset({"recorded_at", "recorded_by", "taken_back_by"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.CASE_FILE
        pack = Pack(
            section=Section.DETAILS,
            when="recorded_at",
            shows=("died_on", "source", "taken_back_at", "taken_back_because"),
            passages=("source", "taken_back_because"),
            left_out={"person": "the person whose pack it is"},
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.person_id}: {self.died_on}"
