"""What was checked and says something else by now: nobody has looked at what would go out."""

from collections.abc import Iterable

from sar.decided import text_mark
from sar.models import ItemCheck, RightsRequest
from sar.pack.gather import items_for
from sar.pack.held import Item

Place = tuple[str, int]


def overtaken_checks(
    request: RightsRequest, items: Iterable[Item] | None = None
) -> dict[Place, ItemCheck]:
    """The checks of `request` whose items say something else than what was read, by where they stand.

    `items` are all that is held, where that is gathered already; else what was checked is read.
    """
    checks = {
        (check.source, check.record_id): check
        for check in request.checks.select_related("recorded_by")
    }
    now = items_for(request, checks) if items is None else items
    return {
        place: checks[place]
        for item in now
        if (place := (item.source, item.record_id)) in checks
        and checks[place].said != text_mark(item)
    }
