"""Who reads figures and who releases them."""

from accounts.models import User


def reads_figures(user: User) -> bool:
    """Managers and the Data Protection Officer."""
    return user.has_perm("planning.read_figures")


def releases_figures(user: User) -> bool:
    """Make a quarter's figures final, and correct them."""
    return user.has_perm("planning.release_figures")


def reads_visits(user: User) -> bool:
    """Managers, the Data Protection Officer and the system administrator, who sees no client."""
    return user.has_perm("website.read_visits")
