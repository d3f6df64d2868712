"""How complaints and breaches move: plain data."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class ComplaintStatus(models.TextChoices):
    RECEIVED = "received", "Received"
    LOOKED_INTO = "looked_into", "Being looked into"
    CLOSED = "closed", "Closed"


class ComplaintMove(StrEnum):
    LOOK_INTO = "look into"
    CLOSE = "close"


COMPLAINT_MOVES = {
    ComplaintMove.LOOK_INTO: Move(
        sources=frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.LOOKED_INTO}),
        target=ComplaintStatus.LOOKED_INTO,
    ),
    # A compliment is passed on without an investigation.
    ComplaintMove.CLOSE: Move(
        sources=frozenset({ComplaintStatus.RECEIVED, ComplaintStatus.LOOKED_INTO}),
        target=ComplaintStatus.CLOSED,
    ),
}


class BreachStatus(models.TextChoices):
    REPORTED = "reported", "Reported"
    ASSESSED = "assessed", "Risk decided"
    CLOSED = "closed", "Closed"


class BreachMove(StrEnum):
    ASSESS = "assess"
    CLOSE = "close"


BREACH_MOVES = {
    BreachMove.ASSESS: Move(
        sources=frozenset({BreachStatus.REPORTED, BreachStatus.ASSESSED}),
        target=BreachStatus.ASSESSED,
    ),
    BreachMove.CLOSE: Move(sources=frozenset({BreachStatus.ASSESSED}), target=BreachStatus.CLOSED),
}
