"""Erasures that were promised, and that something stops: the person is told (UK GDPR Art 12(4), 17)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db import transaction

from audit.actors import SYSTEM, Actor
from retention.erasing import records_of
from retention.holding import Held, holds_on
from retention.models import Hold
from sar.actions.stops import end_stop, note_stop
from sar.models import ErasureItem, ErasureStop, RightsRequest
from sar.queries.holds import erasures_to_act_on

# What a letter begins with. That the police asked, that a child is watched over, or what somebody else asked
# for, is named by no letter unless the Data Protection Officer writes it there.
IN_GENERAL = "For now the law does not let us erase it (UK GDPR Article 17(3))."
TOLD_OF_HOLDS = {
    Hold.Kind.CLAIM: "We have to keep it while there may be a legal claim (UK GDPR Article 17(3)(e)).",
    Hold.Kind.INQUIRY: "We have to keep it for a public inquiry (UK GDPR Article 17(3)(b)).",
}


@transaction.atomic
def note_stopped_erasures(*, on: date, by: Actor = SYSTEM) -> int:
    """Compare every erasure that was promised with what holds it now; of how many a stop was written down.

    Run every morning, and whenever a hold is placed or released. A stop that holds no longer ends, and the
    engine may act again.
    """
    promised: dict[RightsRequest, list[ErasureItem]] = defaultdict(list)
    for item in erasures_to_act_on().filter(request__gone_by__isnull=False):
        promised[item.request].append(item)
    standing = {
        one.request_id: one
        for one in ErasureStop.objects.filter(cleared=None).select_related("request")
    }
    noted = 0
    for request, items in promised.items():
        records = dict.fromkeys(one for item in items for one in records_of(item))
        held = holds_on(records, on=on, but=request)
        if (
            held
            and standing.pop(request.pk, None) is None
            and note_stop(
                request=request,
                because=" ".join(dict.fromkeys(one.words for one in held)),
                telling=_telling(held),
                on=on,
                by=by,
            )
        ):
            noted += 1
    for over in standing.values():
        end_stop(stop=over, by=by)
    return noted


def _telling(held: Iterable[Held]) -> str:
    """What may be told of all of it; only in general where something among it is not to be named."""
    kinds = {one.hold.kind if one.hold is not None else "" for one in held}
    if kinds <= set(TOLD_OF_HOLDS):
        return "\n\n".join(words for kind, words in TOLD_OF_HOLDS.items() if kind in kinds)
    return IN_GENERAL
