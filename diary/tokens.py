"""The secret of a calendar feed: only its hash is ever kept."""

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as they stand in an address."""
    return secrets.token_urlsafe(32)


def hash_of_token(token: str) -> str:
    """What is kept of a secret. It is random and long, so that one round of hashing is enough.

    The database is asked for the hash, so that the time of the answer tells nothing of the secret.
    """
    return hashlib.sha256(token.encode()).hexdigest()
