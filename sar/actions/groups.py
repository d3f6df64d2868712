"""One decision about somebody for the whole pack: withheld wherever they are named, or left in."""

from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.ahead import print_soon
from sar.decided import Named, decided_words
from sar.exemptions import Basis, Exemption, check_exempt
from sar.models import RightsRequest, StaysIn, Withholding
from sar.rules import at_work, begin, record


@transaction.atomic
def withhold_group(
    *,
    request: RightsRequest,
    named: Sequence[Named],
    exemption: Exemption,
    factors: str,
    group: str = "",
    by: User,
) -> int:
    """Withhold somebody wherever they are named, with one decision: a row for each text and wording.

    Gives how many passages are withheld by it; what was withheld already is left as it is. Refused while
    somebody's decision stands that the `group` stays in: one of the two would not be true.
    """
    now = at_work(request)
    check_exempt(exemption)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    stays = now.staying.filter(group=group, undone_at=None).select_related("recorded_by").first()
    if stays is not None:
        raise Refused(
            f"{stays.recorded_by} has decided that this stays in: {stays.get_basis_display()}. Take that back "
            "first, if it is to be withheld."
        )
    missing = sorted(set(named) - {words for words, _ in decided_words(now)})
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
def undo_withhold_group(*, request: RightsRequest, named: Sequence[Named], by: User) -> int:
    """Take back that the words of `named` are withheld, in all texts at once: they go out again.

    Gives how many decisions are taken back. One about a single place, a longer passage, a part of a page or
    a whole item stays. What was checked without these words has to be checked again.
    """
    now = at_work(request)
    asked = {one.in_one_line for one in named}
    found = {pk: words for words, pk in decided_words(now) if words.in_one_line in asked}
    if not found:
        raise Refused(
            "None of these words is withheld by itself any more. Look at the places again."
        )
    record(Verb.NAME_WITHHELD_UNDONE, by=by, request=now, on=Withholding)
    Withholding.objects.filter(pk__in=found).update(undone_at=timezone.now(), undone_by=by)
    seen_without: defaultdict[str, list[int]] = defaultdict(list)
    for words in found.values():
        seen_without[words.source].append(words.record_id)
    for source, numbers in seen_without.items():
        now.checks.filter(source=source, record_id__in=numbers).delete()
    begin(now)
    print_soon(now)
    request.refresh_from_db()
    return len(found)


@transaction.atomic
def leave_in(
    *,
    request: RightsRequest,
    group: str,
    who: str,
    basis: Basis,
    factors: str,
    named: Sequence[Named] = (),
    by: User,
) -> StaysIn:
    """Leave words about somebody in, wherever they stand: on their consent, or because it is reasonable.

    Refused where all of `named` are withheld: nothing would be left in by it.
    """
    now = at_work(request)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    if named and set(named) <= {words for words, _ in decided_words(now)}:
        raise Refused("This is withheld everywhere. Take that back first, if it is to stay in.")
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
