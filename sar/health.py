"""What of a record tells of somebody's health, and which of it nobody has decided about yet.

We are no health professionals: words about health go out only where the person knows them already, or
on a health professional's opinion of the last six months (Data Protection Act 2018, Sch 3 para 6). What is
declared, marked or by its topic about health proposes it; that it is not this person's, a person says.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.models import CaseNote, Passage, PassageKind
from sar.models import HealthRuling, RightsRequest, Withholding
from sar.pack.held import Gathered, Listed, Outline
from sar.pack.redact import occurrences, places_of

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """Words that tell of health; and, where they are a mark in a note, all of its text and where they begin."""

    words: str
    body: str = ""
    start: int = 0


def about_health(gathered: Gathered | Outline) -> dict[Place, list[Told]]:
    """The items that tell of health, with the words: by declaration, by the topic that whoever wrote a note
    gave it, or marked by them.
    """
    found = {
        (item.source, item.record_id): [Told(words) for words in item.health]
        for item in gathered.items
        if item.health
    }
    label = CaseNote._meta.label
    notes = [item.record_id for item in gathered.items if item.source == label]
    marks = Passage.objects.filter(kind=PassageKind.HEALTH, note__in=notes).select_related("note")
    for mark in marks:
        # As it was written: where something is held back, the marked words stand elsewhere in what is shown.
        body = mark.note.body
        told = Told(body[mark.start : mark.end], body, mark.start)
        found.setdefault((label, mark.note_id), []).append(told)
    return found


def mark_of(told: Iterable[Told]) -> str:
    """Another as soon as an item tells anything else of health."""
    said = "\0".join(sorted(one.words for one in told))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def without_ground[Found: Listed](
    request: RightsRequest,
    items: Iterable[Found],
    about: dict[Place, list[Told]],
    decisions: Iterable[Withholding],
    *,
    on: date,
) -> list[Found]:
    """Those of `items` that are `about` health and may not go out on the day `on`: nobody gave a ground."""
    if not about:
        return []
    ruled = {
        place
        for ruling in rulings_of(request)
        if (place := (ruling.source, ruling.record_id)) in about
        and stands(ruling, on=on)
        and ruling.said == mark_of(about[place])
    }
    withheld: dict[Place, list[Withholding]] = {}
    for decision in decisions:
        withheld.setdefault((decision.source, decision.record_id), []).append(decision)
    return [
        item
        for item in items
        if (place := (item.source, item.record_id)) in about
        and place not in ruled
        and not all(_is_withheld(told, withheld.get(place, [])) for told in about[place])
    ]


def rulings_of(request: RightsRequest) -> list[HealthRuling]:
    return list(
        request.health_rulings.filter(undone_at=None).select_related("consultation", "recorded_by")
    )


def stands(ruling: HealthRuling, *, on: date) -> bool:
    """Whether a ground still counts on a day: an opinion grows old."""
    return ruling.consultation is None or ruling.consultation.allows_on(on)


def _is_withheld(told: Told, decisions: list[Withholding]) -> bool:
    if any(decision.is_whole_item for decision in decisions):
        return True
    if not told.body:
        return any(
            decision.quote and any(occurrences(told.words, decision.quote))
            for decision in decisions
        )
    # The very place that was marked: the same words elsewhere in the note say nothing of it.
    end = told.start + len(told.words)
    left = {place for place in range(told.start, end) if not told.body[place].isspace()}
    for decision in decisions:
        if decision.field == "body":
            for first, last in places_of(decision, told.body):
                left.difference_update(range(first, last))
    return not left
