"""Who says why they look, and who reads and reviews the looks of others."""

from accounts.models import User


def is_asked_why(user: User) -> bool:
    """Whether somebody says why they look, where no task explains it: whoever may open any record."""
    return user.has_perm("cases.open_any_record")


def can_read_looks(user: User) -> bool:
    return user.has_perm("cases.read_looks")


def can_review_looks(user: User) -> bool:
    """Say what odd looks were, of everybody but themselves."""
    return user.has_perm("cases.review_looks")
