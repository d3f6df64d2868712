"""What follows an entry of the sharing log: the pack that was sent, the reply, a manager's look."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cases.models.base import Recorded
from cases.triggers import FINAL, NOTED
from consent.models.share import Share
from consent.triggers import ONLY_DESTROYED, LookedAtByAnother
from core.privacy import Delete, Internal, Pack, Retention, Section, Unprinted

HASH = r"^[0-9a-f]{64}$"


class Parcel(Recorded):
    """The pack that an agency was sent: a file that the system made of what was chosen, and nothing else.

    By e-mail goes a link that works once and for some days, and the file opens only with words told another
    way. The file itself goes when it was fetched or its time is over; what was in it stands in the log.
    """

    share = models.OneToOneField(to=Share, on_delete=models.PROTECT, related_name="parcel")
    file = models.CharField(max_length=200, blank=True, editable=False)
    size = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    # Only the hash of the secret in the link is kept; "" where it was printed.
    link_hash = models.CharField(max_length=64, blank=True, editable=False)
    sent_to = models.EmailField(blank=True, editable=False)
    expires = models.DateTimeField("can be fetched until", editable=False)
    fetched = models.DateTimeField(null=True, editable=False)

    app_rights = ("SELECT", "INSERT", "UPDATE (file, fetched)", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "pack for an agency"
        verbose_name_plural = "packs for agencies"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=HASH), name="parcel_has_the_hash_of_its_file"
            ),
            models.CheckConstraint(
                condition=Q(link_hash="", sent_to="") | Q(link_hash__regex=HASH) & ~Q(sent_to=""),
                name="parcel_link_iff_sent_by_email",
            ),
            models.UniqueConstraint(
                fields=["link_hash"], condition=~Q(link_hash=""), name="parcel_link_once"
            ),
        )

    class Privacy:
        personal = frozenset({"share", "expires", "fetched"})
        third_party = frozenset({"sent_to"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "file", "size", "sha256", "link_hash"})
        about = ("share__people",)
        retention = Retention.SHARING
        pack = Internal(
            "the sharing itself is shown, with what was in the pack", Unprinted.WITH_ENTRY
        )
        destruction = Delete()
        counted = False
        files = ("file",)

    def __str__(self) -> str:
        return f"{self.share_id}: {self.sha256[:12]}"

    def get_absolute_url(self) -> str:
        return reverse("consent:parcel", args=[self.share.reference])


class ShareReply(Recorded):
    """What whoever was told something answered. Final."""

    share = models.ForeignKey(to=Share, on_delete=models.PROTECT, related_name="replies")
    came_on = models.DateField("on")
    words = models.TextField("what they answered")

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "reply to a sharing"
        verbose_name_plural = "replies to sharings"
        ordering = ("came_on", "pk")
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, FINAL, ONLY_DESTROYED]
        constraints = (
            models.CheckConstraint(
                condition=~Q(words=""),
                name="share_reply_says_something",
                violation_error_message="Say what they answered.",
            ),
        )

    class Privacy:
        personal = frozenset({"share", "came_on"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("share__people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="came_on",
            shows=("share", "came_on", "words", "recorded_at", "recorded_by"),
            passages=("words",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.share_id}: {self.came_on}"


class ShareReview(Recorded):
    """That a manager looked at a quick entry: another one than whoever wrote it. Final."""

    share = models.OneToOneField(to=Share, on_delete=models.PROTECT, related_name="review")
    is_right = models.BooleanField("it was right to share")
    words = models.TextField("what is to be done about it", blank=True)

    app_rights = ("SELECT", "INSERT", "DELETE")

    class Meta(Recorded.Meta):
        verbose_name = "manager’s look at a sharing"
        verbose_name_plural = "managers’ looks at sharings"
        ordering = ("-pk",)
        permissions = (("review_share", "Can look at quick entries in the sharing log"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            NOTED,
            FINAL,
            ONLY_DESTROYED,
            LookedAtByAnother(name="by_another"),
        ]
        constraints = (
            models.CheckConstraint(
                condition=Q(is_right=True) | ~Q(words=""),
                name="share_review_says_what_is_wrong",
                violation_error_message="Say what was wrong and what is to be done about it.",
            ),
        )

    class Privacy:
        personal = frozenset({"share", "is_right"})
        third_party = frozenset({"words"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ("share__people",)
        retention = Retention.SHARING
        pack = Pack(
            section=Section.SHARING,
            when="recorded_at",
            shows=("share", "is_right", "words", "recorded_at", "recorded_by"),
            passages=("words",),
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.share_id}: {self.recorded_at}"
