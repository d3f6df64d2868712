"""That a restriction was placed for a request."""

from django.db import models

from cases.models import Restriction
from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention, Unprinted
from sar.models.request import RightsRequest


class RequestedRestriction(Recorded):
    """Which request a restriction answers: one asks for it, an objection or a rectification needs it."""

    request = models.ForeignKey(
        to=RightsRequest, on_delete=models.PROTECT, related_name="restrictions"
    )
    restriction = models.ForeignKey(
        to=Restriction, on_delete=models.PROTECT, related_name="asked_by"
    )

    class Meta(Recorded.Meta):
        verbose_name = "restriction for a request"
        verbose_name_plural = "restrictions for requests"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["request", "restriction"], name="restriction_linked_once"
            ),
        )

    class Privacy:
        personal = frozenset({"restriction"})
        staff = frozenset({"recorded_at", "recorded_by"})
        not_personal = frozenset({"id", "request"})
        about = ("request__person",)
        retention = Retention.RIGHTS_REQUEST
        pack = Internal("the restriction itself is shown", Unprinted.WITH_ENTRY)
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"{self.request}: {self.restriction}"
