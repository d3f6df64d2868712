"""What those who prepare a pack, and whoever checks it, write to each other about an item."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest
from sar.models.withholding import OfItem

MOST = 4000  # characters


class ItemNote(OfItem):
    """A question or remark about one item of a request, from one to the others who work on its pack.

    Final, and never in the pack. It changes nothing of the pack, so a signature stays.
    """

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="item_notes"
    )
    words = models.TextField("what you want to say", max_length=MOST)

    class Meta(OfItem.Meta):
        abstract = False
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["request", "source", "record_id"], name="item_note_of_item"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(words__regex=r"\S"),
                name="item_note_says_something",
                violation_error_message="Write what you want to say.",
            ),
            # A form that is sent twice.
            models.UniqueConstraint(
                "request",
                "source",
                "record_id",
                "recorded_by",
                MD5("words"),
                name="item_note_once",
                violation_error_message="You have written this already.",
            ),
        )

    class Privacy:
        third_party = frozenset({"words"})
        personal = frozenset({"record_id"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request", "source"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal(
            "how the pack itself is checked; it repeats what is withheld", Unprinted.ANSWERS
        )
        destruction = Delete()
        counted = False

    # What was said is never rewritten.
    app_rights = ("SELECT", "INSERT", "DELETE")

    def __str__(self) -> str:
        return f"{self.request}: {self.source} {self.record_id}"
