"""A year of figures, added up from what was released of its quarters and from nothing else.

So a year shows nothing that its quarters do not show, and everybody can add it up again. People and cases are
not added: somebody who came in two quarters would count twice (docs/adr/0026).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core.dates import MONTHS
from funding.quarters import Quarter
from planning.figures import Figures, Measure
from planning.measures import CONTACTS, GOALS_ENDED, REFERRALS, WAITING
from planning.tables import HIDDEN

# What happens once and on one day, so that four quarters are the year.
ADDED = (REFERRALS.key, WAITING.key, CONTACTS.key, GOALS_ENDED.key)
WITH_OTHERS = "with others"
QUARTERS = 4


@dataclass(frozen=True, slots=True)
class YearTable:
    """One measure by something: a line for each column of its quarters, and one for all together."""

    title: str
    rows: tuple[tuple[str, ...], ...]

    @property
    def together(self) -> list[int | None]:
        """How many each quarter had in all, as far as it shows it."""
        words = self.rows[-1][1:-1]
        return [None if word == HIDDEN else int(word.replace(",", "")) for word in words]

    @property
    def is_empty(self) -> bool:
        """Whether no quarter shows anything of it."""
        return len(self.rows) == 1 and set(self.rows[0][1:]) == {HIDDEN}


@dataclass(frozen=True, slots=True)
class Year:
    """The released quarters of a year, and its measures; `missing` are the quarters without figures."""

    number: int
    quarters: tuple[Quarter, ...]
    missing: tuple[Quarter, ...]
    measures: tuple[tuple[Measure, tuple[YearTable, ...]], ...]

    @property
    def short(self) -> list[str]:
        """Its quarters for the foot of a picture."""
        return [quarter.short for quarter in self.quarters]

    @property
    def headings(self) -> list[str]:
        return ["", *map(_months, self.quarters), "The year"]


def _months(quarter: Quarter) -> str:
    first, last = (MONTHS[day.month - 1][:3] for day in (quarter.first, quarter.last))
    return f"{first} to {last}"


def add_up(number: int, released: Sequence[tuple[Quarter, Figures]]) -> Year:
    """The year `number` from its released quarters."""
    known = dict(released)
    quarters = tuple(Quarter(number, of_year) for of_year in range(1, QUARTERS + 1))
    figures = [known.get(quarter) for quarter in quarters]
    newest = next(one for one in reversed(figures) if one is not None)
    return Year(
        number=number,
        quarters=quarters,
        missing=tuple(quarter for quarter in quarters if quarter not in known),
        measures=tuple(
            (measure, _tables(measure, [_of(one, measure.key) for one in figures]))
            for measure in newest.measures
            if measure.key in ADDED
        ),
    )


def _of(figures: Figures | None, key: str) -> Measure | None:
    if figures is None:
        return None
    return next((one for one in figures.measures if one.key == key), None)


def _tables(newest: Measure, quarters: Sequence[Measure | None]) -> tuple[YearTable, ...]:
    return tuple(
        YearTable(table.title, _rows([_columns(one, table.key) for one in quarters]))
        for table in newest.tables
    )


def _columns(measure: Measure | None, key: str) -> dict[str, int] | None:
    """What a quarter shows of each column and of all together; None where it shows nothing at all."""
    table = next((one for one in measure.tables if one.key == key), None) if measure else None
    if table is None or table.shown.is_withheld:
        return None
    shown = table.shown
    columns = dict(zip(shown.columns, shown.column_totals, strict=True))
    return columns | {"Together": shown.total or 0}


def _rows(quarters: Sequence[dict[str, int] | None]) -> tuple[tuple[str, ...], ...]:
    names = list(dict.fromkeys(name for one in quarters if one for name in one))
    names = [*(name for name in names if name != "Together"), "Together"]
    return tuple((name, *_cells(name, quarters)) for name in names)


def _cells(name: str, quarters: Sequence[dict[str, int] | None]) -> list[str]:
    values = [None if one is None else one.get(name) for one in quarters]
    words = [
        HIDDEN if one is None else WITH_OTHERS if value is None else f"{value:,}"
        for one, value in zip(quarters, values, strict=True)
    ]
    whole = [value for value in values if value is not None]
    return [*words, f"{sum(whole):,}" if len(whole) == len(values) else HIDDEN]
