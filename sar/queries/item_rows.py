"""Each item of a request, with what is decided about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from sar.checked import overtaken_checks
from sar.health import about_health, mark_of, without_ground
from sar.models import ItemCheck, RightsRequest, Withholding
from sar.pack.held import Item, Listed, Outline
from sar.pack.redact import places_of
from sar.receipt import later_in_words


@dataclass(frozen=True, slots=True)
class ItemRow[Held: Listed]:
    """An item, what is withheld of it, and whether somebody has looked at it."""

    item: Held
    decisions: tuple[Withholding, ...]
    checked: bool
    # It tells of health; and nobody has said yet on which ground it may go out (DPA 2018, Sch 3 para 6).
    health: tuple[str, ...] = ()
    health_mark: str = ""
    waits_for_ground: bool = False
    # When it was written down, where that was after the request came; "" otherwise.
    later: str = ""
    # That somebody checked it when it said something else, so that it is to be looked at again.
    overtaken: ItemCheck | None = None

    @property
    def tells_of_health(self) -> bool:
        return bool(self.health)

    @property
    def is_withheld(self) -> bool:
        return any(decision.is_whole_item for decision in self.decisions)

    @property
    def is_not_held(self) -> bool:
        return any(decision.is_not_held for decision in self.decisions)

    @property
    def is_decided(self) -> bool:
        return self.checked or self.is_withheld

    @property
    def standing(self) -> str:
        """What is decided, in words."""
        if self.is_not_held:
            return "Left out: not held when the request came"
        if self.is_withheld:
            return "Withheld"
        passages = len(self.decisions)
        if passages:
            part = f"{passages} passage{'s' if passages > 1 else ''} withheld"
            if self.overtaken:
                return f"To be checked again, {part}"
            return f"Checked, {part}" if self.checked else part.capitalize()
        if self.overtaken:
            return "To be checked again"
        return "Checked" if self.checked else "To be checked"


def rows_of(request: RightsRequest, outline: Outline) -> Iterator[ItemRow[Listed]]:
    """Each item that `outline` names, in its order, with what is decided about it."""
    decisions: dict[tuple[str, int], list[Withholding]] = {}
    for decision in request.withholdings.filter(undone_at=None).select_related("recorded_by"):
        decisions.setdefault((decision.source, decision.record_id), []).append(decision)
    checked = set(request.checks.values_list("source", "record_id"))
    overtaken = overtaken_checks(request)
    health = about_health(outline)
    every = [decision for several in decisions.values() for decision in several]
    waiting = {
        (item.source, item.record_id)
        for item in without_ground(request, outline.items, health, every, on=timezone.localdate())
    }
    for item in outline.items:
        here = item.source, item.record_id
        yield ItemRow(
            item,
            tuple(decisions.get(here, ())),
            here in checked and here not in overtaken,
            health=tuple(told.words for told in health.get(here, ())),
            health_mark=mark_of(health.get(here, ())),
            waits_for_ground=here in waiting,
            later=later_in_words(item, request),
            overtaken=overtaken.get(here),
        )


def times(item: Item, decision: Withholding) -> int:
    """How often the passage of a decision occurs; 0 says that it must be decided again."""
    value = item.value(decision.field)
    return len(places_of(decision, value.text)) if value else 0
