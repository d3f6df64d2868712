"""How a released pack was handed over, and whether it was fetched."""

import uuid
from dataclasses import dataclass

from django.utils import timezone

from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from letters.models import Way
from letters.rules import Destination
from sar.addresses import party_of, where
from sar.letter_kinds import LetterKind
from sar.models import BuiltPack, Delivery
from sar.permissions import can_hand_over, requests_of


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A released pack and every handing over of it, the newest first."""

    pack: BuiltPack
    handed: list[Delivery]

    @property
    def destination(self) -> Destination:
        """Where a link may go today, or why nowhere."""
        party = party_of(self.pack.request)
        return where(party, LetterKind.ANSWER, Way.EMAIL, on=timezone.localdate())

    def link(self, number: int) -> Delivery | None:
        """The one of this number."""
        return next((one for one in self.handed if one.pk == number and one.is_link), None)


def open_deliveries(reference: str, name: uuid.UUID, *, look: Look) -> Deliveries:
    """Open them; one entry. NotYours (404) for whoever does not hand packs over, NotNow (403) before it went."""
    look = look.for_purpose(Purpose.RIGHTS_REQUEST)
    pack = (
        BuiltPack.objects.filter(
            request__reference=reference, name=name, request__in=requests_of(look.by)
        )
        .select_related("request__person", "part", "released_as")
        .first()
    )
    if pack is None or not look.by.has_perm("sar.release_request"):
        about = BuiltPack.objects.filter(name=name, request__person__isnull=False)
        raise NotYours(
            "No pack of this name.",
            look=look,
            record=BuiltPack,
            people=about.values_list("request__person", flat=True),
            values={"reference": reference},
        )
    people = [pack.request.person_id] if pack.request.person_id else []
    if not can_hand_over(look.by, pack):
        raise NotNow(
            "This pack is not released, so it goes to nobody.",
            look=look,
            record=pack,
            people=people,
        )
    show(look, [Shown(Verb.PACK_DELIVERIES_READ, pack, people)])
    return Deliveries(pack, list(pack.deliveries.select_related("recorded_by", "recalled_by")))
