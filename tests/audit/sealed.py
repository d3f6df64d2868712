"""Sealing beside other tests, whose transactions in the same server hold the horizon back."""

import time

from audit.models import Seal
from audit.sealing import seal
from audit.verification import verify

# A walk over every address is one transaction of some minutes, in another process of the tests.
PATIENCE = 900  # seconds


def seal_all() -> list[Seal]:
    """Seal until everything is; the seals made."""
    deadline = time.monotonic() + PATIENCE
    made = seal()
    while verify().not_sealed and time.monotonic() < deadline:
        time.sleep(0.1)
        made += seal()
    assert verify().not_sealed == 0
    return made
