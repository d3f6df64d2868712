"""Who writes letters, and who writes what they are made from."""

from accounts.models import User
from cases.permissions import can_write_in, may_write
from letters.models import Letter
from letters.workflow import DispatchStatus

__all__ = ["can_manage_templates", "can_write_in", "may_handle", "may_write"]

_S = DispatchStatus


def can_manage_templates(user: User) -> bool:
    """The manager of a service and the Data Protection Officer."""
    return user.has_perm("letters.manage_templates")


def may_handle(user: User, letter: Letter) -> bool:
    """Whether posting, trying again and giving up a letter is part of their work."""
    return may_write(user, letter.case)
