"""What keeping and destroying needs to remember."""

from retention.models.along import GoesAlong
from retention.models.anonymous import AnonymousGroup
from retention.models.hold import Hold, Stop
from retention.models.log_month import LogMonth
from retention.models.looked_at import LookedAt
from retention.models.paper import OfficerPaper
from retention.models.proposal import (
    Journal,
    OutsidePlace,
    OutsideSigned,
    Proposal,
    ProposalItem,
    Remainder,
    Run,
)
from retention.models.schedule import About, Category, Outcome, ScheduleRow
from retention.models.training import Training

__all__ = [
    "About",
    "AnonymousGroup",
    "Category",
    "GoesAlong",
    "Hold",
    "Journal",
    "LogMonth",
    "LookedAt",
    "OfficerPaper",
    "Outcome",
    "OutsidePlace",
    "OutsideSigned",
    "Proposal",
    "ProposalItem",
    "Remainder",
    "Run",
    "ScheduleRow",
    "Stop",
    "Training",
]
