"""From which status to which a proposal may move: data, made true by core.workflow."""

from enum import StrEnum

from django.db import models

from core.workflow import Move


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", "Waiting for a second person"
    APPROVED = "approved", "Approved, waiting"
    RETURNED = "returned", "Not destroyed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DESTROYED = "destroyed", "Destroyed"


class ProposalMove(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    WITHDRAW = "withdraw"
    DESTROY = "destroy"


UNDONE = frozenset({ProposalStatus.PROPOSED, ProposalStatus.APPROVED})

PROPOSAL_MOVES: dict[ProposalMove, Move] = {
    ProposalMove.APPROVE: Move(frozenset({ProposalStatus.PROPOSED}), ProposalStatus.APPROVED),
    ProposalMove.RETURN: Move(UNDONE, ProposalStatus.RETURNED),
    ProposalMove.WITHDRAW: Move(UNDONE, ProposalStatus.WITHDRAWN),
    ProposalMove.DESTROY: Move(frozenset({ProposalStatus.APPROVED}), ProposalStatus.DESTROYED),
}
