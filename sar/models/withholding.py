"""What is withheld from a pack, which of its items somebody has looked at, and which are announced."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import MD5, Coalesce

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.exemptions import RULINGS, Exemption, Ruling
from sar.models.request import RightsRequest

# The right and the lower edge of a page.
EDGE = 1000


class OfItem(Recorded):
    """A decision about one item of the record: a row of any declared model, by its name and number.

    No foreign key: the item may be of any layer, and the decision is kept when the item is destroyed.
    """

    source = models.TextField(editable=False)
    record_id = models.BigIntegerField(editable=False)

    class Meta(Recorded.Meta):
        abstract = True


class Withholding(OfItem):
    """A decision to withhold an item, or a passage of its text, with the exemption it rests on.

    `quote` is the passage in the words of the text, so that it is found wherever it occurs; with `start`
    it is withheld there alone, and only while the text is the very one it was chosen in. An empty `field`
    means the whole item. On a page of a file it may be an area, from edge to edge in thousandths of the
    page, counted from its upper left corner. Undone decisions stay readable.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="withholdings"
    )
    field = models.TextField(blank=True, editable=False)
    quote = models.TextField("the passage", blank=True)
    start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    text_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    page = models.PositiveIntegerField(null=True, blank=True)
    left = models.PositiveSmallIntegerField(null=True, blank=True)
    top = models.PositiveSmallIntegerField(null=True, blank=True)
    right = models.PositiveSmallIntegerField(null=True, blank=True)
    bottom = models.PositiveSmallIntegerField(null=True, blank=True)
    exemption = models.TextField(choices=Exemption.choices)
    factors = models.TextField("what was weighed")
    told = models.BooleanField("the person is told that something is withheld", default=True)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    class Meta(OfItem.Meta):
        abstract = False
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["request", "source", "record_id"], name="withholding_of_item"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(exemption__in=Exemption.values), name="withholding_exemption_is_known"
            ),
            models.CheckConstraint(condition=~Q(factors=""), name="withholding_says_what_weighed"),
            models.CheckConstraint(
                condition=Q(field="", quote="", page=None)
                | (~Q(field="") & ~Q(quote="") & Q(page=None))
                | (~Q(field="") & Q(quote="", page__gt=0)),
                name="withholding_of_an_item_a_passage_or_an_area",
            ),
            models.CheckConstraint(
                condition=Q(page=None, left=None, top=None, right=None, bottom=None)
                | Q(
                    page__isnull=False,
                    left__isnull=False,
                    top__isnull=False,
                    right__isnull=False,
                    bottom__isnull=False,
                    left__lt=F("right"),
                    top__lt=F("bottom"),
                    right__lte=EDGE,
                    bottom__lte=EDGE,
                ),
                name="withheld_area_lies_on_its_page",
                violation_error_message=(
                    "The area has to lie on the page: from left to right and from top to bottom, "
                    "each from 0 to 100."
                ),
            ),
            models.CheckConstraint(
                condition=Q(start=None, text_sha256="")
                | (Q(start__isnull=False, text_sha256__regex=r"^[0-9a-f]{64}$") & ~Q(quote="")),
                name="withheld_place_is_of_a_text",
            ),
            models.CheckConstraint(
                condition=Q(told=True)
                | Q(
                    exemption__in=[e.value for e, ruling in RULINGS.items() if ruling.may_be_silent]
                ),
                name="withholding_silent_only_where_the_law_allows",
                violation_error_message=(
                    "This exemption does not allow us to be silent about what is withheld."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(exemption=Exemption.NOT_HELD) | Q(field=""),
                name="withholding_not_held_is_of_an_item",
                violation_error_message="Only a whole item was not held when the request came.",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="withholding_undone_at_and_by",
            ),
            # A hash, since a long passage does not fit into an index.
            models.UniqueConstraint(
                "request",
                "source",
                "record_id",
                "field",
                MD5("quote"),
                Coalesce("start", Value(-1)),
                Coalesce("page", Value(-1)),
                Coalesce("left", Value(-1)),
                Coalesce("top", Value(-1)),
                condition=Q(undone_at=None),
                name="withheld_once",
                violation_error_message="This is withheld already.",
            ),
        )

    class Privacy:
        third_party = frozenset({"quote", "factors"})
        personal = frozenset(
            {"record_id", "exemption", "told", "page", "left", "top", "right", "bottom"}
        )
        staff = frozenset({"recorded_at", "recorded_by", "undone_at", "undone_by"})
        not_personal = frozenset({"id", "request", "source", "field", "start", "text_sha256"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "the page “What is withheld and why” tells of it, without what is withheld",
            Unprinted.ANSWERS,
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.get_exemption_display()}"

    @property
    def is_whole_item(self) -> bool:
        return not self.field

    @property
    def is_not_held(self) -> bool:
        """Whether it is left out because it was not held when the request came: no exemption."""
        return self.exemption == Exemption.NOT_HELD

    @property
    def is_area(self) -> bool:
        """Whether it is a part of a page, chosen by where it lies."""
        return self.page is not None

    @property
    def width(self) -> int:
        """Of an area, in thousandths of its page."""
        return (self.right or 0) - (self.left or 0)

    @property
    def height(self) -> int:
        return (self.bottom or 0) - (self.top or 0)

    @property
    def in_words(self) -> str:
        """What is withheld, as whoever checks it reads it."""
        if self.is_whole_item:
            return "The whole item"
        if self.is_area:
            edges = (self.left, self.top, self.right, self.bottom)
            left, top, right, bottom = (f"{(edge or 0) / 10:g}" for edge in edges)
            return (
                f"On page {self.page}, from {left} to {right} % across and {top} to {bottom} % down"
            )
        return f"“{self.quote}”"

    @property
    def ruling(self) -> Ruling:
        return RULINGS[Exemption(self.exemption)]


class ItemCheck(OfItem):
    """That somebody looked at an item and found that it may go out, but for what is withheld.

    It counts while the item says what they read: `said` is its mark by then (`sar.decided.text_mark`).
    """

    request = models.ForeignKey(to=RightsRequest, on_delete=models.PROTECT, related_name="checks")
    said = models.CharField(max_length=16, blank=True, editable=False)

    class Meta(OfItem.Meta):
        abstract = False
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["request", "source", "record_id"], name="item_checked_once"
            ),
        )

    class Privacy:
        personal = frozenset({"record_id", "said"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "source"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "only says that a member of staff has read an item of this pack", Unprinted.ANSWERS
        )
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.source} {self.record_id}"


class Announced(OfItem):
    """That an item may be hard to read: a line before it says so, and it can be left (features.md N18)."""

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="announced"
    )

    class Meta(OfItem.Meta):
        abstract = False
        verbose_name = "line before an entry"
        verbose_name_plural = "lines before entries"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["request", "source", "record_id"], name="item_announced_once"
            ),
        )

    class Privacy:
        personal = frozenset({"record_id"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "source"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("says that a line stands before an item of this pack", Unprinted.ANSWERS)
        destruction = Delete()
        counted = False

    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: {self.source} {self.record_id}"
