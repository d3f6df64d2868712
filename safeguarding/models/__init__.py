"""Concerns and allegations, each with everything that was done about it."""

from safeguarding.models.allegation import (
    Allegation,
    AllegationEntry,
    AllegationPerson,
    AllegationReport,
    Receiver,
)
from safeguarding.models.concern import (
    TO_REPORT,
    WITH_REVIEW,
    Choice,
    Concern,
    ConcernEntry,
    ConcernPerson,
    Report,
)
from safeguarding.models.statement import Harm, HowKnown

__all__ = [
    "TO_REPORT",
    "WITH_REVIEW",
    "Allegation",
    "AllegationEntry",
    "AllegationPerson",
    "AllegationReport",
    "Choice",
    "Concern",
    "ConcernEntry",
    "ConcernPerson",
    "Harm",
    "HowKnown",
    "Receiver",
    "Report",
]
