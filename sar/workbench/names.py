"""Everybody who is named in the pack of a request, where, and what is decided about each (features.md N13)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator

from audit.door import NotYours
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from sar.decided import Named, decided_words
from sar.models import HarmConsultation, RightsRequest, StaysIn, Withholding
from sar.pack.gather import person_of, texts_for
from sar.pack.held import FILE, Listed, Texts
from sar.pack.redact import covered_by
from sar.proposals.find import Advice, Finder, Found
from sar.queries.item_proposals import group_name
from sar.queries.items import at_work_on, outlined_for
from sar.workbench.around import finder_for, not_read, words_of_files

GROUPS_ON_A_PAGE = 25
PLACES_ON_A_PAGE = 50
AROUND = 60  # characters before and after


@dataclass(frozen=True, slots=True)
class Place:
    """One place where somebody is named, with the words around it."""

    item: Listed
    field: str
    before: str
    found: Found
    after: str
    is_withheld: bool

    @property
    def named(self) -> Named:
        return Named(self.item.source, self.item.record_id, self.field, self.found.words)


@dataclass(slots=True)
class Group:
    """Somebody, or a number, and every place where the pack names them."""

    key: str
    who: str
    advice: Advice
    stays: StaysIn | None = None
    places: list[Place] = field(default_factory=list)
    whys: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """For addresses: nobody's name stands there."""
        return group_name(self.key)

    @property
    def withheld(self) -> int:
        return sum(place.is_withheld for place in self.places)

    @property
    def items(self) -> int:
        return len({place.item.key for place in self.places})

    @property
    def is_decided(self) -> bool:
        return self.stays is not None or self.withheld == len(self.places)

    @property
    def why(self) -> str:
        return self.whys.most_common(1)[0][0]

    @property
    def standing(self) -> str:
        """What is decided, in words."""
        if self.withheld == len(self.places):
            return "Withheld everywhere"
        withheld = f"in {self.withheld} of {len(self.places)} places"
        if self.stays is not None:
            return f"Stays in, but withheld {withheld}" if self.withheld else "Stays in"
        return f"Withheld {withheld}" if self.withheld else "To be decided"

    @property
    def is_open_proposed(self) -> bool:
        return self.advice == Advice.OPEN


@dataclass(frozen=True, slots=True)
class Names:
    """A page of everybody who is named, and how many are decided about."""

    request: RightsRequest
    page: Page
    undecided: bool
    decided: int
    of: int
    # Files of which not all words are read, with what is not: in them nobody is proposed.
    not_read: list[tuple[Listed, str]]

    @property
    def percent(self) -> int:
        return 100 * self.decided // self.of if self.of else 100


@dataclass(frozen=True, slots=True)
class OneGroup:
    """Somebody with a page of the places, and who comes next."""

    request: RightsRequest
    group: Group
    page: Page
    next_undecided: Group | None
    # How many decisions withhold these very words in all of a text: what one button takes back.
    by_words: int


def list_names(reference: str, *, look: Look, page: int | str, undecided: bool) -> Names:
    """Everybody who is named; one entry, about all whom the record speaks of. Refused as the items are."""
    request, texts = at_work_on(reference, look, Verb.NAMES_LISTED, texts_for)
    groups = list(_groups(request, texts).values())
    chosen = [group for group in groups if not (undecided and group.is_decided)]
    return Names(
        request=request,
        page=Paginator(chosen, GROUPS_ON_A_PAGE).get_page(page),
        undecided=undecided,
        decided=sum(group.is_decided for group in groups),
        of=len(groups),
        not_read=_not_read(request, [one.item for one in texts]),
    )


def _not_read(request: RightsRequest, items: list[Listed]) -> list[tuple[Listed, str]]:
    said = not_read(items)
    withheld = set(
        request.withholdings.filter(undone_at=None, field="").values_list("source", "record_id")
    )
    return [
        (item, said[place])
        for item in items
        if (place := (item.source, item.record_id)) in said and place not in withheld
    ]


def open_name(reference: str, name: str, *, look: Look, page: int | str = 1) -> OneGroup:
    """Everywhere that one of them is named; 404, logged, if the record names nobody by this address."""
    request, texts = at_work_on(reference, look, Verb.NAMES_LISTED, texts_for)
    groups = list(_groups(request, texts).values())
    place = next((n for n, group in enumerate(groups) if group.name == name), None)
    if place is None:
        raise NotYours(
            "Nobody is named by this in the pack any more.",
            look=look.for_purpose(Purpose.RIGHTS_REQUEST),
            record=request,
            people=[request.person_id],
            values={"reference": reference},
        )
    later = [*groups[place + 1 :], *groups[:place]]
    here = {one.named.in_one_line for one in groups[place].places}
    return OneGroup(
        request=request,
        group=groups[place],
        page=Paginator(groups[place].places, PLACES_ON_A_PAGE).get_page(page),
        next_undecided=next((group for group in later if not group.is_decided), None),
        by_words=sum(words.in_one_line in here for words, _ in decided_words(request)),
    )


def _groups(request: RightsRequest, texts: list[Texts]) -> dict[str, Group]:
    """Everybody, whoever is named most often first."""
    stays = {kept.group: kept for kept in _staying(request)}
    withheld = _withheld(request)
    finder = finder_for(person_of(request))
    groups: dict[str, Group] = {}
    for place in _places(finder, texts, withheld):
        found = place.found
        group = groups.get(found.group)
        if group is None:
            group = Group(found.group, found.who, found.advice, stays.get(found.group))
            groups[found.group] = group
        # The fullest wording: “Mrs Linda Coventry”, who is “Mrs Coventry” elsewhere.
        group.who = max(group.who, found.who, key=len)
        group.places.append(place)
        group.whys[found.why] += 1
    ordered = sorted(groups.values(), key=lambda one: (-len(one.places), one.who.casefold()))
    return {group.key: group for group in ordered}


def _places(
    finder: Finder, texts: list[Texts], withheld: dict[tuple[str, int], list[Withholding]]
) -> Iterator[Place]:
    in_files = words_of_files(one.item for one in texts)
    for one in texts:
        item = one.item
        decisions = withheld.get((item.source, item.record_id), [])
        said = [(value.field, value.text) for value in one.passages]
        said += [(FILE, in_files.get((item.source, item.record_id), ""))]
        for name, text in said:
            found_here = finder.find(text)
            covered = covered_by(decisions, name, text) if found_here else []
            for found in found_here:
                yield Place(
                    item=item,
                    field=name,
                    before=_before(text, found.start),
                    found=found,
                    after=_after(text, found.end),
                    is_withheld=any(a <= found.start and found.end <= b for a, b in covered),
                )


def _before(text: str, start: int) -> str:
    """The whole words that stand before a place, with “…” where others stand before them."""
    if start <= AROUND:
        return text[:start]
    _cut, space, words = text[start - AROUND : start].partition(" ")
    return f"… {words}" if space else "…"


def _after(text: str, end: int) -> str:
    """As `_before`, behind the place."""
    if len(text) - end <= AROUND:
        return text[end:]
    words, space, _cut = text[end : end + AROUND].rpartition(" ")
    return f"{words} …" if space else "…"


def _withheld(request: RightsRequest) -> dict[tuple[str, int], list[Withholding]]:
    found: dict[tuple[str, int], list[Withholding]] = {}
    for decision in request.withholdings.filter(undone_at=None):
        found.setdefault((decision.source, decision.record_id), []).append(decision)
    return found


def _staying(request: RightsRequest) -> Iterator[StaysIn]:
    yield from request.staying.filter(undone_at=None).select_related("recorded_by")


@dataclass(frozen=True, slots=True)
class Opinions:
    """The health professionals who were asked about a request."""

    request: RightsRequest
    consultations: list[HarmConsultation]


def open_opinions(reference: str, *, look: Look) -> Opinions:
    """Who was asked whether telling does serious harm, and what they said; refused as the items are."""
    request, _ = outlined_for(reference, look, Verb.NAMES_LISTED)
    return Opinions(
        request, list(request.consultations.select_related("recorded_by").order_by("pk"))
    )
