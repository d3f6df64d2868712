"""One press for all these tests: starting a printer takes longer than most of what it prints."""

from collections.abc import Iterator

import pytest

from core.pdf.parts import Part
from core.pdf.press import Press
from tests.core.pdf.documents import CSS, notes


@pytest.fixture(scope="session")
def shared_press() -> Iterator[Press]:
    with Press(css=CSS, processes=2) as press:
        yield press


@pytest.fixture(scope="session")
def several(shared_press: Press) -> list[Part]:
    """Three chunks: a chapter, its continuation without a heading of its own, another chapter."""
    return shared_press.render(
        [
            notes("first"),
            notes("second", chapter="", rows=90),
            notes("third", chapter="Telephone calls", count=12),
        ]
    )
