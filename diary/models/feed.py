"""A worker's diary as their telephone reads it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention


class Feed(Recorded):
    """That a worker's diary may be read under a secret address, which only they were shown.

    The secret itself is never kept, only its hash: whoever reads the database cannot read the diary.
    """

    worker = models.ForeignKey(
        to=settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feeds"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta(Recorded.Meta):
        ordering = ("-pk",)
        verbose_name = "calendar feed"
        constraints = (
            models.UniqueConstraint(
                fields=["worker"], condition=Q(revoked_at=None), name="one_feed_of_a_worker"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="feed_revoked_at_and_by",
            ),
        )

    class Privacy:
        staff = frozenset({"worker", "revoked_at", "revoked_by", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "token_hash"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff at their work")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"Calendar feed of {self.worker}"
