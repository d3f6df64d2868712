"""A family as a picture: who stands where, and which lines join them. Only data, without a table.

A generation is a row, couples stand side by side, children below their parents. `cases/_family_picture.html`
writes it down as SVG; everything in it stands in the list beside it as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from cases.models import Kinship, Person, Relationship

BOX_WIDTH, BOX_HEIGHT = 176, 66
GAP, ROW = 28, 140
EDGE = 10
LANES, LANE = 4, 15
LONGEST_NAME = 17  # characters that a box has room for

DOWN = {
    Kinship.PARENT: 1,
    Kinship.STEP_PARENT: 1,
    Kinship.FOSTER_CARER: 1,
    Kinship.GRANDPARENT: 2,
}
SAME = frozenset({Kinship.SIBLING, Kinship.PARTNER, Kinship.FORMER_PARTNER})
COUPLE = frozenset({Kinship.PARTNER, Kinship.FORMER_PARTNER})
DRAWN = DOWN.keys() | SAME


@dataclass(frozen=True, slots=True)
class Box:
    """One person in the picture; `x` and `y` are its upper left corner."""

    person: Person
    name: str
    under: str  # a second line: the age
    x: int
    y: int
    is_focus: bool
    is_youngest: bool

    @property
    def middle(self) -> int:
        return self.x + BOX_WIDTH // 2

    @property
    def name_y(self) -> int:
        return self.y + 27

    @property
    def under_y(self) -> int:
        return self.y + 50


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two people: its path, and what it means as part of a class name."""

    path: str
    means: str  # responsible, parent, step, couple, parted, siblings


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; empty where nobody is related to anybody."""

    boxes: tuple[Box, ...] = ()
    lines: tuple[Line, ...] = ()
    width: int = 0
    height: int = 0

    @property
    def told(self) -> str:
        """The picture in one sentence, for whoever hears the page."""
        focus = next((box.person for box in self.boxes if box.is_focus), None)
        rows = len({box.y for box in self.boxes})
        youngest = next((box.person for box in self.boxes if box.is_youngest), None)
        words = f"{len(self.boxes)} people around {focus} in {rows} generations"
        return f"{words}; the youngest child is {youngest}." if youngest else f"{words}."


def draw_family(
    focus: Person,
    relationships: Iterable[Relationship],
    *,
    youngest: Person | None,
    ages: dict[int, str],
    on: date,
) -> Picture:
    """The picture of `relationships` around `focus`, as on the day `on`; `ages` are words by number."""
    drawn = [one for one in relationships if one.kind in DRAWN and one.until is None]
    drawn += [one for one in relationships if one.kind in COUPLE and one.until is not None]
    rows = _rows(focus, drawn)
    if len(rows) < 2:
        return Picture()
    people = {focus.pk: focus}
    for one in drawn:
        people |= {one.person_id: one.person, one.other_id: one.other}
    boxes = _place(focus, people, rows, drawn, youngest=youngest, ages=ages)
    lines = [line for one in drawn if (line := _line(one, boxes, drawn, on))]
    right = max(box.x for box in boxes.values()) + BOX_WIDTH + EDGE
    bottom = max(box.y for box in boxes.values()) + BOX_HEIGHT + EDGE
    return Picture(tuple(boxes.values()), tuple(lines), right, bottom)


def _rows(focus: Person, drawn: Sequence[Relationship]) -> dict[int, int]:
    """In which generation everybody stands, by number: 0 is that of `focus`, below it more."""
    rows, waiting = {focus.pk: 0}, [focus.pk]
    while waiting:
        here = waiting.pop(0)
        for one in drawn:
            step = DOWN.get(Kinship(one.kind), 0)
            for near, far, down in (
                (one.person_id, one.other_id, step),
                (one.other_id, one.person_id, -step),
            ):
                if near == here and far not in rows:
                    rows[far] = rows[here] + down
                    waiting.append(far)
    return rows


def _place(
    focus: Person,
    people: dict[int, Person],
    rows: dict[int, int],
    drawn: Sequence[Relationship],
    *,
    youngest: Person | None,
    ages: dict[int, str],
) -> dict[int, Box]:
    boxes: dict[int, Box] = {}
    order: dict[int, float] = {}
    for depth, row in enumerate(sorted(set(rows.values()))):
        members = _side_by_side(
            sorted(
                (n for n in rows if rows[n] == row), key=lambda n: _key(n, people, order, drawn)
            ),
            drawn,
        )
        for place, number in enumerate(members):
            order[number] = place
            boxes[number] = Box(
                person=people[number],
                name=_short(people[number].full_name),
                under=ages.get(number, ""),
                x=EDGE + place * (BOX_WIDTH + GAP),
                y=EDGE + depth * ROW,
                is_focus=number == focus.pk,
                is_youngest=youngest is not None and number == youngest.pk,
            )
    return boxes


def _key(
    number: int, people: dict[int, Person], order: dict[int, float], drawn: Sequence[Relationship]
) -> tuple[float, date, int]:
    """Below their parents, the eldest first."""
    parents = [order[one.person_id] for one in drawn if _is_child(one, number, order)]
    born = people[number].date_of_birth or date.max
    return (sum(parents) / len(parents) if parents else 0.0, born, number)


def _is_child(one: Relationship, number: int, order: dict[int, float]) -> bool:
    return one.other_id == number and one.kind in DOWN and one.person_id in order


def _side_by_side(members: list[int], drawn: Sequence[Relationship]) -> list[int]:
    """The same people, partners next to each other."""
    placed: list[int] = []
    for number in members:
        if number in placed:
            continue
        placed.append(number)
        for one in drawn:
            if one.kind in COUPLE and number in {one.person_id, one.other_id}:
                partner = one.other_id if number == one.person_id else one.person_id
                if partner in members and partner not in placed:
                    placed.append(partner)
    return placed


def _line(
    one: Relationship, boxes: dict[int, Box], drawn: Sequence[Relationship], on: date
) -> Line | None:
    first, second = boxes.get(one.person_id), boxes.get(one.other_id)
    if first is None or second is None:
        return None
    kind = Kinship(one.kind)
    if kind == Kinship.GRANDPARENT and _through_a_parent(one, drawn):
        return None
    if kind in DOWN:
        # Each parent's line keeps a height and an end of its own, so that one can be told from another.
        lane = (first.x - EDGE) // (BOX_WIDTH + GAP) % LANES
        across = second.middle + (lane - 1) * LANE
        height = second.y - LANE - lane * LANE
        path = f"M{first.middle} {first.y + BOX_HEIGHT}V{height}H{across}V{second.y}"
        means = "parent" if kind in {Kinship.PARENT, Kinship.GRANDPARENT} else "step"
        return Line(path, "responsible" if one.is_responsible(on) else means)
    left, right = sorted((first, second), key=lambda box: box.x)
    if kind == Kinship.SIBLING:
        if _share_a_parent(one, drawn):
            return None
        return Line(f"M{left.middle} {left.y}v-16H{right.middle}v16", "siblings")
    parted = kind == Kinship.FORMER_PARTNER or one.until is not None
    if right.x - left.x == BOX_WIDTH + GAP:
        path = f"M{left.x + BOX_WIDTH} {left.y + BOX_HEIGHT // 2}H{right.x}"
    else:
        below = left.y + BOX_HEIGHT
        path = f"M{left.middle} {below}v14H{right.middle}v-14"
    return Line(path, "parted" if parted else "couple")


def _through_a_parent(one: Relationship, drawn: Sequence[Relationship]) -> bool:
    """Whether the generation between grandparent and grandchild is in the picture."""
    parents = {each.person_id for each in drawn if each.other_id == one.other_id}
    children = {each.other_id for each in drawn if each.person_id == one.person_id}
    return bool(parents & children)


def _share_a_parent(one: Relationship, drawn: Sequence[Relationship]) -> bool:
    parents = [
        {each.person_id for each in drawn if each.kind == Kinship.PARENT and each.other_id == end}
        for end in (one.person_id, one.other_id)
    ]
    return bool(parents[0] & parents[1])


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
