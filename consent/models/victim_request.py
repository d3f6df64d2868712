"""Police and other authorised persons ask for a victim's information: a kind of its own."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.models.share import Share
from consent.triggers import ONLY_DESTROYED, ProbativeBeforeShared
from core.privacy import Delete, Pack, Retention, Section


class VictimRequest(Recorded):
    """What an authorised person had to show who asked for a victim's information, and did (Victims and
    Prisoners Act 2024, in force since 12 January 2026). Final.

    What was shared, or not, is the entry of the sharing log that it stands beside.
    """

    share = models.OneToOneField(to=Share, on_delete=models.PROTECT, related_name="victim_request")
    asked_by = models.CharField("who asked, with rank and number", max_length=200)
    asked_on = models.DateField("on")
    belief = models.TextField("what they believe to be in it, and why")
    relevance = models.TextField("to which line of enquiry it is relevant")
    necessity = models.TextField("why they cannot learn it in another way")
    is_counselling = models.BooleanField("it is about counselling")
    probative = models.TextField("why it is of substantial value as evidence", blank=True)
    notice_on = models.DateField("day of their written notice to the victim", null=True, blank=True)
    why_no_notice = models.TextField("why the victim was given no notice", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "request for a victim’s information"
        verbose_name_plural = "requests for victims’ information"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            ProbativeBeforeShared(name="probative"),
        ]
        constraints = (
            models.CheckConstraint(
                condition=~Q(asked_by="") & ~Q(belief="") & ~Q(relevance="") & ~Q(necessity=""),
                name="victim_request_says_what_they_showed",
                violation_error_message="Say who asked, and what they believe, why it is relevant and "
                "why it is needed.",
            ),
            models.CheckConstraint(
                condition=Q(notice_on__isnull=False, why_no_notice="")
                | Q(notice_on=None) & ~Q(why_no_notice=""),
                name="victim_request_notice_or_why_not",
                violation_error_message="Say when the victim was given written notice, or why not.",
            ),
        )

    class Privacy:
        personal = frozenset({"share", "asked_on", "is_counselling", "notice_on"})
        offence = frozenset({"belief", "relevance", "necessity", "probative", "why_no_notice"})
        third_party = frozenset({"asked_by"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("share__people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="asked_on",
            shows=(
                "share",
                "asked_by",
                "asked_on",
                "belief",
                "relevance",
                "necessity",
                "is_counselling",
                "probative",
                "notice_on",
                "why_no_notice",
                "recorded_at",
                "recorded_by",
            ),
            passages=(
                "asked_by",
                "belief",
                "relevance",
                "necessity",
                "probative",
                "why_no_notice",
            ),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.share_id}: {self.asked_on}"
