"""What each contract with a funder was counted, in figures that show nobody (features.md P43, N27).

Of one service, everybody and every case and contact is counted by which contracts count it: by one alone, by
several, or by none. So these figures are parts of a figure that everybody sees already, the service's own,
and taking them from it leaves nobody: what remains is a part as well, and no part is small. Where the
service's figure is not shown by itself, no part of it is.

No database and no clock here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planning.measures import ATTENDANCE, CASES, CONTACTS, PEOPLE
from planning.protection import WITHHELD, Shown, protect, protect_again
from planning.tables import Table, read_table

NO_CONTRACT = "No contract"
AND = " and "
AREA = ("In the area", "Outside it", "No postcode")

# What is counted, its name, and of which figure of its service it is a part: measure, place of the table, column.
KINDS = (
    ("people", "People", PEOPLE.key, None),
    ("families", "Families (cases)", CASES.key, None),
    ("contacts", "Contacts", CONTACTS.key, ATTENDANCE[0]),
)

type Counts = Mapping[str, int]
type Tables = Mapping[str, Sequence[Table]]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A contract as it was agreed when the figures were made."""

    reference: str
    name: str
    funder: str
    starts_on: str
    ends_on: str
    districts: tuple[str, ...]
    people: int | None
    families: int | None
    contacts: int | None


@dataclass(frozen=True, slots=True)
class PaidCounts:
    """Of one service, as it was counted: how many by which contracts, and where families live. Not for showing."""

    service: str
    agreed: tuple[Agreed, ...]
    counts: Mapping[str, Counts]
    areas: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class Paid:
    """Of one service, as everybody may read it. `areas` are of the families of each contract alone."""

    service: str
    agreed: tuple[Agreed, ...]
    tables: tuple[Table, ...]
    areas: tuple[Table, ...]


def by(contracts: Sequence[str]) -> str:
    """How the part is called that these contracts count, by their references."""
    return AND.join(sorted(contracts)) or NO_CONTRACT


def counts_for(column: str, contract: str) -> bool:
    """Whether a part is one that the contract with this reference counts."""
    return contract in column.split(AND)


def publish_paid(counted: PaidCounts, *, shown: Tables, threshold: int) -> Paid:
    """The first figures of a service's contracts, beside the tables of the measures they are parts of."""
    tables = tuple(
        Table(
            key, title, _part(counted, key, _whole(shown, counted.service, of, column), threshold)
        )
        for key, title, of, column in KINDS
    )
    families = tables[1]
    return Paid(
        counted.service,
        counted.agreed,
        tables,
        tuple(
            Table(
                one.reference,
                "Families of this contract alone, by where they live",
                _area(
                    counted.areas.get(one.reference, {}),
                    counted.service,
                    families.value(counted.service, one.reference),
                    threshold,
                ),
            )
            for one in counted.agreed
        ),
    )


def correct_paid(
    counted: PaidCounts | None, *, earlier: Sequence[Paid], shown: Tables, threshold: int
) -> Paid:
    """The same counted again; what would give somebody away stands as it was.

    `shown` has only the measures that were counted again as well: a part never tells more than its whole.
    """
    newest = earlier[-1]
    if counted is None:
        return newest
    tables = []
    for place, (key, _, of, column) in enumerate(KINDS):
        again = _again(
            counted.counts[key],
            counted.service,
            _whole(shown, counted.service, of, column),
            [one.tables[place].shown for one in earlier],
            threshold,
        )
        tables.append(replace(newest.tables[place], shown=again or newest.tables[place].shown))
    areas = []
    for place, table in enumerate(newest.areas):
        again = _again(
            counted.areas.get(table.key, {}),
            counted.service,
            tables[1].value(counted.service, table.key),
            [one.areas[place].shown for one in earlier],
            threshold,
        )
        areas.append(replace(table, shown=again or table.shown))
    now = {one.reference: one for one in counted.agreed}
    agreed = tuple(now.get(one.reference, one) for one in newest.agreed)
    return Paid(newest.service, agreed, tuple(tables), tuple(areas))


def read_paid(kept: Mapping[str, Any]) -> Paid:
    """What was kept as JSON."""
    return Paid(
        kept["service"],
        tuple(Agreed(**{**one, "districts": tuple(one["districts"])}) for one in kept["agreed"]),
        tuple(map(read_table, kept["tables"])),
        tuple(map(read_table, kept["areas"])),
    )


def _whole(shown: Tables, service: str, measure: str, column: str | None) -> int | None:
    """The figure of the service of which these are parts; None where it is not shown by itself."""
    for table in shown.get(measure, ()):
        if (value := table.value(service, column)) is not None:
            return value
    return None


def _part(counted: PaidCounts, key: str, whole: int | None, threshold: int) -> Shown:
    counts = counted.counts[key]
    if whole is None or sum(counts.values()) != whole:
        return WITHHELD
    return _line(counts, counted.service, sorted(counts, key=_first_the_contracts), threshold)


def _area(counts: Counts, line: str, whole: int | None, threshold: int) -> Shown:
    if whole is None or sum(counts.values()) != whole:
        return WITHHELD
    return _line(counts, line, AREA, threshold)


def _again(
    counts: Counts, line: str, whole: int | None, earlier: Sequence[Shown], threshold: int
) -> Shown | None:
    if whole is None or sum(counts.values()) != whole:
        return None
    return protect_again(_in_one_line(counts, line), earlier=earlier, threshold=threshold)


def _line(counts: Counts, line: str, columns: Sequence[str], threshold: int) -> Shown:
    return protect(_in_one_line(counts, line), lines=(line,), columns=columns, threshold=threshold)


def _in_one_line(counts: Counts, line: str) -> dict[tuple[str, str], int]:
    return {(line, column): number for column, number in counts.items()}


def _first_the_contracts(column: str) -> tuple[bool, int, str]:
    """One contract alone, then several, and last those that no contract counts."""
    return column == NO_CONTRACT, column.count(AND), column
