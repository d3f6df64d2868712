"""Deciding, passage by passage, what does not go out; and taking such a decision back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.errors import Refused
from sar.exemptions import RULINGS, Exemption
from sar.kinds import Kind
from sar.models import ItemCheck, RightsRequest, Withholding
from sar.pack.gather import Item
from sar.pack.redact import occurrences
from sar.rules import begin, record, still_open


@transaction.atomic
def withhold_item(
    *,
    request: RightsRequest,
    item: Item,
    exemption: Exemption,
    factors: str,
    told: bool = True,
    by: User,
) -> Withholding:
    """Leave a whole item out, for a reason that the law allows (features.md P26).

    With `told` the copy says that something is withheld and why; silence is refused for exemptions
    that do not need it.
    """
    return _withhold(
        request=request,
        item=item,
        field="",
        quote="",
        exemption=exemption,
        factors=factors,
        told=told,
        by=by,
    )


@transaction.atomic
def withhold_passage(
    *,
    request: RightsRequest,
    item: Item,
    field: str,
    quote: str,
    exemption: Exemption,
    factors: str,
    told: bool = True,
    by: User,
) -> Withholding:
    """Leave a passage of a text out: the words of `quote`, wherever they occur in that text.

    Refused if they do not occur there, word for word.
    """
    value = item.value(field)
    if value is None or not value.is_passage:
        raise Refused(
            "Of this part of the item no passage can be withheld. Withhold the whole item instead."
        )
    passage = quote.replace("\r\n", "\n").strip()
    if not passage:
        raise Refused("Copy the passage from the text into the box.")
    if not any(occurrences(passage, value.text)):
        raise Refused(
            f"These words do not stand in “{value.label}” of this item. Copy them from the text as "
            "they are."
        )
    return _withhold(
        request=request,
        item=item,
        field=field,
        quote=passage,
        exemption=exemption,
        factors=factors,
        told=told,
        by=by,
    )


@transaction.atomic
def undo_withholding(*, withholding: Withholding, by: User) -> None:
    """Take a decision back: the passage or item goes out again. The decision stays readable."""
    now = _at_work(withholding.request)
    decision = Withholding.objects.select_for_update(of=("self",)).get(pk=withholding.pk)
    if decision.undone_at is not None:
        raise Refused("This decision was taken back already.")
    record(Verb.WITHHOLDING_UNDONE, by=by, request=now, on=decision)
    Withholding.objects.filter(pk=decision.pk).update(undone_at=timezone.now(), undone_by=by)
    begin(now)
    withholding.refresh_from_db()


@transaction.atomic
def check_item(*, request: RightsRequest, item: Item, by: User) -> ItemCheck:
    """Say that an item was read and may go out, but for what is withheld of it."""
    now = _at_work(request)
    record(Verb.ITEM_DISCLOSED, by=by, request=now, on=ItemCheck, action=Action.CREATE)
    checked, _ = ItemCheck.objects.get_or_create(
        request=now,
        source=item.source,
        record_id=item.record_id,
        defaults={"recorded_by": by},
    )
    return checked


def _withhold(
    *,
    request: RightsRequest,
    item: Item,
    field: str,
    quote: str,
    exemption: Exemption,
    factors: str,
    told: bool,
    by: User,
) -> Withholding:
    now = _at_work(request)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    if not told and not RULINGS[exemption].may_be_silent:
        raise Refused(
            "This exemption does not allow us to be silent: the person is told that something is "
            "withheld."
        )
    same = now.withholdings.filter(
        source=item.source, record_id=item.record_id, field=field, quote=quote, undone_at=None
    )
    if same.exists():
        raise Refused("This is withheld already.")
    record(Verb.ITEM_WITHHELD, by=by, request=now, on=Withholding, action=Action.CREATE)
    decision = Withholding.objects.create(
        request=now,
        source=item.source,
        record_id=item.record_id,
        field=field,
        quote=quote,
        exemption=exemption,
        factors=factors.strip(),
        told=told,
        recorded_by=by,
    )
    begin(now)
    request.refresh_from_db()
    return decision


def _at_work(request: RightsRequest) -> RightsRequest:
    now = still_open(request)
    if now.kind != Kind.ACCESS:
        raise Refused("Only the answer to a request for a copy is a pack.")
    return now
