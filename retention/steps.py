"""The steps of a destruction, in their order: between any two of them the process may be killed.

Each is told to the log of the program as it is reached, so that whoever reads it after a power cut knows how
far a run came. The test that kills a run for real goes through this very list (tests/retention/test_killed_and_raced.py):
a step that is added here is killed there too, and one that is never reached fails it.
"""

import logging
from enum import StrEnum

LOG = logging.getLogger(__name__)


class Step(StrEnum):
    """What has just been done. Up to `JOURNAL` nothing has happened yet for anybody else."""

    BEGUN = "the run is written down"
    ASKED = "everybody in it is held still, and everything was asked again"
    NOTED = "the log says what goes"
    FIGURES = "figures of what is made anonymous are counted"
    TAKEN = "the rows are taken away"
    SEARCHED = "everything is searched for what is left"
    JOURNAL = "the journal says what is still to be done outside"
    GONE = "the rows are gone for everybody"
    LEDGER = "the ledger outside says what must stay gone"
    FILE = "a file is removed"
    PROTECTIONS = "what protects those who stay is noted without them"
    EMPTIED = "the journal is emptied"
    TIDIED = "nothing is left to be done outside"
    FINISHED = "the run has its certificate"


STEPS = tuple(Step)


def reached(step: Step) -> None:
    """Say that `step` is done: no names, no numbers. A rehearsal, which is undone, goes through some as well."""
    LOG.debug("Destruction: %s.", step, extra={"step": step})
