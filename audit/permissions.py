"""Who reads the log."""

from typing import Any


def can_read_log(user: Any) -> bool:
    """Read who looked at, or did, what: the Data Protection Officer."""
    return bool(user.has_perm("audit.read_log"))
