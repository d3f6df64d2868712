"""How often one connection may send, remembered for minutes and as a hash, by all processes together."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

from core.addresses import address_of


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many within so many seconds."""

    name: str
    most: int
    seconds: int


def is_over(limit: Limit, request: HttpRequest | None = None) -> bool:
    """Count one more, of everybody or of the connection of `request`: whether it is one too many."""
    address = (address_of(request) or "") if request is not None else "everybody"
    key = f"limit-{limit.name}-{address}"
    if cache.add(key, 1, timeout=limit.seconds):
        return False
    try:
        return cache.incr(key) > limit.most
    except ValueError:
        # It ran out between the two lines.
        return False
