"""Somebody who tries everything: which whole numbers fit all that was released?

It knows nothing of `planning.protection`: unknown figures, sums that were printed, and patience.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

from planning.protection import Shown

type Sum = tuple[tuple[Hashable, ...], int]


@dataclass
class Solver:
    """Unknown whole numbers from nought on, and sums of some of them that are known."""

    sums: list[tuple[tuple[Hashable, ...], int]] = field(default_factory=list)

    def told(self, unknown: Iterable[Hashable], total: int) -> None:
        self.sums.append((tuple(unknown), total))

    def can_be(self, parts: Sequence[Hashable], value: int) -> bool:
        """Whether `parts` could together be `value`, all that is known being true."""
        return _fits([*self.sums, (tuple(parts), value)], {})

    def possible(self, parts: Sequence[Hashable], *, around: int, enough: int) -> list[int]:
        """The values that `parts` together could have, looked for around the true one, up to `enough`."""
        found: list[int] = []
        for step in range(enough + 1):
            for value in {around - step, around + step}:
                if value >= 0 and len(found) < enough and self.can_be(parts, value):
                    found.append(value)
        return found


def _fits(sums: list[Sum], known: dict[Hashable, int]) -> bool:
    known = dict(known)
    settled = True
    while settled:
        found = _settle(sums, known)
        if found is None:
            return False
        sums, settled = found
    if not sums:
        return True
    limits: dict[Hashable, int] = {}
    for unknown, rest in sums:
        for one in unknown:
            limits[one] = min(limits.get(one, rest), rest)
    if any(sum(limits[one] for one in unknown) < rest for unknown, rest in sums):
        return False
    one = min(sums, key=lambda each: (len(each[0]), each[1]))[0][0]
    return any(_fits(sums, known | {one: value}) for value in range(limits[one], -1, -1))


def _settle(sums: list[Sum], known: dict[Hashable, int]) -> tuple[list[Sum], bool] | None:
    """What is left open after what follows at once, and whether anything did; None if it cannot be."""
    left_open, settled = [], False
    for unknown, total in sums:
        left = tuple(one for one in unknown if one not in known)
        rest = total - sum(known[one] for one in unknown if one in known)
        if rest < 0 or (not left and rest):
            return None
        if len(left) == 1 or (left and rest == 0):
            known |= dict.fromkeys(left, rest)
            settled = True
        elif left:
            left_open.append((left, rest))
    return left_open, settled


def tell(solver: Solver, table: Shown, parts) -> None:
    """Tell `solver` every figure of `table`; `parts(line, column)` are the unknowns of one figure."""
    lines, columns = range(len(table.lines)), range(len(table.columns))
    for line in lines:
        for column in columns:
            if (value := table.cells[line][column]) is not None:
                solver.told(parts(line, column), value)
        solver.told([one for c in columns for one in parts(line, c)], table.line_totals[line])
    for column in columns:
        solver.told([one for li in lines for one in parts(li, column)], table.column_totals[column])
