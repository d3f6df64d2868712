"""What stands over somebody's record for a while: alerts, markers, court orders."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded

# Said once for all of them; a class's own constraints come after these.
STANDS: tuple[models.BaseConstraint, ...] = (
    models.CheckConstraint(
        condition=Q(until=None) | Q(until__gte=F("since")),
        name="%(class)s_ends_after_start",
        violation_error_message="It cannot end before it began. Check the two days.",
    ),
    models.CheckConstraint(
        condition=Q(ended_at=None, ended_by=None, end_reason="")
        | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")),
        name="%(class)s_ended_by_somebody_for_a_reason",
        violation_error_message="Say why it ends.",
    ),
)


class Standing(Recorded):
    """Something that holds from a day on, until a day if one is known, or until somebody ends it.

    `until` may lie ahead; `ended_at` is the moment somebody took it away, and says why.
    """

    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    end_reason = models.TextField("why it ended", blank=True)

    class Meta(Recorded.Meta):
        abstract = True
        constraints = STANDS

    def in_force(self, on: date) -> bool:
        """Whether it holds on the day `on`, as far as is known now."""
        return (
            self.ended_at is None and self.since <= on and (self.until is None or self.until >= on)
        )


def stands_on(on: date, through: str = "") -> Q:
    """The rows of a Standing model that hold on the day `on`; `through` is the path to them."""
    return Q(**{f"{through}ended_at": None, f"{through}since__lte": on}) & (
        Q(**{f"{through}until": None}) | Q(**{f"{through}until__gte": on})
    )
