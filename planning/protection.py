"""Figures from which nobody can be worked out (features.md N27; docs/adr/0026 says why it holds).

A table counts people or events once each, by line and by column. Here it is made fit to be read by
anybody:

1. A line or column whose total is under the threshold is counted together with all other small ones, so
   every total that is left is shown and is at least the threshold. If all together is less than that,
   the table is withheld.
2. A figure under the threshold is hidden, nought among them: "fewer than 5" does not say that it is nobody.
3. Others are hidden beside them until every hidden figure could be anything within a span at least as wide
   as the threshold, for somebody who has the whole table, subtracts and adds as they like.
4. A later version of the same table shows and hides exactly the same places, and no figure that is shown, nor
   what a line or column leaves when those are taken off, may differ from an earlier version by less than the
   threshold: else the difference is somebody. Where that cannot be, the earlier figures stand.

No database and no clock here.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

REST = "All others together"
EVERYTHING = "All together"

type Counts = Mapping[tuple[str, str], int]
type Grid = tuple[tuple[int, ...], ...]
type Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as everybody may read it. `None` is a hidden figure; without a total all is withheld."""

    lines: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | None, ...], ...]
    line_totals: tuple[int, ...]
    column_totals: tuple[int, ...]
    total: int | None

    @property
    def hidden(self) -> frozenset[Place]:
        return frozenset(
            (line, column)
            for line, cells in enumerate(self.cells)
            for column, value in enumerate(cells)
            if value is None
        )

    @property
    def is_withheld(self) -> bool:
        return self.total is None


WITHHELD = Shown((), (), (), (), (), None)


def protect(
    counts: Counts, *, lines: Sequence[str], columns: Sequence[str], threshold: int
) -> Shown:
    """The table of `counts` as everybody may read it; `lines` and `columns` in their order."""
    total = sum(counts.values())
    if total < threshold:
        return WITHHELD
    kept_lines = _kept(lines, _totals(counts, 0), threshold)
    kept_columns = _kept(columns, _totals(counts, 1), threshold)
    line_names, column_names = _names(kept_lines, lines), _names(kept_columns, columns)
    grid = _grid(counts, line_names, column_names)
    if not all(map(sum, grid)):
        # Nobody at all in what was put together: the line would tell noughts apart from small figures.
        line_names, grid = line_names[:-1], grid[:-1]
    if not all(map(sum, zip(*grid, strict=True))):
        column_names, grid = column_names[:-1], tuple(cells[:-1] for cells in grid)
    return _shown(line_names, column_names, grid, _hide(grid, threshold))


def protect_again(counts: Counts, *, earlier: Sequence[Shown], threshold: int) -> Shown | None:
    """A later version of a table of which `earlier` versions are known, first one first.

    None where it would give somebody away: then the newest of the earlier ones stands.
    """
    first = earlier[0]
    if first.is_withheld or sum(counts.values()) < threshold:
        return None
    grid = _grid(counts, first.lines, first.columns)
    if sum(map(sum, grid)) != sum(counts.values()):
        return None  # somebody is in a line or a column that the first version has not
    again = _shown(first.lines, first.columns, grid, first.hidden)
    enough = all(value >= threshold for value in _published(again))
    if not enough or not _all_safe(grid, first.hidden, threshold):
        return None
    near = any(
        0 < abs(new - old) < threshold
        for before in earlier
        for new, old in zip(_known(again), _known(before), strict=True)
    )
    return None if near else again


# --- Lines and columns --------------------------------------------------------------------------


def _totals(counts: Counts, side: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for names, value in counts.items():
        found[names[side]] = found.get(names[side], 0) + value
    return found


def _kept(names: Sequence[str], totals: Mapping[str, int], threshold: int) -> list[str]:
    """The names with totals of their own; what is left over is nought or reaches the threshold."""
    kept = [name for name in names if totals.get(name, 0) >= threshold]
    rest = sum(totals.values()) - sum(totals[name] for name in kept)
    if 0 < rest < threshold and kept:
        kept.remove(min(kept, key=lambda name: (totals[name], names.index(name))))
    return kept


def _names(kept: list[str], names: Sequence[str]) -> tuple[str, ...]:
    return (*kept, REST) if kept else (EVERYTHING,)


def _grid(counts: Counts, lines: Sequence[str], columns: Sequence[str]) -> Grid:
    """The figures in their places; whoever has no line or column of their own counts in the last one."""
    line_at, column_at = _places(lines), _places(columns)
    grid = [[0] * len(columns) for _ in lines]
    for (line, column), value in counts.items():
        at, across = line_at.get(line, line_at[""]), column_at.get(column, column_at[""])
        if at is not None and across is not None:
            grid[at][across] += value
    return tuple(tuple(cells) for cells in grid)


def _places(names: Sequence[str]) -> dict[str, int | None]:
    """Where each name stands, and under "" where the others do, if anywhere."""
    open_to_all = names[-1] in {REST, EVERYTHING}
    return {name: at for at, name in enumerate(names)} | {
        "": len(names) - 1 if open_to_all else None
    }


def _shown(
    lines: tuple[str, ...], columns: tuple[str, ...], grid: Grid, hidden: frozenset[Place]
) -> Shown:
    return Shown(
        lines=lines,
        columns=columns,
        cells=tuple(
            tuple(None if (line, column) in hidden else value for column, value in enumerate(cells))
            for line, cells in enumerate(grid)
        ),
        line_totals=tuple(map(sum, grid)),
        column_totals=tuple(map(sum, zip(*grid, strict=True))),
        total=sum(map(sum, grid)),
    )


def _published(table: Shown) -> list[int]:
    """Every figure that is shown, in one order."""
    cells = [value for line in table.cells for value in line if value is not None]
    return [*cells, *table.line_totals, *table.column_totals, table.total or 0]


def _known(table: Shown) -> list[int]:
    """Every figure that is shown, and what is left of each line and column when its shown figures are taken off.

    Seven more in a line, five of them in a figure that is shown, are two more in those that are hidden.
    """
    lines = zip(table.line_totals, table.cells, strict=True)
    columns = zip(table.column_totals, zip(*table.cells, strict=True), strict=True)
    left = [total - sum(one or 0 for one in cells) for total, cells in (*lines, *columns)]
    return [*_published(table), *left]


# --- What is hidden -----------------------------------------------------------------------------


def _hide(grid: Grid, threshold: int) -> frozenset[Place]:
    """The small figures, and others beside them until none can be worked out."""
    places = list(product(range(len(grid)), range(len(grid[0]))))
    hidden = {(line, column) for line, column in places if grid[line][column] < threshold}
    while (bare := _bare(grid, hidden, threshold)) is not None:
        hidden |= _corners(grid, hidden, bare, threshold)
    return frozenset(hidden)


def _all_safe(grid: Grid, hidden: frozenset[Place], threshold: int) -> bool:
    small = {
        (line, column)
        for line, cells in enumerate(grid)
        for column, value in enumerate(cells)
        if value < threshold
    }
    return small <= hidden and _bare(grid, set(hidden), threshold) is None


def _bare(grid: Grid, hidden: set[Place], threshold: int) -> Place | None:
    """The first hidden figure that could be narrowed down to less than the threshold."""
    return next((p for p in sorted(hidden) if not _is_wide(grid, hidden, p, threshold)), None)


def _corners(grid: Grid, hidden: set[Place], bare: Place, threshold: int) -> set[Place]:
    """Three corners that make a rectangle with `bare`: the best that still can be hidden.

    First those that make it safe at once, then those that hide the fewest and the smallest figures.
    Hiding everything always suffices, since every total reaches the threshold: so this comes to an end.
    """

    def loss(corners: set[Place]) -> tuple[bool, int, int, list[Place]]:
        new = corners - hidden
        unsafe = not _is_wide(grid, hidden | corners, bare, threshold)
        return unsafe, len(new), sum(grid[line][column] for line, column in new), sorted(new)

    line, column = bare
    rectangles = [
        {(line, across), (down, column), (down, across)}
        for down in range(len(grid))
        for across in range(len(grid[0]))
        if down != line and across != column
    ]
    return min((one for one in rectangles if one - hidden), key=loss)


def _is_wide(grid: Grid, hidden: set[Place], place: Place, threshold: int) -> bool:
    """Whether the figure at `place` could be anything in a span of `threshold`, all totals being known.

    A unit more here is a unit less at another hidden figure of the column, one more in that line, and so
    on round a ring back to the start. As many rings as there are, so much larger may it be; the other way
    round, so much smaller. Both together are the exact span, because totals by lines and columns are a
    network and its extremes are whole numbers.
    """
    wide = _rings(grid, hidden, place, more=True, enough=threshold)
    if wide < threshold:
        wide += _rings(grid, hidden, place, more=False, enough=threshold - wide)
    return wide >= threshold


def _rings(grid: Grid, hidden: set[Place], place: Place, *, more: bool, enough: int) -> int:
    """How much larger (`more`) or smaller the figure could be, counted up to `enough`."""
    left = {one: grid[one[0]][one[1]] for one in hidden}
    found = 0
    while found < enough and (more or left[place]):
        ring = _ring(left, place, more=more)
        if ring is None:
            break
        left[place] += 1 if more else -1
        for one, step in ring:
            left[one] += step
        found += 1
    return found


def _ring(left: dict[Place, int], place: Place, *, more: bool) -> list[tuple[Place, int]] | None:
    """The other figures of a shortest ring through `place`, each with the unit it gains or loses."""
    side = 1 if more else 0  # looked for first: along the column what may lose, or along the line
    start, goal = (side, place[side]), (1 - side, place[1 - side])
    came: dict[tuple[int, int], tuple[tuple[int, int], Place, int] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        at = waiting.popleft()
        if at == goal:
            return list(_back(came, at))
        for to, one, step in _steps(left, at):
            if one != place and to not in came:
                came[to] = (at, one, step)
                waiting.append(to)
    return None


def _steps(
    left: dict[Place, int], at: tuple[int, int]
) -> Iterator[tuple[tuple[int, int], Place, int]]:
    """From a column to the lines where one less is possible; from a line to the columns, one more."""
    side, number = at
    for one, value in left.items():
        if one[side] != number:
            continue
        if side == 1 and value > 0:
            yield (0, one[0]), one, -1
        elif side == 0:
            yield (1, one[1]), one, +1


def _back(
    came: dict[tuple[int, int], tuple[tuple[int, int], Place, int] | None], at: tuple[int, int]
) -> Iterator[tuple[Place, int]]:
    while (step := came[at]) is not None:
        at, one, unit = step
        yield one, unit
