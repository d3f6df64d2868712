"""What a person saw in a stored file that cannot be read as words (features.md N23)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention


class LookedAt(Recorded):
    """That somebody opened a locked or damaged file by hand, and what it holds.

    Of these very bytes: as soon as the file changes it is a file that nobody looked at. Goes with the file.
    """

    # The name under which it lay then; another copy of the same bytes is the same file.
    stored_as = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256 of the file", max_length=64, unique=True)
    looked_by = models.ForeignKey(
        verbose_name="who looked into it",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
    )
    holds = models.TextField("what it holds")
    reason = models.TextField("why it stays, though no machine can read it")

    class Meta(Recorded.Meta):
        verbose_name = "file looked at by hand"
        verbose_name_plural = "files looked at by hand"
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(holds="") & ~Q(reason=""),
                name="file_looked_at_says_what_and_why",
                violation_error_message="Say what the file holds, and why it stays.",
            ),
        )

    class Privacy:
        personal = frozenset({"holds", "reason"})
        staff = frozenset({"looked_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "stored_as", "sha256"})
        about = ()
        retention = Retention.LOG
        pack = Internal("what staff saw in a file; the file itself is shown")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return self.stored_as
