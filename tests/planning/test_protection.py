"""Nobody can be worked out: a solver that tries everything fails (features.md N27, S11)."""

from collections import Counter
from functools import partial
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from planning.figures import Figures, Measure, read
from planning.protection import EVERYTHING, REST, WITHHELD, protect, protect_again
from planning.tables import ROUNDED_TO, Table
from tests.planning.solver import Solver, tell

LINES = ("Counselling", "Family support", "Mediation", "Young carers")
COLUMNS = ("0 to 4", "5 to 10", "11 to 17", "18 and over")
FIVE = 5

figures = st.integers(0, 12) | st.integers(0, 4)


def tables(lines=LINES, columns=COLUMNS[:3]):
    keys = [(line, column) for line in lines for column in columns]
    return st.lists(figures, min_size=len(keys), max_size=len(keys)).map(
        lambda values: dict(zip(keys, values, strict=True))
    )


def released(counts, threshold=FIVE, columns=COLUMNS):
    return protect(counts, lines=LINES, columns=columns, threshold=threshold)


def truth(counts, table, line, column):
    """The true figure in a place, all that stands nowhere else counted in the last line or column."""
    here = [table.lines[line], table.columns[column]]

    def belongs(name, names, wanted):
        return name == wanted or (wanted in {REST, EVERYTHING} and name not in names)

    return sum(
        value
        for (one, other), value in counts.items()
        if belongs(one, table.lines, here[0]) and belongs(other, table.columns, here[1])
    )


def one(line, column):
    return [(line, column)]


# --- One table -----------------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(tables())
def test_solver_recovers_no_hidden_figure(counts):
    """With everything printed, each hidden figure could still be any of six numbers, small or not."""
    table = released(counts)
    assume(table.hidden)
    solver = Solver()
    tell(solver, table, one)
    for line, column in table.hidden:
        true = truth(counts, table, line, column)
        assert len(solver.possible(one(line, column), around=true, enough=FIVE + 1)) > FIVE


@settings(max_examples=300, deadline=None)
@given(tables(columns=COLUMNS), st.integers(2, 10))
def test_what_is_shown_is_true_and_never_small(counts, threshold):
    table = released(counts, threshold)
    if table.is_withheld:
        assert sum(counts.values()) < threshold
        return
    assert table.total == sum(counts.values()) == sum(table.line_totals)
    assert table.total == sum(table.column_totals)
    for line, cells in enumerate(table.cells):
        true = [truth(counts, table, line, column) for column in range(len(cells))]
        assert sum(true) == table.line_totals[line] >= threshold
        for value, real in zip(cells, true, strict=True):
            assert value in {None, real}
            assert value is None or value >= threshold
    assert min(table.column_totals) >= threshold


@settings(max_examples=200, deadline=None)
@given(tables())
def test_what_was_put_together_cannot_be_taken_apart(counts):
    """A line of small services: which of them is how small cannot be told, nor that it is nobody."""
    table = released(counts)
    together = [name for name in LINES if name not in table.lines]
    assume(REST in table.lines)
    assert len(together) > 1
    true = {
        name: sum(value for (line, _), value in counts.items() if line == name) for name in together
    }
    solver = Solver()
    solver.told(together, table.line_totals[-1])
    for name in together:
        assert len(solver.possible([name], around=true[name], enough=2)) == 2


@pytest.mark.parametrize("total", range(FIVE))
def test_table_of_fewer_than_the_threshold_is_withheld(total):
    assert released({("Counselling", "0 to 4"): total}) == WITHHELD


def test_nought_and_four_look_the_same():
    """Whoever knows that nobody is hidden where there is nought would know who is where there is not."""
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    nought = counts | {("Mediation", "5 to 10"): 0, ("Counselling", "0 to 4"): 24}
    table = released(nought)
    assert table.cells[2][1] is None
    assert sum(value is None for cells in table.cells for value in cells) == 4


def test_one_small_figure_hides_three_others_and_no_more():
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    counts |= {("Mediation", "5 to 10"): 3, ("Young carers", "0 to 4"): 9}
    table = released(counts)
    assert table.hidden >= {(2, 1), (3, 0)}
    assert len(table.hidden) == 4


def test_diagonal_of_large_figures_is_hidden_with_its_noughts():
    """Noughts shown would give the small one away: 9 below it leaves 1 of its total of 10."""
    table = protect(
        {("a", "x"): 1, ("a", "y"): 9, ("b", "x"): 9, ("b", "y"): 0},
        lines=("a", "b"),
        columns=("x", "y"),
        threshold=FIVE,
    )
    assert table.cells == ((None, None), (None, None))
    assert table.line_totals == (10, 9)


# --- Several breakdowns of the same people ---------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 5), min_size=12, max_size=12),
)
def test_two_breakdowns_of_the_same_people_together_recover_nothing(values):
    """By age and by district, with the same totals: the solver works on who is both."""
    ages, districts = COLUMNS[:3], ("PR8", "PR9")
    keys = [(line, age, home) for line in LINES[:2] for age in ages for home in districts]
    people = dict(zip(keys, values, strict=True))
    by_age, by_home = {}, {}
    for (line, age, home), value in people.items():
        by_age[line, age] = by_age.get((line, age), 0) + value
        by_home[line, home] = by_home.get((line, home), 0) + value
    first = protect(by_age, lines=LINES[:2], columns=ages, threshold=FIVE)
    second = protect(by_home, lines=LINES[:2], columns=districts, threshold=FIVE)
    assert first.line_totals == second.line_totals
    assume(first.hidden or second.hidden)
    solver = Solver()
    across, homes = range(len(first.columns)), range(len(second.columns))
    tell(solver, first, lambda line, column: [(line, column, home) for home in homes])
    tell(solver, second, lambda line, column: [(line, age, column) for age in across])
    for line, column in first.hidden:
        parts = [(line, column, home) for home in homes]
        true = truth(by_age, first, line, column)
        assert len(solver.possible(parts, around=true, enough=2)) == 2
    for line, column in second.hidden:
        parts = [(line, age, column) for age in across]
        true = truth(by_home, second, line, column)
        assert len(solver.possible(parts, around=true, enough=2)) == 2


# Few and the same each time: trying every way in which three tables can be true takes seconds for some.
@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 3), min_size=16, max_size=16))
def test_a_third_breakdown_of_the_same_people_recovers_nothing_either(values):
    """By age, by district and by ethnic group: each of them hidden by itself, all three printed."""
    sides = ([("0 to 4", "5 to 10"), ("PR8", "PR9"), ("Asian", "White")], LINES[:2])
    keys = [(line, *one) for line in sides[1] for one in product(*sides[0])]
    people = dict(zip(keys, values, strict=True))
    tables = []
    for side, columns in enumerate(sides[0], 1):
        counts = Counter()
        for key, value in people.items():
            counts[key[0], key[side]] += value
        tables.append((counts, protect(counts, lines=LINES[:2], columns=columns, threshold=FIVE)))
    assert len({table.line_totals for _, table in tables}) == 1
    assume(any(table.hidden for _, table in tables))
    widths = [range(len(table.columns)) for _, table in tables]

    def parts(side, line, column):
        return [(line, *one) for one in product(*widths) if one[side] == column]

    solver = Solver()
    for side, (_, table) in enumerate(tables):
        tell(solver, table, partial(parts, side))
    for side, (counts, table) in enumerate(tables):
        for line, column in table.hidden:
            true = truth(counts, table, line, column)
            assert len(solver.possible(parts(side, line, column), around=true, enough=2)) == 2


@settings(max_examples=100, deadline=None)
@given(tables())
def test_rounded_figures_lie_within_two_and_hide_the_same(counts):
    """Whoever has both the figures and the rounded ones learns nothing more: the second follow from the first."""
    table = released(counts)
    figures = Figures(FIVE, (Measure("m", "M", "", (Table("t", "T", table),)),))
    shown = figures.rounded().measures[0].tables[0].shown
    assert shown.hidden == table.hidden
    assert shown.is_withheld == table.is_withheld
    for new, old in zip(
        shown.line_totals + shown.column_totals,
        table.line_totals + table.column_totals,
        strict=True,
    ):
        assert new % ROUNDED_TO == 0
        assert abs(new - old) <= ROUNDED_TO // 2
    assert read(figures.kept()) == figures
    assert "is_rounded" not in figures.rounded().kept()


# --- One version after another ---------------------------------------------------------------------

changes = st.lists(
    st.tuples(
        st.sampled_from(LINES), st.sampled_from(COLUMNS[:3]), st.integers(-9, 9) | st.just(0)
    ),
    max_size=4,
)


def changed(counts, corrections):
    after = dict(counts)
    for line, column, step in corrections:
        after[line, column] = max(0, after[line, column] + step)
    return after


@settings(max_examples=250, deadline=None)
@given(tables(), st.lists(changes, min_size=1, max_size=3))
def test_no_sequence_of_versions_shows_a_small_difference(counts, sequence):
    """Nobody finds one person by taking one version from another, whichever two they take."""
    versions, true = [released(counts)], [counts]
    for corrections in sequence:
        after = changed(true[-1], corrections)
        again = protect_again(after, earlier=versions, threshold=FIVE)
        versions.append(again or versions[-1])
        true.append(after if again else true[-1])
    for number, later in enumerate(versions):
        assert later.hidden == versions[0].hidden
        for earlier in versions[:number]:
            for new, old in zip(shown(later), shown(earlier), strict=True):
                assert new == old or abs(new - old) >= FIVE
    assume(versions[0].hidden)
    # The solver has all versions and believes what favours it: what is hidden changed where it must only.
    for table, figure in zip(versions, true, strict=True):
        solver = Solver()
        tell(solver, table, one)
        for line, column in table.hidden:
            real = truth(figure, table, line, column)
            assert len(solver.possible(one(line, column), around=real, enough=FIVE + 1)) > FIVE


@settings(max_examples=80, deadline=None)
@given(tables(LINES[:3], COLUMNS[:2]), changes)
def test_solver_does_not_recover_what_changed_in_a_hidden_figure(counts, corrections):
    """Both versions at once: the difference of a hidden figure stays open as the figure itself does."""
    first = protect(counts, lines=LINES[:3], columns=COLUMNS[:2], threshold=FIVE)
    known = [each for each in corrections if (each[0], each[1]) in counts]
    after = changed(counts, known)
    second = protect_again(after, earlier=[first], threshold=FIVE)
    assume(second is not None and first.hidden)
    solver = Solver()
    tell(solver, first, lambda line, column: [("before", line, column)])
    tell(solver, second, lambda line, column: [("after", line, column)])
    for line, column in first.hidden:
        before = truth(counts, first, line, column)
        real = truth(after, second, line, column)
        pairs = {
            (x, y)
            for x in solver.possible([("before", line, column)], around=before, enough=3)
            for y in solver.possible([("after", line, column)], around=real, enough=3)
        }
        assert len({y - x for x, y in pairs}) > 1


late = st.lists(
    st.tuples(st.sampled_from(LINES[:3]), st.sampled_from(COLUMNS[:2]), st.integers(1, 9)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(tables(LINES[:3], COLUMNS[:2]), st.tuples(late, late))
def test_solver_who_knows_that_registers_only_come_late_pins_down_no_small_change(
    counts, registers
):
    """Nobody is taken out between versions: every change in a hidden figure could still be nobody's or many's."""
    versions, true = [protect(counts, lines=LINES[:3], columns=COLUMNS[:2], threshold=FIVE)], counts
    solver = Solver()
    unknown = [("at first",)]
    tell(solver, versions[0], lambda line, column: [(*unknown[0], line, column)])
    for number, register in enumerate(registers):
        after = changed(true, register)
        again = protect_again(after, earlier=versions, threshold=FIVE)
        if again is None:
            continue
        before, true = true, after
        versions.append(again)
        unknown.append((f"more in {number}",))
        tell(solver, again, lambda line, column: [(*one, line, column) for one in unknown])
        for line, column in again.hidden:
            more = truth(after, again, line, column) - truth(before, again, line, column)
            pinned = solver.possible([(*unknown[-1], line, column)], around=more, enough=2)
            assert len(pinned) == 2 or not 0 < more < FIVE


def test_correction_is_refused_that_would_leave_two_in_what_is_hidden():
    """Seven more in a line, five of them shown: two are left for its hidden figures."""
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    counts |= {("Mediation", "5 to 10"): 3}
    first = released(counts)
    assert first.cells[2][1] is None
    shown_at = next(at for at in range(4) if first.cells[2][at] is not None)
    more = counts | {
        ("Mediation", COLUMNS[shown_at]): 25,
        ("Mediation", "5 to 10"): 5,
        ("Young carers", "5 to 10"): 40,
    }
    assert protect_again(more, earlier=[first], threshold=FIVE) is None
    more[("Mediation", "5 to 10")] = 8
    assert protect_again(more, earlier=[first], threshold=FIVE) is not None


@pytest.mark.parametrize(
    ("step", "stands"), [(1, True), (4, True), (-4, True), (5, False), (-5, False), (30, False)]
)
def test_correction_is_released_only_if_its_difference_is_nobody_in_particular(step, stands):
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    first = released(counts)
    after = counts | {("Mediation", "5 to 10"): 20 + step}
    again = protect_again(after, earlier=[first], threshold=FIVE)
    assert (again is None) is stands
    if again is not None:
        assert again.cells[2][1] == 20 + step


def test_correction_is_compared_with_every_version_before_it():
    """Back to one away from the first: each step is large, and the first and the third differ by one."""
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    first = released(counts)
    second = protect_again(counts | {("Mediation", "5 to 10"): 30}, earlier=[first], threshold=FIVE)
    third = counts | {("Mediation", "5 to 10"): 21}
    assert protect_again(third, earlier=[second], threshold=FIVE) is not None
    assert protect_again(third, earlier=[first, second], threshold=FIVE) is None


def test_correction_that_makes_a_shown_figure_small_stands_as_it_was():
    counts = {(line, column): 20 for line in LINES for column in COLUMNS}
    first = released(counts)
    assert (
        protect_again(counts | {("Mediation", "5 to 10"): 2}, earlier=[first], threshold=FIVE)
        is None
    )


def test_correction_with_a_service_of_its_own_stands_as_it_was():
    counts = {(line, column): 20 for line in LINES[:3] for column in COLUMNS}
    first = protect(counts, lines=LINES[:3], columns=COLUMNS, threshold=FIVE)
    after = counts | {("Young carers", "0 to 4"): 7}
    assert protect_again(after, earlier=[first], threshold=FIVE) is None


def shown(table):
    """What is printed, and what each line and column leaves when its printed figures are taken off."""
    cells = [value for line in table.cells for value in line if value is not None]
    sides = [*zip(table.line_totals, table.cells, strict=True)]
    sides += zip(table.column_totals, zip(*table.cells, strict=True), strict=True)
    left = [total - sum(filter(None, values)) for total, values in sides]
    return [*cells, *table.line_totals, *table.column_totals, table.total or 0, *left]
