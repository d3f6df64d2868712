"""Tokens of programs, with the key that a test sends."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from api.keys import hash_of, new_key, prefix_of
from api.models import Token
from api.scopes import Scope
from tests.factories.base import note


def a_token(owner: User, *scopes: Scope, expires: date | None = None, **fields: Any) -> str:
    """The key of a token of `owner`, good for everything unless `scopes` say less."""
    key = new_key()
    with transaction.atomic():
        note()
        Token.objects.create(
            owner=owner,
            name="A spreadsheet",
            scopes=list(scopes or Scope),
            prefix=prefix_of(key),
            key_hash=hash_of(key),
            expires=expires or timezone.localdate() + timedelta(days=30),
            **fields,
        )
    return key
