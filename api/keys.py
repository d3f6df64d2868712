"""Making a key and recognising it again. The key itself is kept nowhere."""

import hashlib
import secrets

BEGINNING = "p2k"
PREFIX_LENGTH = 12


def new_key() -> str:
    """256 bits by chance, with a beginning that a search for leaked keys recognises."""
    return f"{BEGINNING}_{secrets.token_urlsafe(32)}"


def hash_of(key: str) -> str:
    """SHA-256: enough where what is hashed cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def prefix_of(key: str) -> str:
    return key[:PREFIX_LENGTH]
