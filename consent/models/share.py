"""The sharing log: what was told to whom, why that was allowed, and what was not shared."""

from collections.abc import Callable
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.triggers import NOTED
from cases.models import Agency, Case, Person, Professional
from cases.models.entry import HAPPENED_BEFORE_WRITTEN, WhatHappened
from cases.triggers import FINAL
from consent.gateways import (
    CHECKS,
    LEFT_US,
    MAY_OVERRIDE,
    NEED_DETAIL,
    NEED_WHY,
    QUICK,
    Gateway,
    Outcome,
    SentHow,
    lawful_through,
    says_consent,
)
from consent.models.consent import Consent
from consent.purposes import NO_SUCH_PURPOSE, WITHOUT_CASE, Lawful, Purpose
from consent.triggers import (
    ONLY_DESTROYED,
    AboutSomebody,
    HeldWhileShared,
    NotToWhomeverTheyAreKeptFrom,
    Permitted,
)
from core.fields import reference_field
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted


def _only_for_its_purposes() -> Q:
    """Each gateway opens for its own purposes; with none, nothing was shared."""
    allowed = Q(gateway="", outcome=Outcome.NOT_SHARED)
    for gateway, check in CHECKS.items():
        allowed |= Q(gateway=gateway, purpose__in=sorted(check.purposes))
    return allowed


class Share(WhatHappened):
    """One time that something was shared, partly shared or not shared, and why (law.md section 4).

    `happened_at` is the moment it went, or the moment it was decided that it should not. Final once
    written.
    """

    reference = reference_field("S")
    # None: something told to protect somebody, which the workers of no case are to read.
    case = models.ForeignKey(
        to=Case, on_delete=models.PROTECT, null=True, blank=True, related_name="shares"
    )
    people = models.ManyToManyField(
        to=Person, through="SharePerson", related_name="shares", verbose_name="about"
    )
    outcome = models.TextField(choices=Outcome.choices)
    what = models.TextField("what was shared, or asked for")
    kept_back = models.TextField("what was not shared, and why", blank=True)
    agency = models.ForeignKey(
        to=Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="shares"
    )
    professional = models.ForeignKey(
        to=Professional, on_delete=models.PROTECT, null=True, blank=True, related_name="shares"
    )
    recipient_name = models.CharField(max_length=200, blank=True)
    recipient_role = models.CharField(max_length=200, blank=True)
    sent_how = models.TextField("how it went", choices=SentHow.choices, blank=True)
    purpose = models.TextField("for", choices=Purpose.choices)
    gateway = models.TextField("why it could be shared", choices=Gateway.choices, blank=True)
    gateway_detail = models.TextField("what that rests on", blank=True)
    basis = models.TextField("lawful basis", blank=True)
    condition = models.TextField("condition for sensitive information", blank=True)
    why_without_consent = models.TextField("why without their consent", blank=True)
    # In an emergency it goes first: nobody could be asked before, and one of them looks at it afterwards.
    why_urgent = models.TextField("why nobody could be asked before", blank=True)
    # Their name is like one that must not be told: how whoever shared it knows that it is somebody else.
    why_another = models.TextField("how we know that it is somebody else", blank=True)
    # The law or the public good lets it go to whom a marker keeps them from; `authorised_by` decided it.
    why_despite = models.TextField("why it went to whom they are kept from", blank=True)
    tells_safe_address = models.BooleanField("a secret address was told", default=False)
    told = models.BooleanField("the person was told")
    why_not_told = models.TextField("why they were not told", blank=True)
    their_views = models.TextField("what they think of it", blank=True)
    consulted = models.TextField("who was asked for advice", blank=True)
    is_quick = models.BooleanField("written in four fields", default=False, editable=False)
    decided_by = models.ForeignKey(
        verbose_name="decided by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    authorised_by = models.ForeignKey(
        verbose_name="authorised by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(WhatHappened.Meta):
        abstract = False
        verbose_name = "entry in the sharing log"
        verbose_name_plural = "entries in the sharing log"
        permissions = (
            ("record_share", "Can write in the sharing log"),
            ("authorise_share", "Can authorise sharing for the public good"),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            AboutSomebody(name="about_somebody"),
        ]
        indexes = (models.Index(fields=["case", "-happened_at", "-id"], name="share_timeline"),)
        constraints = (
            *HAPPENED_BEFORE_WRITTEN,
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="share_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values),
                name="share_purpose_is_known",
                violation_error_message=NO_SUCH_PURPOSE,
            ),
            models.CheckConstraint(
                condition=Q(is_quick=False) | Q(gateway__in=QUICK),
                name="share_quick_only_by_three_gateways",
                violation_error_message="This way asks for the full form.",
            ),
            models.CheckConstraint(
                condition=_only_for_its_purposes(),
                name="share_gateway_opens_for_its_purpose",
                violation_error_message="What you share for does not go through this gateway.",
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(purpose__in=sorted(WITHOUT_CASE)),
                name="share_without_a_case_only_to_protect",
                violation_error_message="Say in which case it was shared.",
            ),
            models.CheckConstraint(
                condition=~Q(agency=None) | ~Q(recipient_name=""),
                name="share_names_its_recipient",
                violation_error_message="Say with whom it was shared.",
            ),
            models.CheckConstraint(
                condition=Q(professional=None) | Q(agency__isnull=False),
                name="share_professional_with_agency",
            ),
            models.CheckConstraint(
                condition=~Q(gateway=Gateway.PERMISSION)
                | ~Q(outcome__in=LEFT_US)
                | Q(agency__isnull=False),
                name="share_on_permission_names_the_agency",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.NOT_SHARED, sent_how="")
                | Q(outcome__in=LEFT_US, sent_how__in=SentHow.values),
                name="share_sent_how_iff_shared",
                violation_error_message="Say how the information went.",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="share_says_what"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.SHARED, kept_back="")
                | (~Q(outcome=Outcome.SHARED) & ~Q(kept_back="")),
                name="share_says_what_was_kept_back",
                violation_error_message="Say what was not shared, and why.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=LEFT_US) | ~Q(basis=""),
                name="share_has_a_lawful_basis",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=LEFT_US)
                | ~Q(gateway__in=NEED_DETAIL)
                | ~Q(gateway_detail=""),
                name="share_gateway_says_what_it_rests_on",
                violation_error_message="Say what this gateway rests on.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=LEFT_US)
                | ~Q(gateway__in=NEED_WHY)
                | ~Q(why_without_consent=""),
                name="share_without_consent_says_why",
                violation_error_message="Say why you shared without their consent.",
            ),
            models.CheckConstraint(
                condition=Q(told=True, why_not_told="") | (Q(told=False) & ~Q(why_not_told="")),
                name="share_told_or_says_why_not",
                violation_error_message="Say why the person was not told.",
            ),
            models.CheckConstraint(
                condition=Q(authorised_by=None, why_urgent="")
                & (~Q(gateway=Gateway.PUBLIC_GOOD) | ~Q(outcome__in=LEFT_US))
                | Q(gateway=Gateway.LAW, authorised_by__isnull=False, why_urgent="")
                & ~Q(why_despite="")
                | Q(gateway=Gateway.PUBLIC_GOOD, authorised_by__isnull=False, why_urgent="")
                | Q(gateway=Gateway.PUBLIC_GOOD, outcome__in=LEFT_US, authorised_by=None)
                & ~Q(why_urgent=""),
                name="share_for_public_good_is_authorised",
                violation_error_message="Say who authorised sharing for the public good.",
            ),
            models.CheckConstraint(
                condition=Q(why_despite="")
                | Q(gateway__in=MAY_OVERRIDE, outcome__in=LEFT_US)
                & (Q(authorised_by__isnull=False) | ~Q(why_urgent="")),
                name="share_despite_a_marker_is_decided",
                violation_error_message="Say who decided that it goes to whom a marker keeps them from.",
            ),
            models.CheckConstraint(
                condition=Q(tells_safe_address=False)
                | Q(gateway=Gateway.LAW, authorised_by__isnull=False) & ~Q(why_despite=""),
                name="share_of_safe_address_only_by_law",
                violation_error_message="A secret address goes to whom a marker keeps them from by law alone.",
            ),
            # Entries of before November 2026 that say otherwise stand as they were written (docs/adr/0043).
            models.CheckConstraint(
                condition=Q(gateway=Gateway.PERMISSION)
                | ~Q(basis__istartswith="consent") & ~Q(basis__contains="6(1)(a)"),
                name="share_rests_on_consent_only_by_permission",
                violation_error_message="Consent is the basis only of what went on permission.",
            ),
            models.CheckConstraint(
                condition=~Q(authorised_by=F("decided_by")) & ~Q(authorised_by=F("recorded_by")),
                name="share_authorised_by_somebody_else",
                violation_error_message="Nobody authorises their own sharing.",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference"})
        personal = frozenset(
            {
                "case",
                "people",
                "outcome",
                "agency",
                "sent_how",
                "happened_at",
                "purpose",
                "gateway",
                "basis",
                "condition",
                "told",
                "tells_safe_address",
            }
        )
        special_category = frozenset({"what", "kept_back"})
        third_party = frozenset(
            {
                "professional",
                "recipient_name",
                "recipient_role",
                "gateway_detail",
                "why_without_consent",
                "why_urgent",
                "why_another",
                "why_despite",
                "why_not_told",
                "their_views",
                "consulted",
            }
        )
        staff = frozenset({"decided_by", "authorised_by", "recorded_at", "recorded_by", "is_quick"})
        not_personal = frozenset({"id", "token"})
        about = ("people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="happened_at",
            shows=(
                "reference",
                "case",
                "outcome",
                "people_in_words",
                "what",
                "kept_back",
                "recipient_in_words",
                "sent_how",
                "happened_at",
                "purpose",
                "gateway",
                "gateway_detail",
                "permissions_in_words",
                "basis_in_words",
                "condition_in_words",
                "why_without_consent",
                "why_urgent",
                "why_another",
                "why_despite",
                "tells_safe_address",
                "told",
                "why_not_told",
                "their_views",
                "consulted",
                "decided_by",
                "authorised_by",
                "recorded_at",
                "recorded_by",
            ),
            passages=(
                "people_in_words",
                "what",
                "kept_back",
                "recipient_in_words",
                "gateway_detail",
                "permissions_in_words",
                "why_without_consent",
                "why_urgent",
                "why_another",
                "why_despite",
                "why_not_told",
                "their_views",
                "consulted",
            ),
            left_out={
                "basis": "printed in words",
                "condition": "printed in words",
                "people": "printed in words",
                "agency": "printed in words",
                "professional": "printed in words",
                "recipient_name": "printed in words",
                "recipient_role": "printed in words",
            },
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("consent:share", args=[self.reference])

    @property
    def recipient_in_words(self) -> str:
        """With whom: the person, what they are, their agency."""
        if self.professional:
            return str(self.professional)
        parts = (self.recipient_name, self.recipient_role, str(self.agency or ""))
        return ", ".join(part for part in parts if part)

    @property
    def is_for_the_lead(self) -> bool:
        """Whether the safeguarding lead or the DPO looks at it: an emergency, or a marker that was overruled."""
        return bool(self.why_urgent or self.why_despite)

    @property
    def said_to_decide(self) -> User | None:
        """Who alone can say that a marker was overruled as it stands here, while they are here."""
        named = self.authorised_by
        return named if self.why_despite and named and named.is_active else None

    @property
    def basis_in_words(self) -> str:
        """The lawful basis. An older entry may name consent where no permission was the way: it is final and
        stays, and the basis that its way has stands before it (docs/adr/0043).
        """
        return self._put_right(self.basis, lambda lawful: lawful.basis)

    @property
    def condition_in_words(self) -> str:
        return self._put_right(self.condition, lambda lawful: lawful.condition)

    def _put_right(self, written: str, of: Callable[[Lawful], str]) -> str:
        if not says_consent(self.basis) or self.gateway in {"", Gateway.PERMISSION}:
            return written
        right = of(lawful_through(Gateway(self.gateway), Purpose(self.purpose)))
        return f"{right}. Written down at the time, and not so: {written}"

    @property
    def written_later(self) -> str:
        """How long after it happened it was written down, in words; "" where it was on the same day."""
        written, happened = map(timezone.localdate, (self.recorded_at, self.happened_at))
        days = (written - happened).days
        if days < 2:
            return "the next day" if days else ""
        return f"{days} days later"

    @property
    def people_in_words(self) -> str:
        return ", ".join(str(link.person) for link in self.share_people.all())

    @property
    def permissions_in_words(self) -> str:
        """The consents it rests on, by person."""
        return ", ".join(
            f"{link.person}: {link.consent}"
            for link in self.share_people.all()
            if link.consent is not None
        )


class SharePerson(models.Model):
    """That a sharing-log entry is about somebody, and the permission it rests on for them."""

    share = models.ForeignKey(to=Share, on_delete=models.PROTECT, related_name="share_people")
    person = models.ForeignKey(to=Person, on_delete=models.PROTECT, related_name="share_people")
    consent = models.ForeignKey(
        to=Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="share_people"
    )

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "share people"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            HeldWhileShared(name="held"),
            Permitted(name="permitted"),
            NotToWhomeverTheyAreKeptFrom(name="kept_from"),
        ]
        constraints = (
            models.UniqueConstraint(fields=["share", "person"], name="person_once_in_a_share"),
        )

    class Privacy:
        personal = frozenset({"share", "person", "consent"})
        not_personal = frozenset({"id"})
        about = ("person",)
        retention = Retention.SHARING
        pack = Internal(
            "the sharing itself is shown, with everybody it is about", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.share_id}: {self.person_id}"
