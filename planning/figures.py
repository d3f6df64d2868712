"""The figures of a quarter as everybody may read them, and as they are kept: one object for every output."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from planning.measures import Measured
from planning.paid import Paid, PaidCounts, correct_paid, publish_paid, read_paid
from planning.protection import Shown, protect, protect_again
from planning.tables import Table, read_table


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure with its definition and its tables. `stands`: as first released, see `correct`."""

    key: str
    title: str
    says: str
    tables: tuple[Table, ...]
    stands: bool = False

    @property
    def is_withheld(self) -> bool:
        return self.tables[0].shown.is_withheld

    @property
    def total(self) -> int | None:
        return self.tables[0].shown.total


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one quarter."""

    threshold: int
    measures: tuple[Measure, ...]
    is_rounded: bool = False
    # What was counted for contracts, service by service.
    paid: tuple[Paid, ...] = field(default=())

    def rounded(self) -> "Figures":
        """The same figures, each to the nearest five by itself, so that they need not add up."""
        return replace(
            self,
            is_rounded=True,
            measures=tuple(
                replace(
                    measure,
                    tables=tuple(table.rounded() for table in measure.tables),
                )
                for measure in self.measures
            ),
        )

    def kept(self) -> dict[str, Any]:
        """As JSON: what `read` reads. It is never rounded: that is for whoever takes them out."""
        return {
            "threshold": self.threshold,
            "measures": [asdict(one) for one in self.measures],
            "paid": [asdict(one) for one in self.paid],
        }


def read(kept: dict[str, Any]) -> Figures:
    """The figures that were kept as JSON."""
    return Figures(
        kept["threshold"],
        tuple(
            Measure(
                **{
                    **measure,
                    "tables": tuple(map(read_table, measure["tables"])),
                }
            )
            for measure in kept["measures"]
        ),
        # Nothing in releases that were made before contracts were counted.
        paid=tuple(map(read_paid, kept.get("paid", ()))),
    )


def publish(
    measured: Sequence[Measured], *, threshold: int, paying: Sequence[PaidCounts] = ()
) -> Figures:
    """The first figures of a quarter."""
    measures = tuple(
        _measure(
            one,
            [
                protect(part.counts, lines=one.lines, columns=part.columns, threshold=threshold)
                for part in one.breakdowns
            ],
        )
        for one in measured
    )
    shown = {one.key: one.tables for one in measures}
    return Figures(
        threshold,
        measures,
        paid=tuple(publish_paid(one, shown=shown, threshold=threshold) for one in paying),
    )


def correct(
    measured: Sequence[Measured],
    *,
    earlier: Sequence[Figures],
    paying: Sequence[PaidCounts] = (),
) -> Figures:
    """Figures of the same quarter counted again; a measure that would give somebody away, or a
    question that is not asked any more, stands as it was.
    """
    threshold = earlier[0].threshold
    found = {one.definition.key: one for one in measured}
    measures = tuple(
        _again(found[newest.key], [_of(figures, newest.key) for figures in earlier], threshold)
        if newest.key in found
        else replace(newest, stands=True)
        for newest in earlier[-1].measures
    )
    # What a contract was counted is a part of a measure: where that stands, it stands as well.
    shown = {one.key: one.tables for one in measures if not one.stands}
    again = {one.service: one for one in paying}
    return Figures(
        threshold,
        measures,
        paid=tuple(
            correct_paid(
                again.get(newest.service),
                earlier=[figures.paid[place] for figures in earlier],
                shown=shown,
                threshold=threshold,
            )
            for place, newest in enumerate(earlier[-1].paid)
        ),
    )


def _again(measured: Measured, earlier: list[Measure], threshold: int) -> Measure:
    tables = []
    # What is counted by since then is not added: a version shows the same places as the first.
    known = {table.key for table in earlier[0].tables}
    parts = tuple(part for part in measured.breakdowns if part.key in known)
    measured = replace(measured, breakdowns=parts)
    for place, part in enumerate(parts):
        before = [measure.tables[place].shown for measure in earlier]
        table = protect_again(part.counts, earlier=before, threshold=threshold)
        if table is None:
            return replace(earlier[-1], stands=True)
        tables.append(table)
    return replace(_measure(measured, tables), says=earlier[0].says)


def _of(figures: Figures, key: str) -> Measure:
    return next(one for one in figures.measures if one.key == key)


def _measure(measured: Measured, shown: Sequence[Shown]) -> Measure:
    definition = measured.definition
    return Measure(
        key=definition.key,
        title=definition.title,
        says=definition.says,
        tables=tuple(
            Table(part.key, part.title, one, definition.lines_are)
            for part, one in zip(measured.breakdowns, shown, strict=True)
        ),
    )
