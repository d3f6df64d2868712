"""Turning away whoever tries addresses of calendar feeds that do not exist, before they fill the log.

It only keeps the log readable. The secret is guarded by its length.
"""

from django.core.cache import cache

MOST = 20  # wrong addresses from one visitor's address an hour
HOUR = 60 * 60  # seconds


def is_turned_away(address: str | None) -> bool:
    """Whether too many wrong feeds were asked for from this address."""
    return int(cache.get(_key(address), 0)) >= MOST


def count_wrong(address: str | None) -> None:
    """One more wrong feed was asked for from this address."""
    cache.add(_key(address), 0, HOUR)
    try:
        cache.incr(_key(address))
    except ValueError:
        # Forgotten between the two lines.
        cache.set(_key(address), 1, HOUR)


def _key(address: str | None) -> str:
    return f"wrong-feeds:{address}"
