"""The disclosed copy of a request as it stands now: what is held, without what is withheld."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from sar.announced import hard_to_read
from sar.checked import overtaken_checks
from sar.circle import circle_of
from sar.health import about_health, without_ground
from sar.leaks import barred_in
from sar.models import RightsRequest
from sar.pack.files import FileCopy, files_of
from sar.pack.gather import gather_for
from sar.pack.redact import Disclosed, disclose
from sar.statement import Looked, looks_of


@dataclass(frozen=True, slots=True)
class Copy:
    """A disclosed copy, the decisions it rests on, everybody whom it may speak of, and who has looked.

    `health_open` are the titles of items about health that may not go out yet, `overtaken` of those that say
    something else than when they were checked; `barred` the words that must not be in the finished file, with
    the reason.
    """

    disclosed: Disclosed
    decisions: tuple[int, ...]
    people: frozenset[int]
    looks: list[Looked]
    health_open: tuple[str, ...]
    overtaken: tuple[str, ...]
    barred: dict[str, str]
    files: tuple[FileCopy, ...]

    @property
    def why_not(self) -> str:
        """Why it may not go out yet, in a sentence; "" if it may."""
        return " ".join(why for why in (self._not_looked_at_again, self._without_ground) if why)

    @property
    def _not_looked_at_again(self) -> str:
        if not self.overtaken:
            return ""
        more = len(self.overtaken) - 1
        return (
            f"{self.overtaken[0]} says something else than when it was checked"
            + (f", and so {'do' if more > 1 else 'does'} {more} more" if more else "")
            + ". Look at what it says now, and check it again."
        )

    @property
    def _without_ground(self) -> str:
        if not self.health_open:
            return ""
        return (
            f"{self.health_open[0]} tells of health"
            + (f", and so do {len(self.health_open) - 1} more" if len(self.health_open) > 1 else "")
            + ". Nothing about health goes out before somebody has said that the person knows it already, "
            "that a health professional sees no serious harm in it, or that it is not about their own health, "
            "or has withheld it."
        )


@transaction.atomic
def copy_for(request: RightsRequest) -> Copy:
    """Gather and redact for `request`, whose person is known.

    Raises GatherFailed or PassageMissing, and then there is no copy.
    """
    person = request.person
    if person is None:
        raise ValueError(f"{request} is about nobody yet.")
    gathered = gather_for(request)
    decisions = list(request.withholdings.filter(undone_at=None).order_by("pk"))
    withheld = {(one.source, one.record_id) for one in decisions if one.is_whole_item}
    overtaken = overtaken_checks(request, gathered.items).keys() - withheld
    return Copy(
        disclosed=disclose(gathered, decisions, hard=hard_to_read(request, gathered.items)),
        decisions=tuple(decision.pk for decision in decisions),
        people=circle_of(person),
        looks=looks_of(person),
        health_open=tuple(
            item.title
            for item in without_ground(
                request,
                gathered.items,
                about_health(gathered),
                decisions,
                on=timezone.localdate(),
            )
        ),
        overtaken=tuple(
            item.title for item in gathered.items if (item.source, item.record_id) in overtaken
        ),
        barred=barred_in(request, gathered, decisions),
        files=tuple(files_of(gathered, decisions)),
    )
