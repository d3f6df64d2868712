"""What a funder is told of a contract: from one release, and nothing that the release does not show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from planning.models import Release
from planning.paid import Agreed, Paid, counts_for
from planning.protection import EVERYTHING, REST
from planning.tables import Table

NOT_SHOWN = "Not shown"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is counted: how many for the contract alone, with others as well, and how many were agreed.

    `is_least`: there are figures that are counted together, and some of them may be this contract's.
    """

    title: str
    agreed: int | None
    parts: tuple[tuple[str, int], ...]
    is_least: bool

    @property
    def number(self) -> int | None:
        """How many are shown; None where nothing is."""
        return sum(number for _, number in self.parts) if self.parts else None

    @property
    def counted(self) -> str:
        if self.number is None:
            return NOT_SHOWN
        return f"{self.number:,} or more" if self.is_least else f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class Report:
    """A contract in one release."""

    release: Release
    service: str
    agreed: Agreed
    lines: tuple[Line, ...]
    area: tuple[tuple[str, int], ...]
    threshold: int

    @property
    def runs(self) -> tuple[date, date]:
        return date.fromisoformat(self.agreed.starts_on), date.fromisoformat(self.agreed.ends_on)

    @property
    def released(self) -> date:
        return timezone.localdate(self.release.made)

    @property
    def districts(self) -> str:
        return ", ".join(self.agreed.districts) or "Wherever people live"

    @property
    def title(self) -> str:
        return f"{self.agreed.name}, {self.release.quarter}"


def report(release: Release, reference: str) -> Report | None:
    """What `release` shows of the contract; None where it was not counted there."""
    figures = release.figures
    for paid in figures.paid:
        agreed = next((one for one in paid.agreed if one.reference == reference), None)
        if agreed is not None:
            return Report(
                release=release,
                service=paid.service,
                agreed=agreed,
                lines=tuple(_line(table, paid, agreed) for table in paid.tables),
                area=_area(paid.areas, reference) if agreed.districts else (),
                threshold=figures.threshold,
            )
    return None


def _line(table: Table, paid: Paid, agreed: Agreed) -> Line:
    columns = dict(zip(table.shown.columns, table.shown.column_totals, strict=True))
    names = {one.reference: one.name for one in paid.agreed}
    return Line(
        title=table.title,
        agreed=getattr(agreed, table.key),
        parts=tuple(
            (_part(column, agreed.reference, names), number)
            for column, number in columns.items()
            if counts_for(column, agreed.reference)
        ),
        is_least=REST in columns,
    )


def _part(column: str, reference: str, names: dict[str, str]) -> str:
    others = [name for one, name in names.items() if one != reference and counts_for(column, one)]
    return f"also counted for {' and '.join(others)}" if others else "for this contract alone"


def _area(areas: Iterable[Table], reference: str) -> tuple[tuple[str, int], ...]:
    """Nothing where so few live elsewhere that all are counted together."""
    table = next(one for one in areas if one.key == reference)
    if table.shown.columns == (EVERYTHING,):
        return ()
    return tuple(zip(table.shown.columns, table.shown.column_totals, strict=True))
