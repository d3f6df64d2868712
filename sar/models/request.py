"""A request that somebody makes about their information."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models import Person
from cases.models.base import Recorded
from core.fields import reference_field
from core.privacy import Delete, Pack, Retention, Section
from sar.kinds import AnswerFormat, Channel, Kind, LateReason, Outcome, Requester
from sar.triggers import (
    ANSWERED_WHEN_DONE,
    GATES,
    NOTED,
    RELEASED_ONLY_WHEN_ESTABLISHED,
    SEARCHED,
    STAYS_AS_IT_ENDED,
)
from sar.workflow import OPEN_STATUSES, RequestStatus


class RightsRequest(Recorded):
    """Somebody uses one of their rights over their information (UK GDPR Art 15 to 21).

    It has no deadline field: the day is worked out from what happened (`sar.deadlines`).
    """

    reference = reference_field("Q")
    kind = models.TextField("what they ask for", choices=Kind.choices, default=Kind.ACCESS)
    channel = models.TextField("how it came", choices=Channel.choices)
    received_on = models.DateField("received")
    asked = models.TextField("what they asked, in their words")
    # Empty while nobody has found the person in the record: that is a request as well.
    person = models.ForeignKey(
        to=Person, on_delete=models.PROTECT, null=True, blank=True, related_name="rights_requests"
    )
    about_name = models.TextField("about whom, as they gave it", blank=True)
    requester = models.TextField("who asks", choices=Requester.choices, default=Requester.PERSON)
    requester_person = models.ForeignKey(
        verbose_name="their own record, if we have one",
        to=Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests_for_others",
    )
    requester_name = models.CharField("name of whoever asks", max_length=200, blank=True)
    reach_by = models.TextField("a safe way to reach them")
    # Where a letter may go if their record says nothing better (`sar.addresses`).
    reply_email = models.EmailField("e-mail address they gave", blank=True)
    reply_address = models.TextField("postal address they gave", blank=True)
    answer_format = models.TextField(
        "how they would like the answer", choices=AnswerFormat.choices, default=AnswerFormat.PDF
    )
    in_stages = models.BooleanField("they would like it in parts", default=False)
    warn_of = models.TextField("what they would like to be warned of", blank=True)
    named_contact = models.ForeignKey(
        verbose_name="whom they can talk to about it",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The first of the requests that came in the same letter or call, for the others.
    came_with = models.ForeignKey(
        to="self", on_delete=models.PROTECT, null=True, blank=True, related_name="came_along"
    )
    token = models.UUIDField(null=True, editable=False)
    status = models.TextField(choices=RequestStatus.choices, default=RequestStatus.RECEIVED)
    acknowledged_at = models.DateTimeField("acknowledged", null=True, blank=True, editable=False)
    acknowledged_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    refused_at = models.DateTimeField("refused", null=True, blank=True, editable=False)
    refused_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    refusal_reasons = models.TextField("why it was refused", blank=True)
    late_reason = models.TextField("why it is late", choices=LateReason.choices, blank=True)
    nothing_held_at = models.DateTimeField("nothing held", null=True, blank=True, editable=False)
    nothing_held_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # Another right than access: what was done, said in the letter that ends it, or by word of mouth.
    outcome = models.TextField("what was done", choices=Outcome.choices, blank=True)
    said = models.TextField("what they were told by word of mouth", blank=True)
    answered_at = models.DateTimeField("answered", null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # An erasure that was answered while the next destruction was still to come: the day they were promised.
    gone_by = models.DateField("what is erased is gone by", null=True, blank=True, editable=False)
    withdrawn_on = models.DateField("withdrawn", null=True, blank=True)
    withdrawn_how = models.TextField("how they said so", choices=Channel.choices, blank=True)
    withdrawal = models.TextField("who withdrew it, and what they said", blank=True)
    withdrawn_at = models.DateTimeField(
        "withdrawal written down", null=True, blank=True, editable=False
    )
    withdrawn_by = models.ForeignKey(
        verbose_name="withdrawal written down by",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    # Where the answer is a part only: what has not been searched yet, as the answer says it.
    gap = models.TextField("what the answer says is still missing", blank=True)
    released_at = models.DateTimeField("released", null=True, blank=True, editable=False)
    released_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    released_pack = models.OneToOneField(
        to="sar.BuiltPack",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="released_as",
        editable=False,
    )

    class Meta(Recorded.Meta):
        verbose_name = "request"
        ordering = ("received_on", "pk")
        permissions = (
            ("record_request", "Can record a request about somebody's information"),
            ("work_requests", "Can work on requests and build packs"),
            ("release_request", "Can release an answer"),
        )
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            RELEASED_ONLY_WHEN_ESTABLISHED,
            GATES,
            SEARCHED,
            ANSWERED_WHEN_DONE,
            STAYS_AS_IT_ENDED,
        ]
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="request_kind_is_known"),
            models.CheckConstraint(
                condition=Q(late_reason__in=["", *LateReason.values]),
                name="request_late_reason_is_known",
            ),
            models.UniqueConstraint(
                fields=["token", "kind"], name="request_of_a_form_once_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(requester_person=None) | ~Q(requester=Requester.PERSON),
                name="request_names_a_record_of_somebody_else_alone",
            ),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="request_channel_is_known"
            ),
            models.CheckConstraint(
                condition=Q(requester__in=Requester.values), name="request_requester_is_known"
            ),
            models.CheckConstraint(
                condition=Q(answer_format__in=AnswerFormat.values),
                name="request_answer_format_is_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values), name="request_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(about_name=""),
                name="request_says_about_whom",
                violation_error_message=("Choose the person, or write down who they say they are."),
            ),
            models.CheckConstraint(
                condition=Q(requester=Requester.PERSON) | ~Q(requester_name=""),
                name="request_names_who_asks",
                violation_error_message="Give the name of whoever asks for the person.",
            ),
            models.CheckConstraint(
                condition=~Q(asked="") & ~Q(reach_by=""), name="request_says_what_and_how_to_answer"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="request_acknowledged_at_and_by",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status=RequestStatus.REFUSED,
                        refused_at__isnull=False,
                        refused_by__isnull=False,
                    )
                    & ~Q(refusal_reasons="")
                )
                | (
                    ~Q(status=RequestStatus.REFUSED)
                    & Q(refused_at=None, refused_by=None, refusal_reasons="")
                ),
                name="request_refused_at_by_and_why_iff_refused",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RequestStatus.NOTHING_HELD,
                    nothing_held_at__isnull=False,
                    nothing_held_by__isnull=False,
                    person=None,
                )
                | (
                    ~Q(status=RequestStatus.NOTHING_HELD)
                    & Q(nothing_held_at=None, nothing_held_by=None)
                ),
                name="request_nothing_held_at_and_by_of_nobody_on_record",
            ),
            # The person may be gone since: what was erased at their own request.
            models.CheckConstraint(
                condition=(
                    Q(
                        status=RequestStatus.ANSWERED,
                        outcome__in=Outcome.values,
                        answered_at__isnull=False,
                        answered_by__isnull=False,
                    )
                    & ~Q(kind=Kind.ACCESS)
                )
                | (
                    ~Q(status=RequestStatus.ANSWERED)
                    & Q(outcome="", said="", answered_at=None, answered_by=None)
                ),
                name="request_answered_at_by_and_how_iff_answered",
                violation_error_message="Say what was done, and answer a request for a copy by its pack.",
            ),
            models.CheckConstraint(
                condition=Q(gone_by=None) | Q(status=RequestStatus.ANSWERED, kind=Kind.ERASURE),
                name="request_gone_by_of_an_answered_erasure",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        status=RequestStatus.WITHDRAWN,
                        withdrawn_on__isnull=False,
                        withdrawn_how__in=Channel.values,
                        withdrawn_at__isnull=False,
                        withdrawn_by__isnull=False,
                    )
                    & ~Q(withdrawal="")
                )
                | (
                    ~Q(status=RequestStatus.WITHDRAWN)
                    & Q(
                        withdrawn_on=None,
                        withdrawn_how="",
                        withdrawal="",
                        withdrawn_at=None,
                        withdrawn_by=None,
                    )
                ),
                name="request_withdrawn_when_how_and_by_iff_withdrawn",
                violation_error_message="Say when and how it was withdrawn, by whom, and in what words.",
            ),
            models.CheckConstraint(
                condition=Q(
                    status=RequestStatus.RELEASED,
                    released_at__isnull=False,
                    released_by__isnull=False,
                    released_pack__isnull=False,
                )
                | (
                    ~Q(status=RequestStatus.RELEASED)
                    & Q(released_at=None, released_by=None, released_pack=None)
                ),
                name="request_released_at_by_and_what_iff_released",
            ),
        )

    class Privacy:
        identifying = frozenset({"reference", "reply_email", "reply_address"})
        personal = frozenset(
            {
                "kind",
                "channel",
                "received_on",
                "asked",
                "person",
                "about_name",
                "requester",
                "reach_by",
                "answer_format",
                "in_stages",
                "warn_of",
                "status",
                "refusal_reasons",
                "gap",
                "late_reason",
                "outcome",
                "said",
                "gone_by",
                "withdrawn_on",
                "withdrawn_how",
                "withdrawal",
            }
        )
        third_party = frozenset({"requester_name", "requester_person"})
        staff = frozenset(
            {
                "recorded_at",
                "recorded_by",
                "named_contact",
                "acknowledged_at",
                "acknowledged_by",
                "refused_at",
                "refused_by",
                "nothing_held_at",
                "nothing_held_by",
                "released_at",
                "released_by",
                "answered_at",
                "answered_by",
                "withdrawn_at",
                "withdrawn_by",
            }
        )
        not_personal = frozenset({"id", "released_pack", "came_with", "token"})
        about = ("person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="received_on",
            shows=(
                "reference",
                "kind",
                "channel",
                "received_on",
                "asked",
                "about_name",
                "requester",
                "requester_name",
                "reach_by",
                "reply_email",
                "reply_address",
                "answer_format",
                "in_stages",
                "warn_of",
                "refusal_reasons",
                "gap",
                "late_reason",
                "outcome",
                "said",
                "gone_by",
                "withdrawn_on",
                "withdrawn_how",
                "withdrawal",
                "recorded_by",
            ),
            passages=(
                "asked",
                "about_name",
                "requester_name",
                "reach_by",
                "reply_email",
                "reply_address",
                "warn_of",
                "refusal_reasons",
                "gap",
                "said",
                "withdrawal",
            ),
            left_out={
                "person": "the person whose pack it is",
                "requester_person": "named as whoever asks",
                "status": "it changes while this pack is made; we tell it with the answer",
            },
        )
        destruction = Delete()
        counted = True
        stays = "the person asks for it themself"

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("sar:request", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def about_whom(self) -> str:
        """The person's name, or what whoever asked gave for it."""
        return str(self.person) if self.person is not None else self.about_name

    @property
    def name_on_record(self) -> str:
        """The same for what is written to whoever asked: also while the person is restricted."""
        return self.person.name_on_record if self.person is not None else self.about_name

    @property
    def asked_by_somebody_else(self) -> bool:
        """Whether it comes from somebody who has to show that they may ask."""
        return self.requester != Requester.PERSON

    @property
    def who_asks(self) -> str:
        if not self.asked_by_somebody_else:
            return self.get_requester_display()
        return f"{self.requester_name} ({self.get_requester_display().lower()})"
