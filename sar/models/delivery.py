"""How a released pack got to whoever asked: by a link that opens for them alone, or on paper."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.pack import BuiltPack
from sar.triggers import NOTED

# So many wrong passphrases, and the link leads nowhere.
MOST_TRIES = 5
# So often it may be fetched: a connection breaks, a telephone is full.
MOST_FETCHED = 3


class Delivery(Recorded):
    """One handing over of a released pack, to one person.

    By link: the secret stands in the e-mail alone, the passphrase is told another way and kept only as a
    slow hash; the file behind it opens with the passphrase alone (AES-256), and is compared with its hash
    before it is given out. The pack itself stays sealed in our house until its retention ends, whatever
    becomes of the link.
    """

    class Way(models.TextChoices):
        LINK = "link", "By a link and a passphrase"
        POST = "post", "By post"
        HAND = "hand", "By hand"

    pack = models.ForeignKey(to=BuiltPack, on_delete=models.PROTECT, related_name="deliveries")
    way = models.TextField(choices=Way.choices)
    to = models.CharField("to whom", max_length=200)
    handed_on = models.DateField("day it was handed over or posted", null=True, blank=True)
    remarks = models.TextField("how, and with what proof", blank=True)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    passphrase = models.CharField(max_length=200, blank=True, editable=False)
    file = models.CharField(max_length=200, blank=True, editable=False)
    # Of the copy behind the link; none for a link from before this was kept, which gives nothing out.
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    expires = models.DateTimeField("opens until", null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    fetched = models.DateTimeField("last fetched", null=True, blank=True, editable=False)
    times = models.PositiveSmallIntegerField("how often fetched", default=0, editable=False)
    recalled_at = models.DateTimeField(null=True, blank=True, editable=False)
    recalled_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    recalled_because = models.TextField(blank=True, editable=False)

    class Meta(Recorded.Meta):
        verbose_name = "handing over of a pack"
        verbose_name_plural = "handings over of packs"
        ordering = ("-pk",)
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.CheckConstraint(
                condition=Q(way__in=["link", "post", "hand"]), name="delivery_way_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    way="link",
                    digest__regex=r"^[0-9a-f]{64}$",
                    expires__isnull=False,
                    handed_on=None,
                )
                & ~Q(passphrase="")
                | ~Q(way="link")
                & Q(digest="", passphrase="", file="", expires=None, handed_on__isnull=False),
                name="delivery_is_a_link_or_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(recalled_at=None, recalled_by=None, recalled_because="")
                | Q(recalled_at__isnull=False, recalled_by__isnull=False, way="link")
                & ~Q(recalled_because=""),
                name="delivery_recalled_at_by_and_why",
            ),
            models.CheckConstraint(condition=~Q(to=""), name="delivery_is_to_somebody"),
            models.CheckConstraint(
                condition=Q(sha256="") | Q(way="link", sha256__regex=r"^[0-9a-f]{64}$"),
                name="delivery_hash_is_of_the_copy_behind_a_link",
            ),
            models.CheckConstraint(
                condition=Q(times__lte=MOST_FETCHED, tries__lte=MOST_TRIES),
                name="delivery_is_fetched_a_few_times",
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(digest=""), name="delivery_link_leads_to_one_pack"
            ),
        )

    class Privacy:
        personal = frozenset(
            {
                "way",
                "to",
                "handed_on",
                "remarks",
                "file",
                "expires",
                "tries",
                "fetched",
                "times",
                "recalled_because",
            }
        )
        staff = frozenset({"recorded_at", "recorded_by", "recalled_at", "recalled_by"})
        not_personal = frozenset({"id", "pack", "digest", "passphrase", "sha256"})
        about = ("pack__request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("how the answer got to whoever asked, which they know", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False
        files = ("file",)

    def __str__(self) -> str:
        return f"{self.pack}: {self.get_way_display().lower()}"

    @property
    def is_link(self) -> bool:
        return self.way == self.Way.LINK

    @property
    def is_good(self) -> bool:
        """Whether the link still gives the file out."""
        return (
            self.is_link
            and self.recalled_at is None
            and self.expires is not None
            and timezone.now() < self.expires
            and self.tries < MOST_TRIES
            and self.times < MOST_FETCHED
            and bool(self.file)
        )

    @property
    def standing(self) -> str:
        """Where it stands, in words."""
        if not self.is_link:
            return "Handed over"
        if self.recalled_at is not None:
            return "Recalled"
        if self.tries >= MOST_TRIES:
            return f"Shut after {MOST_TRIES} wrong passphrases"
        if self.is_good:
            return "Fetched, and still open" if self.times else "Not fetched yet"
        return "Fetched, and shut now" if self.times else "Never fetched, and shut now"
