"""What happens to a request and moves its deadline. A row each; nobody types the deadline itself."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from core.privacy import Delete, Pack, Retention, Section
from sar.kinds import EvidenceGate, ExtensionGround, HowEstablished
from sar.models.request import RightsRequest
from sar.triggers import EVIDENCE_STAYS, NOTED


class EvidenceAsked(Recorded):
    """That evidence was asked for: of identity only on reasonable doubt, which is written down.

    UK GDPR Art 12(6) and 12A(2): asking stops the clock from starting until the evidence comes.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="evidence_asked"
    )
    gate = models.TextField("evidence asked for", choices=EvidenceGate.choices)
    asked_on = models.DateField("asked for")
    because = models.TextField("why", blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "evidence asked for"
        verbose_name_plural = "evidence asked for"
        ordering = ("asked_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(gate__in=EvidenceGate.values), name="evidence_asked_gate_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(gate=EvidenceGate.IDENTITY) | ~Q(because=""),
                name="identity_asked_on_recorded_doubt",
                violation_error_message="Say why there is reasonable doubt about who they are.",
            ),
            models.UniqueConstraint(fields=["request", "gate"], name="evidence_asked_once"),
        )

    class Privacy:
        personal = frozenset({"gate", "asked_on", "because"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="asked_on",
            shows=("request", "gate", "asked_on", "because", "recorded_by"),
            passages=("because",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.get_gate_display()}: asked for"


class EvidenceSeen(Recorded):
    """That it is established who asks, or that they may: how, by whom, when. Never a copy of a paper."""

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="evidence_seen"
    )
    gate = models.TextField("established", choices=EvidenceGate.choices)
    how = models.TextField(choices=HowEstablished.choices)
    what = models.CharField("what was seen", max_length=300, blank=True)
    seen_on = models.DateField("when")
    seen_by = models.ForeignKey(
        verbose_name="by whom",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_until = models.DateField("authority ends on", null=True, blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "identity or authority established"
        verbose_name_plural = "identity and authority established"
        ordering = ("seen_on", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, EVIDENCE_STAYS]
        constraints = (
            models.CheckConstraint(
                condition=Q(gate__in=EvidenceGate.values), name="evidence_seen_gate_is_known"
            ),
            models.CheckConstraint(
                condition=Q(how__in=HowEstablished.values), name="evidence_seen_how_is_known"
            ),
            models.CheckConstraint(
                condition=Q(how=HowEstablished.KNOWN, gate=EvidenceGate.IDENTITY)
                | (Q(how=HowEstablished.EVIDENCE) & ~Q(what="")),
                name="evidence_seen_says_what",
                violation_error_message="Say what was seen. Keep no copy of it.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(gate=EvidenceGate.AUTHORITY),
                name="evidence_of_authority_alone_ends",
            ),
            models.UniqueConstraint(fields=["request", "gate"], name="evidence_seen_once"),
        )

    class Privacy:
        personal = frozenset({"gate", "how", "what", "seen_on", "valid_until"})
        staff = frozenset({"seen_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="seen_on",
            shows=("request", "gate", "how", "what", "seen_on", "seen_by", "valid_until"),
            passages=("what",),
        )
        destruction = Delete()
        counted = False

    # What was seen is corrected by asking again, never by rewriting.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.get_gate_display()}: {self.get_how_display().lower()}"


class Clarification(Recorded):
    """A question about what is asked for, which pauses an access request (UK GDPR Art 12A(5))."""

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="clarifications"
    )
    asked_on = models.DateField("asked")
    question = models.TextField("what we asked")
    answered_on = models.DateField("answered", null=True, blank=True)
    answer = models.TextField("what they answered", blank=True)

    class Meta(Recorded.Meta):
        ordering = ("asked_on", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(question=""), name="clarification_asks_something"),
            models.CheckConstraint(
                condition=Q(answered_on=None, answer="")
                | (Q(answered_on__gte=F("asked_on")) & ~Q(answer="")),
                name="clarification_answered_after_it_was_asked",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(answered_on=None),
                name="one_open_clarification_of_a_request",
            ),
        )

    class Privacy:
        personal = frozenset({"asked_on", "question", "answered_on", "answer"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="asked_on",
            shows=("request", "asked_on", "question", "answered_on", "answer", "recorded_by"),
            passages=("question", "answer"),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: a question"


class Extension(Recorded):
    """One month became three, once: on which ground, why, and when the person was told.

    UK GDPR Art 12A(3) and (4). One row a request, so there is no second extension. Until the person was told
    it extends nothing: it holds the ground and the reasons for the letter that tells them.
    """

    request = models.OneToOneField(
        to=RightsRequest, on_delete=models.PROTECT, related_name="extension"
    )
    ground = models.TextField(choices=ExtensionGround.choices)
    reasons = models.TextField("why the answer takes longer")
    notice_sent_on = models.DateField("the person was told", null=True, blank=True)

    class Meta(Recorded.Meta):
        verbose_name = "extension of the time"
        verbose_name_plural = "extensions of the time"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ground__in=ExtensionGround.values), name="extension_ground_is_known"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="extension_has_reasons"),
        )

    class Privacy:
        personal = frozenset({"ground", "reasons", "notice_sent_on"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="notice_sent_on",
            shows=("request", "ground", "reasons", "notice_sent_on", "recorded_by"),
            passages=("reasons",),
        )
        destruction = Delete()
        counted = True

    def __str__(self) -> str:
        return f"{self.request}: {'extended' if self.notice_sent_on else 'to be extended'}"
