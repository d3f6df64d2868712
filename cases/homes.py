"""Where staff live, as a mark that can be compared and not read (docs/adr/0042)."""

import hashlib
import hmac

from django.conf import settings

from cases.normal import house_key

# So that a mark is of use for this comparison alone, and equals nothing else made from the same key.
PURPOSE = b"home of a colleague:"


def mark_of(lines: str, postcode: str) -> str:
    """The mark of a house, made with the key of today; "" where the address does not say which house."""
    return _marked(house_key(lines, postcode), settings.SECRET_KEY)


def marks_of(lines: str, postcode: str) -> frozenset[str]:
    """Every mark that the house may have been given: with the key of today and with those before it."""
    house = house_key(lines, postcode)
    keys: tuple[str, ...] = (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))
    return frozenset(_marked(house, key) for key in keys) - {""}


def _marked(house: str, key: str) -> str:
    if not house:
        return ""
    return hmac.new(PURPOSE + key.encode(), house.encode(), hashlib.sha256).hexdigest()
