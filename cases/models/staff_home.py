"""In which house a member of staff lives: a mark that is compared, and no address (docs/adr/0042)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cases.models.base import Recorded
from core.privacy import Delete, Internal, Retention


class StaffHome(Recorded):
    """What a member of staff gave of their own accord, so that looks at people of their house are found.

    The address itself is not held. The mark is a keyed hash of house and postcode; nobody is shown it, and
    the search for odd looks alone compares with it (features.md N8).
    """

    user = models.OneToOneField(
        verbose_name="member of staff",
        to=settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="home",
    )
    mark = models.CharField("mark of the house", max_length=64)

    class Meta(Recorded.Meta):
        verbose_name = "mark of a colleague’s home"
        verbose_name_plural = "marks of colleagues’ homes"
        constraints = (
            models.CheckConstraint(
                condition=Q(mark__regex=r"^[0-9a-f]{64}$"), name="staff_home_is_no_address"
            ),
            # Nobody says where somebody else lives.
            models.CheckConstraint(
                condition=Q(recorded_by=F("user")),
                name="staff_home_given_by_themselves",
                violation_error_message="Everybody says for themselves where they live.",
            ),
        )

    class Privacy:
        staff = frozenset({"user", "mark", "recorded_at", "recorded_by"})
        not_personal = frozenset({"id"})
        about = ()
        retention = Retention.STAFF
        pack = Internal("about staff, and no address: a mark that is compared and cannot be read")
        destruction = Delete()
        counted = False

    def __str__(self) -> str:
        return f"Home of {self.user}"
