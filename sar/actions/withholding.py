"""Deciding, passage by passage, what does not go out; and taking such a decision back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from audit.verbs import Action, Verb
from core.dates import plural
from core.errors import Refused
from sar.ahead import print_soon
from sar.decided import mark_of, text_mark
from sar.exemptions import RULINGS, Exemption, check_exempt
from sar.models import ItemCheck, RightsRequest, Withholding
from sar.models.withholding import EDGE
from sar.pack.held import FILE, Item
from sar.pack.redact import occurrences, text_sha256
from sar.receipt import came_later
from sar.rules import at_work, begin, record


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
def leave_out_as_not_held(
    *, request: RightsRequest, item: Item, how_known: str, is_certain: bool, by: User
) -> Withholding:
    """Leave out a whole item that was held nowhere when the request came; the copy counts it and says so.

    Refused for whatever stood here by then, and without somebody's word that it was not held on paper or
    elsewhere either: what was written down later may have been held all the same.
    """
    if not came_later(item, request):
        raise Refused(
            "This stood here when the request came, or is one of its own papers: it is a part of the answer. "
            "Only what was written down after that day can be left out as not held."
        )
    if not is_certain:
        raise Refused(
            "Make sure first that it was held nowhere when the request came: not on paper, in an e-mail, on a "
            "telephone or in a draft. What was held somewhere is a part of the answer."
        )
    if not how_known.strip():
        raise Refused("Say how you know that it was not held when the request came.")
    return _withhold(
        verb=Verb.ITEM_LEFT_OUT,
        request=request,
        item=item,
        field="",
        quote="",
        exemption=Exemption.NOT_HELD,
        factors=how_known,
        told=True,
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
    only_here: int | None = None,
    by: User,
) -> Withholding:
    """Leave a passage of a text out: the words of `quote`, wherever they occur in that text.

    With `only_here` alone at the place of that number, counted from 1, and only while the text is this
    very one. Refused if they do not occur there, word for word.
    """
    if field == FILE and item.file is not None:
        return _withhold_in_file(
            request=request,
            item=item,
            quote=quote,
            only_here=only_here,
            exemption=exemption,
            factors=factors,
            told=told,
            by=by,
        )
    value = item.value(field)
    if value is None or not value.is_passage:
        raise Refused(
            "Of this part of the item no passage can be withheld. Withhold the whole item instead."
        )
    passage = quote.replace("\r\n", "\n").strip()
    if not passage:
        raise Refused("Copy the passage from the text into the box.")
    places = list(occurrences(passage, value.text))
    if not places:
        raise Refused(
            f"These words do not stand in “{value.label}” of this item. Copy them from the text as "
            "they are."
        )
    place: dict[str, Any] = {}
    if only_here is not None:
        if not 1 <= only_here <= len(places):
            raise Refused(
                f"These words stand in {plural(len(places), 'place')} of the text. Choose one of them."
            )
        start, end = places[only_here - 1]
        passage = value.text[start:end]
        place = {"start": start, "text_sha256": text_sha256(value.text)}
    return _withhold(
        request=request,
        item=item,
        field=field,
        quote=passage,
        place=place,
        exemption=exemption,
        factors=factors,
        told=told,
        by=by,
    )


def _withhold_in_file(
    *, request: RightsRequest, item: Item, quote: str, only_here: int | None, **decision: Any
) -> Withholding:
    """Leave words of a file out, wherever they stand in it. A pack is refused if they stand nowhere."""
    if only_here is not None:
        raise Refused(
            "In a file words are withheld wherever they stand. For one place, choose a part of the page."
        )
    if not quote.strip():
        raise Refused("Copy the words from the file into the box.")
    passage = " ".join(quote.split())
    return _withhold(request=request, item=item, field=FILE, quote=passage, **decision)


@transaction.atomic
def withhold_area(
    *,
    request: RightsRequest,
    item: Item,
    page: int,
    left: int,
    top: int,
    right: int,
    bottom: int,
    exemption: Exemption,
    factors: str,
    told: bool = True,
    by: User,
) -> Withholding:
    """Paint over a part of a page of a file, such as a scan, which has no words to choose.

    Edges are in thousandths of the page from its upper left corner. The page is made anew as a picture:
    what lies under the area is not in the pack any more.
    """
    if item.file is None:
        raise Refused("This item has no pages: choose a passage of its text.")
    if page < 1:
        raise Refused("Pages are counted from 1.")
    if not (0 <= left < right <= EDGE and 0 <= top < bottom <= EDGE):
        raise Refused(
            "The area has to lie on the page: from left to right and from top to bottom, each from 0 "
            "to 100."
        )
    area = {"page": page, "left": left, "top": top, "right": right, "bottom": bottom}
    return _withhold(
        request=request,
        item=item,
        field=FILE,
        quote="",
        place=area,
        exemption=exemption,
        factors=factors,
        told=told,
        by=by,
    )


@transaction.atomic
def undo_withholding(*, withholding: Withholding, by: User) -> None:
    """Take a decision back: the passage or item goes out again. The decision stays readable.

    Whoever checked the item saw it without these words, so that it has to be checked again.
    """
    now = at_work(withholding.request)
    decision = Withholding.objects.select_for_update(of=("self",)).get(pk=withholding.pk)
    if decision.undone_at is not None:
        raise Refused("This decision was taken back already.")
    record(Verb.WITHHOLDING_UNDONE, by=by, request=now, on=decision)
    Withholding.objects.filter(pk=decision.pk).update(undone_at=timezone.now(), undone_by=by)
    now.checks.filter(source=decision.source, record_id=decision.record_id).delete()
    begin(now)
    print_soon(now)
    withholding.refresh_from_db()


@transaction.atomic
def check_item(
    *, request: RightsRequest, item: Item, seen: str | None = None, by: User
) -> ItemCheck:
    """Say that an item was read and may go out, but for what is withheld of it.

    `seen` marks what whoever checks it has read (`sar.decided`): refused if it says something else by now, or
    somebody else has decided about it meanwhile.
    """
    now = at_work(request)
    standing = now.withholdings.filter(
        source=item.source, record_id=item.record_id, undone_at=None
    ).order_by("pk")
    if seen is not None and seen.partition(".")[0] != text_mark(item):
        raise Refused(
            "This entry says something else than when you opened it. Read it as it stands now, and then say that it "
            "was checked."
        )
    if seen is not None and mark_of(item, standing) != seen:
        newest = now.withholdings.filter(source=item.source, record_id=item.record_id).order_by(
            Coalesce("undone_at", "recorded_at")
        )
        who = newest.select_related("recorded_by", "undone_by").last()
        raise Refused(
            f"{(who.undone_by or who.recorded_by) if who else 'Somebody'} has decided about this entry "
            "since you opened it. Look at what is withheld now, and then say that it was checked."
        )
    record(Verb.ITEM_DISCLOSED, by=by, request=now, on=ItemCheck, action=Action.CREATE)
    said = text_mark(item)
    place = {"source": item.source, "record_id": item.record_id}
    # Whoever checked it before read something else.
    now.checks.filter(**place).exclude(said=said).delete()
    checked, _ = ItemCheck.objects.get_or_create(
        request=now, **place, defaults={"said": said, "recorded_by": by}
    )
    print_soon(now)
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
    place: Mapping[str, Any] | None = None,
    verb: Verb = Verb.ITEM_WITHHELD,
) -> Withholding:
    now = at_work(request)
    if verb == Verb.ITEM_WITHHELD:
        check_exempt(exemption)
    if not factors.strip():
        raise Refused("Say what you weighed: each decision has to be explained.")
    if not told and not RULINGS[exemption].may_be_silent:
        raise Refused(
            "This exemption does not allow us to be silent: the person is told that something is "
            "withheld."
        )
    same = now.withholdings.filter(
        source=item.source,
        record_id=item.record_id,
        field=field,
        quote=quote,
        undone_at=None,
        **(place or {"start": None, "page": None}),
    )
    if one := same.select_related("recorded_by").first():
        raise Refused(
            f"This is withheld already, by {one.recorded_by}: {one.get_exemption_display()}."
        )
    record(verb, by=by, request=now, on=Withholding, action=Action.CREATE)
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
        **(place or {}),
    )
    begin(now)
    print_soon(now)
    request.refresh_from_db()
    return decision
