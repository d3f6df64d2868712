"""What people were asked, and what they said."""

from datetime import date, datetime
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from audit.triggers import NOTED
from cases.models import Agency, Document, HowReceived, Person
from cases.models.base import Recorded
from consent.expressions import day_of, in_force
from consent.models.answer import GROWN_UP, Giver, HowGiven, Standing, State
from consent.models.wording import ASKED_FOR_CHOICES, Wording
from consent.purposes import ASKED_FOR, EITHER_WAY, NEEDS_AGENCY, NO_SUCH_PURPOSE, STAYS_WITH_US
from consent.triggers import ONLY_DESTROYED, GivenRightly, OnlyWithdrawn
from core.dates import ONE_DAY, birthday, plain
from core.fields import reference_field
from core.organisation import ORGANISATION
from core.privacy import Delete, Pack, Retention, Section
from core.references import CONSENT


class Consent(Recorded):
    """That somebody was asked for one purpose and one recipient, and what they answered.

    Nothing of it ever changes, but that it may be withdrawn once (UK GDPR Art 7(1), 7(3)). Without an
    agency it is about what the charity itself does.
    """

    reference = reference_field(CONSENT)
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.TextField("for", choices=ASKED_FOR_CHOICES)
    agency = models.ForeignKey(
        verbose_name="shared with",
        to=Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
    )
    state = models.TextField("answer", choices=State.choices)
    why_not_asked = models.TextField("why they were not asked", blank=True)
    giver = models.TextField("who answered", choices=Giver.choices, default=Giver.SELF, blank=True)
    parent = models.ForeignKey(
        to=Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents_given_for_others",
    )
    authority = models.TextField("by what authority, or how the child understood", blank=True)
    how = models.TextField("how it was given", choices=HowGiven.choices, blank=True)
    witness = models.CharField("who witnessed it", max_length=200, blank=True)
    wording = models.ForeignKey(to=Wording, on_delete=models.PROTECT, related_name="consents")
    given_on = models.DateField("on")
    why_late = models.TextField("why it was written down only later", blank=True)
    # On a screen: the name they typed and, where they drew one, the lines of their signature as SVG.
    signed_name = models.CharField("name they signed with", max_length=200, blank=True)
    signed_drawing = models.TextField("signature", blank=True)
    evidence = models.ForeignKey(
        verbose_name="signed paper",
        to=Document,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
    )
    until = models.DateField("up to and including", null=True, blank=True)
    review_on = models.DateField("to be looked at again on", null=True, blank=True)
    # The day from which they no longer agreed; withdrawn_at is when we wrote it down.
    withdrawn_on = models.DateField("withdrawn on", null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    withdrawn_how = models.TextField(
        "how it was withdrawn", choices=HowReceived.choices, blank=True, editable=False
    )

    # What withdrawing writes, and nothing else; the trigger says the same to the owner.
    app_rights = (
        "SELECT",
        "INSERT",
        "UPDATE (withdrawn_on, withdrawn_at, withdrawn_by_id, withdrawn_how)",
        "DELETE",
    )

    class Meta(Recorded.Meta):
        ordering = ("-given_on", "-pk")
        permissions = (("record_consent", "Can record a consent, and that it is withdrawn"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            ONLY_DESTROYED,
            GivenRightly(name="given_rightly"),
            OnlyWithdrawn(name="only_withdrawn"),
        ]
        indexes = (models.Index(fields=["person", "-given_on"], name="consent_of_person"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(purpose__in=ASKED_FOR),
                name="consent_purpose_is_known",
                violation_error_message=NO_SUCH_PURPOSE,
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=NEEDS_AGENCY, agency__isnull=False)
                | Q(purpose__in=STAYS_WITH_US, agency=None)
                | Q(purpose__in=EITHER_WAY),
                name="consent_names_its_recipient",
                violation_error_message="Say with which agency it may be shared.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="consent_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=State.NOT_ASKED, how="", signed_name="", signed_drawing="")
                | ~Q(state=State.NOT_ASKED) & Q(how__in=HowGiven.values),
                name="consent_how_is_known",
                violation_error_message="Say how they answered.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.NOT_ASKED) & ~Q(why_not_asked="")
                | ~Q(state=State.NOT_ASKED) & Q(why_not_asked=""),
                name="consent_not_asked_says_why",
                violation_error_message="Say why they were not asked.",
            ),
            models.CheckConstraint(
                condition=Q(review_on=None) | Q(state=State.GIVEN, review_on__gt=F("given_on")),
                name="consent_reviewed_after_start",
                violation_error_message="A consent is looked at again after it was given.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.NOT_ASKED, giver="", parent=None, authority="")
                | ~Q(state=State.NOT_ASKED) & Q(giver=Giver.SELF, parent=None)
                | (Q(giver=Giver.PARENT, parent__isnull=False) & ~Q(parent=F("person")))
                | (Q(giver=Giver.AUTHORITY, parent=None) & ~Q(authority="")),
                name="consent_says_who_gave_it",
                violation_error_message="Say who answered, and by what authority.",
            ),
            models.CheckConstraint(
                condition=~Q(how=HowGiven.SPOKEN) | ~Q(state=State.GIVEN) | ~Q(witness=""),
                name="consent_spoken_before_a_witness",
                violation_error_message="Name the witness of a spoken consent.",
            ),
            models.CheckConstraint(
                condition=Q(given_on__lte=day_of("recorded_at")),
                name="consent_given_before_it_was_written",
                violation_error_message="This day has not come yet.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(state=State.GIVEN, until__gte=F("given_on")),
                name="consent_ends_after_start",
                violation_error_message="A consent ends on the day it is given, or later.",
            ),
            models.CheckConstraint(
                condition=Q(
                    withdrawn_on=None, withdrawn_at=None, withdrawn_by=None, withdrawn_how=""
                )
                | Q(
                    state=State.GIVEN,
                    withdrawn_on__gte=F("given_on"),
                    withdrawn_on__lte=day_of("withdrawn_at"),
                    withdrawn_at__isnull=False,
                    withdrawn_by__isnull=False,
                    withdrawn_how__in=HowReceived.values,
                ),
                name="consent_withdrawn_at_and_by_and_how",
            ),
            ExclusionConstraint(
                name="consent_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    (Coalesce("agency", 0), RangeOperators.EQUAL),
                    (in_force(), RangeOperators.OVERLAPS),
                ],
                condition=Q(state=State.GIVEN),
                violation_error_message="There is a consent for this already at that time.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {
                "person",
                "purpose",
                "agency",
                "state",
                "giver",
                "how",
                "wording",
                "given_on",
                "until",
                "review_on",
                "evidence",
                "withdrawn_on",
                "withdrawn_at",
                "withdrawn_how",
            }
        )
        third_party = frozenset(
            {"parent", "authority", "witness", "signed_name", "signed_drawing", "why_not_asked"}
        )
        staff = frozenset({"withdrawn_by", "recorded_at", "recorded_by", "why_late"})
        not_personal = frozenset({"id"})
        about = ("person", "parent")
        retention = Retention.SHARING
        pack = Pack(
            section=Section.CONSENTS,
            when="given_on",
            shows=(
                "reference",
                "person",
                "purpose",
                "recipient_in_words",
                "controllers_in_words",
                "state",
                "given_on",
                "giver_in_words",
                "how_in_words",
                "wording",
                "text_they_were_asked",
                "why_not_asked",
                "until",
                "review_on",
                "evidence",
                "withdrawn_on",
                "withdrawn_how",
                "recorded_at",
                "recorded_by",
            ),
            # In the pack of the parent who answered, `person` names their child.
            passages=("person", "giver_in_words", "how_in_words", "why_not_asked"),
            left_out={
                "agency": "printed in words",
                "giver": "printed in words",
                "parent": "printed in words",
                "authority": "printed in words",
                "how": "printed in words",
                "witness": "printed in words",
                "signed_name": "printed in words",
                "signed_drawing": "their own signature; the name they signed with is printed",
                "withdrawn_at": "the day is printed",
            },
        )
        destruction = Delete()
        counted = True
        stays = "saying no, or taking a consent back, is always written down"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("consent:person", args=[self.person.reference])

    @property
    def recipient_in_words(self) -> str:
        """The agency, or that it concerns the charity alone."""
        return str(self.agency) if self.agency else "Ourselves only"

    @property
    def controllers_in_words(self) -> str:
        """Each controller that may use it by this consent, by name (UK GDPR Art 7, recital 42)."""
        return " and ".join(filter(None, [ORGANISATION.controller, str(self.agency or "")]))

    @property
    def giver_in_words(self) -> str:
        """Who answered, and by what authority."""
        if self.state == State.NOT_ASKED:
            return f"Nobody: {self.why_not_asked}"
        who = str(self.parent) if self.parent else self.get_giver_display()
        if self.giver == Giver.PARENT:
            who = f"{who}, who has parental responsibility"
        return f"{who}: {self.authority}" if self.authority else who

    @property
    def how_in_words(self) -> str:
        """How it was given, and before whom."""
        how = self.get_how_display()
        detail = self.witness or self.signed_name
        return f"{how}: {detail}" if detail else how

    @property
    def text_they_were_asked(self) -> str:
        return self.wording.text

    @property
    def last_day(self) -> date | None:
        """The last day on which it can hold: what a parent agreed to ends before the child is 18, also where
        the birthday became known only later.
        """
        born = self.person.date_of_birth if self.giver == Giver.PARENT else None
        if born is None:
            return self.until
        before = birthday(born, GROWN_UP) - ONE_DAY
        return min(self.until, before) if self.until else before

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    def standing(self, on: date) -> Standing:
        """How the consent stands at the beginning of the day `on`."""
        if self.state != State.GIVEN:
            return Standing(self.state)
        if self.withdrawn_on is not None and self.withdrawn_on <= on:
            return Standing.WITHDRAWN
        last = self.last_day
        return Standing.ENDED if last is not None and last < on else Standing.GIVEN

    def covers(self, moment: datetime) -> bool:
        """Whether the consent was in force at `moment`.

        On the day it was withdrawn it covers only what happened in a minute before that was written
        down: times are typed to the minute, and in doubt the withdrawal came first.
        """
        day = timezone.localdate(moment)
        if self.state != State.GIVEN or self.given_on > day:
            return False
        last = self.last_day
        if last is not None and last < day:
            return False
        if self.withdrawn_at is None or self.withdrawn_on is None or day < self.withdrawn_on:
            return True
        written = timezone.localdate(self.withdrawn_at)
        return day == self.withdrawn_on == written and moment < self.withdrawn_at.replace(
            second=0, microsecond=0
        )

    def why_not(self, moment: datetime) -> str:
        """Why the consent does not cover `moment`, as the end of a sentence; "" if it does."""
        if self.covers(moment):
            return ""
        day = timezone.localdate(moment)
        if self.state == State.NOT_ASKED:
            return "was not asked for"
        if self.state == State.REFUSED:
            return f"was refused on {plain(self.given_on)}"
        if self.given_on > day:
            return f"was given only on {plain(self.given_on)}"
        if self.withdrawn_on is not None and self.withdrawn_on <= day:
            return f"was withdrawn on {plain(self.withdrawn_on)}"
        return f"ended on {plain(self.last_day)}" if self.last_day else ""
