"""Who is looking, for which purpose: what every door asks first."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from audit.purposes import Purpose
from core.addresses import address_of


@dataclass(frozen=True, slots=True)
class Look:
    """One request of one member of staff, and why."""

    # The signed-in user. The accounts layer lies above this one, hence no narrower type.
    by: Any
    purpose: Purpose = Purpose.SERVICE
    request: uuid.UUID | None = None
    address: str | None = None
    # After the entries of a page that only reads are written, nothing else may be.
    read_only: bool = False

    def for_purpose(self, purpose: Purpose) -> "Look":
        return replace(self, purpose=purpose)


def look_of(request: HttpRequest, purpose: Purpose = Purpose.SERVICE) -> Look:
    """The look that `request` is, made by whoever is signed in."""
    return Look(
        by=request.user,
        purpose=purpose,
        request=getattr(request, "identity", None),
        address=address_of(request),
        read_only=request.method in ("GET", "HEAD"),
    )
