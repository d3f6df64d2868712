"""Sealing what a stranger typed: the key is the cookie of their task, and stands nowhere else."""

import base64
import hashlib
import json
import secrets

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

# Step by step, what was typed in each box.
type Typed = dict[str, dict[str, list[str]]]


def new_secret() -> str:
    """The value of a new cookie: 256 bits that nobody guesses."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """By which the row is found; it does not open it."""
    return hashlib.sha256(f"find:{secret}".encode()).hexdigest()


def seal(typed: Typed, secret: str) -> bytes:
    return _lock(secret).encrypt(json.dumps(typed).encode())


def unseal(body: bytes, secret: str) -> Typed | None:
    """What was typed; None where this is not the key."""
    try:
        opened: Typed = json.loads(_lock(secret).decrypt(body))
    except InvalidToken:
        return None
    return opened


def _lock(secret: str) -> Fernet:
    key = hashlib.sha256(f"open:{secret}:{settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
