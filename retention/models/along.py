"""What is kept apart and would go along with something else."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.triggers import NOTED
from core.privacy import Delete, Internal, Retention
from retention.kinds import APART
from retention.models.proposal import Proposal


class GoesAlong(models.Model):
    """A concern or an allegation of which something would go with a proposal, and who let it go.

    Written down when the proposal is rehearsed; whoever may read it looks at it before the second person approves.
    Goes when the proposal is done, or sent back.
    """

    proposal = models.ForeignKey(to=Proposal, on_delete=models.PROTECT, related_name="along")
    # The table and number of the record.
    table = models.TextField()
    record = models.BigIntegerField()
    let_go_at = models.DateTimeField(null=True, editable=False)
    let_go_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    because = models.TextField("why it may go", blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = "record that goes along"
        verbose_name_plural = "records that go along"
        triggers: ClassVar[list[pgtrigger.Trigger]] = [NOTED]
        constraints = (
            models.UniqueConstraint(
                fields=["proposal", "table", "record"], name="along_once_in_a_proposal"
            ),
            models.CheckConstraint(condition=Q(table__in=APART), name="along_is_kept_apart"),
            models.CheckConstraint(
                condition=Q(let_go_at=None, let_go_by=None, because="")
                | (Q(let_go_at__isnull=False, let_go_by__isnull=False) & ~Q(because="")),
                name="along_let_go_at_by_and_why",
                violation_error_message="Say why it may go.",
            ),
        )

    class Privacy:
        personal = frozenset({"table", "record", "because"})
        staff = frozenset({"let_go_at", "let_go_by"})
        not_personal = frozenset({"id", "proposal"})
        about = ()
        retention = Retention.LOG
        pack = Internal("a number of a record that is shown itself")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.table} {self.record}"

    def get_absolute_url(self) -> str:
        return reverse("retention:along", args=[self.pk])
