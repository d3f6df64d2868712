"""What stands between a built pack and its release: the leak check, and a second person's signature."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.pack import BuiltPack
from sar.models.request import RightsRequest
from sar.triggers import NOTED, SIGNED_BY_A_SECOND_PERSON


class LeakFinding(models.Model):
    """Words that were to be withheld and stand in the finished bytes of a build, and where.

    A build with one that nobody cleared keeps no file (features.md N15).
    """

    pack = models.ForeignKey(to=BuiltPack, on_delete=models.PROTECT, related_name="leaks")
    words = models.TextField("the words")
    place = models.TextField("where they stand")
    page = models.PositiveIntegerField(null=True, blank=True)
    entries = models.TextField("the entries on that page", blank=True)
    because = models.TextField("why they must not be there")

    class Meta:
        ordering = ("pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=~Q(words="") & ~Q(place="") & ~Q(because=""),
                name="leak_says_what_where_and_why",
            ),
        )

    class Privacy:
        third_party = frozenset({"words"})
        personal = frozenset({"place", "page", "entries", "because"})
        not_personal = frozenset({"id", "pack"})
        about = ("pack__request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("words that must not be in the pack", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False

    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.pack}: {self.place}"

    @property
    def where(self) -> str:
        """Where the words stand, with the page if it is on one, and which entries stand there."""
        if not self.page:
            return self.place
        return f"{self.place} (page {self.page}{f', in “{self.entries}”' if self.entries else ''})"


class LeakCleared(Recorded):
    """A person's decision that words which the check found may stand there, with the reason.

    For the same words in the same kind of place, in each later build of the request. It is part of what
    the second person signs.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="cleared_leaks"
    )
    words = models.TextField("the words")
    place = models.TextField("where they may stand")
    reason = models.TextField("why they may stand there")

    class Meta(Recorded.Meta):
        verbose_name = "false alarm"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="cleared_leak_has_a_reason"),
            models.UniqueConstraint(
                "request",
                MD5("words"),
                "place",
                name="leak_cleared_once",
                violation_error_message="This is cleared already.",
            ),
        )

    class Privacy:
        third_party = frozenset({"words", "reason"})
        personal = frozenset({"place"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("how the pack was checked", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False

    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: {self.place}"


class SignOff(Recorded):
    """A second person has read the very file that goes out, and says that it may (features.md N16).

    Bound to its SHA-256. Another build is another file, which nobody has signed; so is a decision made
    after it, which the database looks for when the request is released.
    """

    pack = models.OneToOneField(to=BuiltPack, on_delete=models.PROTECT, related_name="sign_off")
    sha256 = models.CharField(max_length=64, editable=False)
    remarks = models.TextField("what they looked at", blank=True)
    # Nothing but their eyes stands between these and whoever gets the pack.
    unread_pages = models.JSONField(
        "pages that are pictures, which they looked at by eye alone", default=list, editable=False
    )

    class Meta(Recorded.Meta):
        verbose_name = "signature under a pack"
        verbose_name_plural = "signatures under packs"
        ordering = ("pk",)
        permissions = (("sign_pack", "Can sign off a pack as the second person"),)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED, SIGNED_BY_A_SECOND_PERSON]
        constraints = (
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="sign_off_names_a_file"
            ),
        )

    class Privacy:
        personal = frozenset({"sha256", "remarks", "unread_pages"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "pack"})
        about = ("pack__request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("who checked this very pack", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False

    # A signature is never rewritten.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.pack}: signed off by {self.recorded_by}"
