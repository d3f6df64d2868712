"""Who is looking, for which purpose: what every door asks first."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.http import HttpRequest

from audit.purposes import Purpose
from audit.verbs import Verb
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
    # Asked by the door before anything is shown, where the purpose is not known yet: gives the look with
    # its purpose, or says what must be answered first (`core.errors.AskFirst`).
    asks: Callable[["Look", Sequence["Shown"]], "Look"] | None = None

    def for_purpose(self, purpose: Purpose) -> "Look":
        return replace(self, purpose=purpose, asks=None)

    def asking(self, asks: Callable[["Look", Sequence["Shown"]], "Look"]) -> "Look":
        return replace(self, asks=asks)


@dataclass(frozen=True, slots=True)
class Shown:
    """One record on the page, and whom it is about."""

    verb: Verb
    record: models.Model | type[models.Model] | None
    people: Iterable[Any] = ()


def look_of(request: HttpRequest, purpose: Purpose = Purpose.SERVICE) -> Look:
    """The look that `request` is, made by whoever is signed in."""
    return Look(
        by=request.user,
        purpose=purpose,
        request=getattr(request, "identity", None),
        address=address_of(request),
        read_only=request.method in ("GET", "HEAD"),
    )
