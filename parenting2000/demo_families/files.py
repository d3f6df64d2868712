"""Reading the files in which the demo is told."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

# In the order in which they get their numbers.
FAMILIES = (
    "marsden",
    "al_khatib",
    "okafor_brennan",
    "wisniewska",
    "lydiate",
    "evans",
    "moss",
    "sixsmith",
    "thistlewood",
    "doran",
    "ashcroft",
)


def told_charity() -> dict[str, Any]:
    return _read(FOLDER / "charity.toml")


def told_questions() -> dict[str, Any]:
    """The sets of questions, by the keys that the families' files name them by."""
    return _read(FOLDER / "questions.toml")


def told_families() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each family by its name and as its file tells it."""
    for name in FAMILIES:
        yield name, _read(FOLDER / "families" / f"{name}.toml")


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
