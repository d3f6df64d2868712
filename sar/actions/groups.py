"""One decision about somebody for the whole pack: withheld wherever they are named, or left in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.ahead import print_soon
from sar.exemptions import Basis, Exemption, check_exempt
from sar.models import RightsRequest, StaysIn, Withholding
from sar.rules import at_work, begin, record


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """Words in a text of an item that name somebody."""

    source: str
    record_id: int
    field: str
    words: str


@transaction.atomic
def withhold_group(
    *,
    request: RightsRequest,
    named: Sequence[Named],
    exemption: Exemption,
    factors: str,
    by: User,
) -> int:
    """Withhold somebody wherever they are named, with one decision: a row for each text and wording.

    Gives how many passages are withheld by it; what was withheld already is left as it is.
    """
    now = at_work(request)
    check_exempt(exemption)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    standing = {
        Named(*row)
        for row in now.withholdings.filter(undone_at=None).values_list(
            "source", "record_id", "field", "quote"
        )
    }
    missing = sorted(set(named) - standing)
    if not missing:
        raise Refused("All of this is withheld already, or is not there any more.")
    record(Verb.NAME_WITHHELD, by=by, request=now, on=Withholding, action=Action.CREATE)
    moment = timezone.now()
    Withholding.objects.bulk_create(
        Withholding(
            request=now,
            source=one.source,
            record_id=one.record_id,
            field=one.field,
            quote=one.words,
            exemption=exemption,
            factors=factors.strip(),
            recorded_at=moment,
            recorded_by=by,
        )
        for one in missing
    )
    begin(now)
    print_soon(now)
    request.refresh_from_db()
    return len(missing)


@transaction.atomic
def leave_in(
    *, request: RightsRequest, group: str, who: str, basis: Basis, factors: str, by: User
) -> StaysIn:
    """Leave words about somebody in, wherever they stand: on their consent, or because it is reasonable."""
    now = at_work(request)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    if now.staying.filter(group=group, undone_at=None).exists():
        raise Refused("This is decided already.")
    record(Verb.NAME_STAYS_IN, by=by, request=now, on=StaysIn, action=Action.CREATE)
    decision = StaysIn.objects.create(
        request=now, group=group, who=who, basis=basis, factors=factors.strip(), recorded_by=by
    )
    begin(now)
    request.refresh_from_db()
    return decision


@transaction.atomic
def undo_leave_in(*, decision: StaysIn, by: User) -> None:
    """Take it back: whether the words stay in is to be decided again."""
    now = at_work(decision.request)
    kept = StaysIn.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if kept.undone_at is not None:
        raise Refused("This decision was taken back already.")
    record(Verb.NAME_STAYS_IN_UNDONE, by=by, request=now, on=kept)
    StaysIn.objects.filter(pk=kept.pk).update(undone_at=timezone.now(), undone_by=by)
    begin(now)
    decision.refresh_from_db()
