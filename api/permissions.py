"""Who may make and take back tokens. What a program may do is what its owner may do, and less."""

from accounts.models import User
from api.models import Token


def can_make_token(user: User) -> bool:
    """Whoever opens records in the pages; the system administrator opens none."""
    return user.has_perm("cases.open_basics")


def can_revoke(user: User, token: Token) -> bool:
    """Its owner, and the system administrator, while it is not taken back."""
    theirs = token.owner_id == user.pk or user.has_perm("api.revoke_tokens")
    return theirs and token.revoked_at is None
