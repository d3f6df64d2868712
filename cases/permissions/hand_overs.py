"""Who hands a case to a colleague, and who reads what the next worker must know."""

from accounts.models import User
from cases.models import Case, HandOver
from cases.permissions.cases import may_allocate
from cases.permissions.entries import can_see_entries, may_write
from cases.workflow import CaseStatus


def may_hand_over(user: User, case: Case) -> bool:
    """Whether handing this case to a colleague is part of their work: its worker, or the manager."""
    works = case.allocations.filter(worker=user, until=None).exists()
    return may_allocate(user, case) or (works and may_write(user, case))


def can_hand_over(user: User, case: Case) -> bool:
    """Hand the case to a colleague: while it is open and somebody works on it, from whom it goes."""
    return (
        case.status == CaseStatus.OPEN
        and case.allocations.filter(until=None).exists()
        and may_hand_over(user, case)
    )


def can_read_hand_over(user: User, hand_over: HandOver) -> bool:
    """What the next worker must know is casework: whoever reads the entries of the case."""
    return can_see_entries(user)
