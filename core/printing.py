"""What every printed sheet says: that it is confidential, who printed it, and when (features.md P12)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Printed:
    """The words at the head and the foot of each sheet. Pages extend `print_base.html`."""

    by: Any
    reference: str
    at: datetime


def printed(by: Any, reference: str) -> Printed:
    """The sheet that `by` prints of the record `reference`, now."""
    return Printed(by=by, reference=reference, at=timezone.now())
