"""What was written down of a request and was wrong: the old words, the new ones, and why."""

from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from core.dates import plain
from core.privacy import Delete, Pack, Retention, Section
from sar.kinds import Channel, Kind
from sar.models.request import RightsRequest
from sar.triggers import FINAL, NOTED


class RequestCorrection(Recorded):
    """One thing that was written down wrongly when a request was taken in, and put right while it was open.

    Where to write to them is put right after the answer too, while something may still go to them. The day decides the deadline (UK GDPR Art 12, 12A), so that what stood there before stays readable.
    """

    class What(models.TextChoices):
        RECEIVED_ON = "received_on", "The day it was received"
        KIND = "kind", "What they ask for"
        CHANNEL = "channel", "How it came"
        REQUESTER_NAME = "requester_name", "The name of whoever asks"
        ABOUT_NAME = "about_name", "About whom, as they gave it"
        REPLY_EMAIL = "reply_email", "The e-mail address they gave"
        REPLY_ADDRESS = "reply_address", "The postal address they gave"

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="corrections"
    )
    what = models.TextField("what was wrong", choices=What.choices)
    before = models.TextField("as it stood before")
    after = models.TextField("as it is")
    because = models.TextField("why")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "correction of a request"
        verbose_name_plural = "corrections of requests"
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL]
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    what__in=[
                        "received_on",
                        "kind",
                        "channel",
                        "requester_name",
                        "about_name",
                        "reply_email",
                        "reply_address",
                    ]
                ),
                name="request_correction_of_something_known",
            ),
            models.CheckConstraint(
                condition=~Q(because="") & ~Q(before=F("after")),
                name="request_correction_changes_something_and_says_why",
                violation_error_message="Say what was wrong, and why.",
            ),
        )

    class Privacy:
        personal = frozenset({"what", "because"})
        third_party = frozenset({"before", "after"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Pack(
            section=Section.REQUESTS,
            when="recorded_at",
            shows=(
                "request",
                "what",
                "before_in_words",
                "after_in_words",
                "because",
                "recorded_by",
            ),
            passages=("before_in_words", "after_in_words", "because"),
            left_out={"before": "said in words", "after": "said in words"},
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.get_what_display().lower()} corrected"

    @property
    def is_address(self) -> bool:
        """Whether it is where they are written to, and nothing of what they asked."""
        return self.what in {self.What.REPLY_EMAIL, self.What.REPLY_ADDRESS}

    @property
    def before_in_words(self) -> str:
        """What stood there, as a page says it."""
        return self._in_words(self.before)

    @property
    def after_in_words(self) -> str:
        """What was written instead."""
        return self._in_words(self.after)

    def _in_words(self, value: str) -> str:
        if self.what == self.What.RECEIVED_ON:
            return plain(date.fromisoformat(value))
        if self.what == self.What.KIND:
            return str(Kind(value).label)
        if self.what == self.What.CHANNEL:
            return str(Channel(value).label)
        return value or "nothing"
