"""Where on the network a request came from, as our own proxies report it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The visitor's network address, or None where it cannot be known.

    `X-Forwarded-For` is read from the right: each of our own TRUSTED_PROXIES added one entry there.
    Whatever a visitor wrote further left is a claim, and never recorded.
    """
    claimed = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES:
            claimed = hops[-settings.TRUSTED_PROXIES]
    try:
        return str(ipaddress.ip_address(claimed))
    except ValueError:
        return None
