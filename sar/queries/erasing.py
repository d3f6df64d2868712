"""Doors of what is decided, or approved, about many items of an erasure request at once."""

from collections import Counter
from dataclasses import dataclass, field

from audit.door import Shown, show
from audit.looks import Look
from audit.purposes import Purpose
from audit.verbs import Verb
from cases.models import Case, Person
from core.errors import Refused
from sar.circle import circle_of
from sar.desk_permissions import (
    can_approve_erasure,
    can_decide_erasure,
    may_approve_erasures,
)
from sar.models import ErasureItem, RightsRequest
from sar.pack.held import Item, key_of
from sar.queries.alike import NOWHERE, Around, around, why_alone
from sar.queries.holds import what_holds
from sar.queries.rights import gathered, open_to_erase

# So many at once: each is ticked in one form, and the words of each are read on one page.
AT_ONCE = {"decide": 200, "approve": 50}
IN_NO_CASE, ABOUT_THEM_ALONE = "none", "alone"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """To which items a list is narrowed; "" is all of them."""

    kind: str = ""
    case: str = ""  # a reference, or IN_NO_CASE
    who: str = ""  # a reference, or ABOUT_THEM_ALONE

    @property
    def is_all(self) -> bool:
        return not (self.kind or self.case or self.who)


@dataclass(frozen=True, slots=True)
class Offered:
    """What a list can be narrowed to: each choice with its words and how many items it leaves."""

    kinds: list[tuple[str, str]]
    cases: list[tuple[str, str]]
    people: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Undecided:
    """What nobody has decided about: `rows` can be decided alike, `alone` each by itself, with why.

    `items` is all there is. `more` is how many are left for the next time, `holds` what stops the destruction of all
    of it for now.
    """

    request: RightsRequest
    items: list[Item]
    rows: list[Item]
    alone: list[tuple[Item, str]]
    more: int
    of: int
    offered: Offered
    holds: list[str]


@dataclass(frozen=True, slots=True)
class ToApprove:
    """One decision that waits for a second person; without `item` what it was about is not here any more."""

    decision: ErasureItem
    item: Item | None

    @property
    def title(self) -> str:
        return self.item.title if self.item else "Something that is not here any more"

    @property
    def what_it_says(self) -> str:
        """Above its words, so that no two lines of the page read alike."""
        return f"What {self.title} says"


@dataclass(frozen=True, slots=True)
class Waiting:
    """The decisions of others that wait for `look.by`; `own` is how many of theirs wait for somebody else."""

    request: RightsRequest
    rows: list[ToApprove]
    more: int
    of: int
    own: int
    offered: Offered


@dataclass(frozen=True, slots=True)
class _Narrowing:
    """The items of a list with what stands around them, to be narrowed."""

    items: list[Item]
    found: dict[tuple[str, int], Around]
    cases: dict[int, Case] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)

    def about(self, item: Item) -> Around:
        return self.found.get((item.source, item.record_id), NOWHERE)

    def narrowed(self, to: Narrowed) -> list[Item]:
        return [item for item in self.items if self._fits(item, to)]

    def _fits(self, item: Item, to: Narrowed) -> bool:
        of = self.about(item)
        cases = {self.cases[number].reference for number in of.cases if number in self.cases}
        others = {self.people[number].reference for number in of.others if number in self.people}
        return (
            (not to.kind or item.kind == to.kind)
            and (not to.case or to.case in (cases or {IN_NO_CASE}))
            and (not to.who or to.who in (others or {ABOUT_THEM_ALONE}))
        )

    def offered(self, person: Person) -> Offered:
        abouts = [self.about(item) for item in self.items]
        kinds = Counter(item.kind for item in self.items)
        cases = Counter(
            self.cases[number].reference
            for of in abouts
            for number in of.cases
            if number in self.cases
        )
        people = Counter(
            self.people[number].reference
            for of in abouts
            for number in of.others
            if number in self.people
        )
        cases[IN_NO_CASE] = sum(not of.cases for of in abouts)
        people[ABOUT_THEM_ALONE] = sum(not of.others for of in abouts)
        services = {
            case.reference: f"{case.reference}, {case.service}" for case in self.cases.values()
        }
        names = {one.reference: f"{one}, {one.reference}" for one in self.people.values()}
        return Offered(
            kinds=_choices(kinds, {}),
            cases=_choices(cases, {**services, IN_NO_CASE: "In no case"}),
            people=_choices(people, {**names, ABOUT_THEM_ALONE: f"{person} alone"}),
        )


def open_undecided(reference: str, *, look: Look, decision: str, to: Narrowed) -> Undecided:
    """What nobody has decided about yet, to be erased or kept alike; one entry, about all it names.

    Errors as `sar.queries.rights.open_erasure`; Refused for whoever does not decide.
    """
    request, person, items = _opened(reference, look)
    if not can_decide_erasure(look.by, request):
        raise Refused("This is not yours to decide, or the request is answered.")
    decided = set(request.erasures.values_list("source", "record_id"))
    undecided = [one for one in items if (one.source, one.record_id) not in decided]
    narrowing = _narrowing(person, undecided)
    chosen = narrowing.narrowed(to)
    alone = why_alone(request, chosen, decision)
    alike = [one for one in chosen if (one.source, one.record_id) not in alone]
    rows = alike[: AT_ONCE["decide"]]
    return Undecided(
        request=request,
        items=items,
        rows=rows,
        alone=[
            (one, alone[one.source, one.record_id])
            for one in chosen
            if (one.source, one.record_id) in alone
        ],
        more=len(alike) - len(rows),
        of=len(undecided),
        offered=narrowing.offered(person),
        holds=[
            hold.reason
            for hold in what_holds(person, but=request)
            if hold.record != "cases.Restriction"
        ],
    )


def open_waiting(reference: str, *, look: Look, to: Narrowed) -> Waiting:
    """What others decided and nobody has approved, with the words of each; one entry, about all it names.

    Errors as `sar.queries.rights.open_erasure`; Refused for whoever does not approve.
    """
    request, person, items = _opened(reference, look)
    if not may_approve_erasures(look.by):
        raise Refused("Somebody who approves what others decided does this.")
    waiting = list(request.erasures.filter(approved_at=None).select_related("recorded_by"))
    theirs = [one for one in waiting if can_approve_erasure(look.by, one)]
    of = {(one.source, one.record_id): one for one in theirs}
    narrowing = _narrowing(person, [one for one in items if (one.source, one.record_id) in of])
    every = [ToApprove(of[one.source, one.record_id], one) for one in narrowing.narrowed(to)]
    if to.is_all:
        here = {one.decision.pk for one in every}
        every += [ToApprove(one, None) for one in theirs if one.pk not in here]
    rows = every[: AT_ONCE["approve"]]
    return Waiting(
        request=request,
        rows=rows,
        more=len(every) - len(rows),
        of=len(theirs),
        own=sum(one.recorded_by_id == look.by.pk for one in waiting),
        offered=narrowing.offered(person),
    )


def open_to_approve(reference: str, *, look: Look) -> RightsRequest:
    """The request whose decisions `look.by` approves. Nothing of it is shown, so that this leaves no look.

    Errors as `open_waiting`.
    """
    request, _ = open_to_erase(reference, look)
    if not may_approve_erasures(look.by):
        raise Refused("Somebody who approves what others decided does this.")
    return request


def decision_named(request: RightsRequest, key: str) -> ErasureItem | None:
    """The decision about the item of this name; None where nobody has decided about it."""
    every = request.erasures.select_related("request")
    return next((one for one in every if key_of(one.source, one.record_id) == key), None)


def _opened(reference: str, look: Look) -> tuple[RightsRequest, Person, list[Item]]:
    request, person = open_to_erase(reference, look)
    items = list(gathered(person))
    show(
        look.for_purpose(Purpose.RIGHTS_REQUEST),
        [Shown(Verb.ERASURE_READ, request, circle_of(person))],
    )
    return request, person, items


def _narrowing(person: Person, items: list[Item]) -> _Narrowing:
    found = around(person, items)
    cases = {number for of in found.values() for number in of.cases}
    people = {number for of in found.values() for number in of.others}
    return _Narrowing(
        items=items,
        found=found,
        cases=Case.objects.select_related("service").in_bulk(cases),
        people=Person.objects.in_bulk(people),
    )


def _choices(counted: Counter[str], words: dict[str, str]) -> list[tuple[str, str]]:
    """Each choice with its words and how many there are, in the order of the words."""
    offered = ((one, words.get(one, one), many) for one, many in counted.items() if many)
    return [(one, f"{said} ({many})") for one, said, many in sorted(offered, key=lambda of: of[1])]
