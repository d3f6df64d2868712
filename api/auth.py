"""Who a program acts for: its token says. A session of the pages is not accepted."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.errors import AuthenticationError, Throttled
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from api.keys import prefix_of
from api.models import Token
from api.queries import named, token_of, why_not
from api.scopes import Scope
from audit.actors import Stranger
from audit.door import NotNow
from audit.log import record
from audit.looks import look_of
from audit.purposes import Purpose
from audit.verbs import Action, Verb
from core.limits import Limit, is_over


class OfOneToken(SimpleRateThrottle):
    """So many requests a minute with one token."""

    scope = "api"

    def get_rate(self) -> str:
        return str(settings.API["rate"])

    def get_cache_key(self, request: HttpRequest) -> str:
        return f"api-{request.auth.pk}"  # type: ignore[attr-defined]  # ninja puts it there


class Bearer(HttpBearer):
    """`Authorization: Bearer …`. From here on the request is its owner's, and the log says by which token."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.needed = scope

    def __call__(self, request: HttpRequest) -> Token:
        header = request.headers.get("Authorization", "")
        kind, _, key = header.partition(" ")
        if kind.lower() != "bearer" or not key:
            raise AuthenticationError(message=UNKNOWN)
        return self.authenticate(request, key.strip())

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = token_of(token)
        if found is None:
            _write_down(request, token)
            raise AuthenticationError(message=UNKNOWN)
        owner = found.owner
        owner.through = named(found)
        request.user = owner
        look = look_of(request, Purpose.ACCESS_CONTROL)
        if reason := why_not(found):
            raise NotNow(reason, look=look, record=found)
        if self.needed not in found.scopes:
            raise NotNow(
                f"This token is not for that: it lacks the scope “{self.needed.value}”.",
                look=look,
                record=found,
            )
        return found


def _write_down(request: HttpRequest, key: str) -> None:
    """A key that no token has, by its beginning; Throttled, and no entry, once one connection guesses on."""
    if is_over(GUESSED, request):
        raise Throttled(wait=GUESSED.seconds)
    record(
        Verb.KEY_REFUSED,
        by=Stranger(),
        action=Action.ACCESS,
        record=Token,
        look=look_of(request, Purpose.ACCESS_CONTROL),
        values={"key begins": prefix_of(key)},
    )


# A program whose token has ended asks on until somebody looks after it.
GUESSED = Limit("keys", most=100, seconds=600)
UNKNOWN = (
    "Send a token that works: Authorization: Bearer and the key. Make one under “Your tokens”."
)


def throttled(wait: Any) -> str:
    return f"Too many requests. Try again in {int(wait or 60)} seconds."


__all__ = ["Bearer", "OfOneToken", "Throttled", "throttled"]
