"""Tokens: the one that a request brings, one's own, and when each was last used."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.queries import undertaking_to_accept
from api.keys import hash_of
from api.models import Token
from api.permissions import can_make_token
from audit.door import NotNow, NotYours, Shown, show
from audit.looks import Look
from audit.models import Entry
from audit.purposes import Purpose
from audit.verbs import Verb


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in a list."""

    token: Token
    last_used: datetime | None
    standing: str

    @property
    def works(self) -> bool:
        return self.standing == ""


def token_of(key: str) -> Token | None:
    """The token with this key, whether it still works or not."""
    return Token.objects.select_related("owner").filter(key_hash=hash_of(key)).first()


def why_not(token: Token) -> str:
    """Why a token does not work, as a sentence; "" if it does."""
    owner = token.owner
    if token.revoked_at is not None:
        return "This token was taken back."
    if token.expires < timezone.localdate():
        return "This token has expired. Its owner can make a new one."
    if not owner.is_active or _was_suspended_since(token):
        return "The owner of this token was suspended, which ended it."
    if undertaking_to_accept(owner) is not None:
        return (
            "The owner of this token accepts the confidentiality undertaking first, by signing in."
        )
    return ""


def open_tokens(*, look: Look) -> list[TokenRow]:
    """One's own tokens; NotNow (403, logged) for a role that makes none."""
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    if not can_make_token(look.by):
        raise NotNow("Your role opens no records, so it needs no token.", look=look, record=Token)
    show(look, [])
    return [row_of(token) for token in _of(look.by)]


def open_token(prefix: str, *, look: Look) -> Token:
    """One of one's own; NotYours (404, logged) for anybody else's."""
    look = look.for_purpose(Purpose.ACCESS_CONTROL)
    token = _of(look.by).filter(prefix=prefix).first()
    if token is None:
        raise NotYours("You have no such token.", look=look, record=Token)
    show(look, [Shown(Verb.PROGRAM_READ, token)])
    return token


def row_of(token: Token) -> TokenRow:
    return TokenRow(token=token, last_used=last_used(token), standing=why_not(token))


def last_used(token: Token) -> datetime | None:
    """The latest entry in the log that this token left."""
    left = Entry.objects.filter(by_id=token.owner_id, by__endswith=named(token))
    return left.order_by("-pk").values_list("at", flat=True).first()


def named(token: Token) -> str:
    """How the log names the token, after the name of its owner."""
    return f" by token {token.prefix}"


def _of(user: User) -> QuerySet[Token]:
    return Token.objects.filter(owner=user).select_related("owner")


def _was_suspended_since(token: Token) -> bool:
    """Whether its owner was suspended after it was made: being let back in does not wake it up."""
    suspended = Entry.objects.filter(
        record=User._meta.label, record_id=token.owner_id, verb=Verb.USER_SUSPENDED
    )
    return suspended.filter(at__gt=token.made).exists()
