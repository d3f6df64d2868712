"""What the measurements are to come to: each aim with the number it is about, and whether it was met.

Ratios of two things of the same run. On a machine on which others work a ratio on the clock comes out worse than it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """That a number of a measurement, found by these keys, is at least or at most so much."""

    words: str
    at: tuple[str, ...]
    least: float | None = None
    most: float | None = None

    def number(self, results: Mapping[str, Any]) -> float | None:
        """What was measured; None where it could not be, as without a browser."""
        found: Any = results
        for key in self.at:
            if not isinstance(found, Mapping) or key not in found:
                return None
            found = found[key]
        return float(found)

    def is_met(self, number: float) -> bool:
        """Whether `number` is as it should be."""
        above = self.least is None or number >= self.least
        return above and (self.most is None or number <= self.most)


RENDERING = "pack rendering"
REBUILT = "pack after the last decision"
WORKBENCH = "workbench of 5,000 items"

AIMS = (
    Aim("chunks: times faster than one document", (RENDERING, "1000", "times_faster"), least=2.4),
    Aim("chunks: share of its memory", (RENDERING, "1000", "memory_share"), most=0.4),
    Aim(
        "1,000 pages: times as long as 200",
        (RENDERING, "1000", "times_longer_than_fewest"),
        most=5.5,
    ),
    Aim("rebuilt: times faster, printed", (REBUILT, "rebuild_times_faster"), least=10),
    Aim(
        "rebuilt: times faster, looked through", (REBUILT, "with_leak_check_times_faster"), least=10
    ),
    Aim("rebuilt: share of what Chromium takes", (REBUILT, "share_of_chromium"), most=1),
    *(
        Aim(f"{page}: questions more of 5,000 items", (WORKBENCH, page, "questions_more"), most=0)
        for page in ("items", "undecided", "one item", "everybody named")
    ),
    Aim(
        "destruction: share of the rows of plain DELETEs",
        ("keeping and destroying", "destruction", "share_of_plain_deletes"),
        least=0.33,
    ),
)


def missed(results: Mapping[str, Any]) -> list[str]:
    """Print each aim with what was measured; the words of those that were missed."""
    not_met = []
    for aim, words in _said(results):
        print(words)
        number = aim.number(results)
        if number is not None and not aim.is_met(number):
            not_met.append(aim.words)
    return not_met


def _said(results: Mapping[str, Any]) -> Iterator[tuple[Aim, str]]:
    for aim in AIMS:
        wanted = f"at least {aim.least:g}" if aim.least is not None else f"at most {aim.most:g}"
        number = aim.number(results)
        if number is None:
            yield aim, f"{aim.words:<50} not measured ({wanted})"
        else:
            standing = "met" if aim.is_met(number) else "MISSED"
            yield aim, f"{aim.words:<50} {number:>8.2f} ({wanted}): {standing}"
