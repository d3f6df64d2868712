"""Whether staff have said where they live: nobody is told where (docs/adr/0042)."""

from django.db.models import QuerySet

from audit.door import show
from audit.looks import Look
from cases.models import StaffHome
from cases.queries.staff import readers_of_records


def own_home(*, look: Look) -> StaffHome | None:
    """What `look.by` gave of their own home, if they gave it."""
    show(look, [])
    return StaffHome.objects.filter(user=look.by).only("pk", "user", "recorded_at").first()


def homes_of_leavers() -> QuerySet[StaffHome]:
    """The marks of staff who may not sign in any more."""
    return StaffHome.objects.filter(user__is_active=False).select_related("user").order_by("pk")


def how_many_gave_their_home() -> tuple[int, int]:
    """How many of those who open records gave the mark of their home, and of how many."""
    readers = readers_of_records().order_by()
    return readers.filter(home__isnull=False).count(), readers.count()


def homes_of(lookers: set[int]) -> dict[int, str]:
    """The mark of each of `lookers` who gave one, by the number of their account."""
    return dict(StaffHome.objects.filter(user__in=lookers).values_list("user", "mark"))
