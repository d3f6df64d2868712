"""What a spreadsheet is made of, whichever program opens it. Plain data."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.csv import guarded

type Cell = str | int

LONGEST_NAME = 31  # characters; Excel opens no file with a longer one
NOT_IN_A_NAME = re.compile(r"[\\/*?:\[\]\x00-\x1f]")
# XML can hold no other control characters, and no spreadsheet shows them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. A heading is in bold, so that somebody who looks finds it."""

    cells: Sequence[Cell] = ()
    is_heading: bool = False

    @property
    def printed(self) -> list[Cell]:
        """Its cells as they are written: numbers as numbers, words so that nothing runs."""
        return [
            one if isinstance(one, int) else UNPRINTABLE.sub("", guarded(one)) for one in self.cells
        ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a spreadsheet."""

    name: str
    rows: list[Row] = field(default_factory=list)


def named(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet]]:
    """Each sheet with a name that every program takes and no other sheet has."""
    taken: set[str] = set()
    for sheet in sheets:
        whole = NOT_IN_A_NAME.sub(" ", sheet.name).strip(" '") or "Sheet"
        name, number = whole[:LONGEST_NAME].rstrip(), 1
        while name.casefold() in taken:
            number += 1
            end = f" {number}"
            name = whole[: LONGEST_NAME - len(end)].rstrip() + end
        taken.add(name.casefold())
        yield name, sheet
