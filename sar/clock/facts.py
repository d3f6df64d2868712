"""What can happen to a rights request that moves its deadline."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from core.dates import plain
from core.errors import Refused

EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2100, 12, 31)


class Right(StrEnum):
    """What the person asks for: UK GDPR Art 15, 16, 17, 18, 21 and 20."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    PORTABILITY = "portability"


class Gate(StrEnum):
    """What has to come before the time starts, once it has been asked for (UK GDPR Art 12A(2))."""

    IDENTITY = "evidence of identity"
    AUTHORITY = "authority to act for the person"
    FEE = "the fee"


class Ground(StrEnum):
    """Why the law lets one month become three (UK GDPR Art 12A(3))."""

    COMPLEXITY = "complexity"
    NUMBER = "number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """When the request came, and what had to come before its time could start (UK GDPR Art 12A(2)).

    `identity` is given only if evidence was asked for on recorded, reasonable doubt ("known to the
    worker" is enough, and resets nothing); `authority` only if a third party was asked for it;
    `fee` only if one was lawfully asked. What was asked for and has not come is named in `awaited`.
    """

    received: date
    identity: date | None = None
    authority: date | None = None
    fee: date | None = None
    awaited: frozenset[Gate] = frozenset()
    # Days that were written down as the day of receipt and were wrong: said, and never counted from.
    mistaken: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if self.awaited & self.arrived.keys():
            raise ValueError("What has come is no longer awaited.")

    @property
    def arrived(self) -> dict[Gate, date]:
        """The evidence and the fee that came, and when."""
        gates = {Gate.IDENTITY: self.identity, Gate.AUTHORITY: self.authority, Gate.FEE: self.fee}
        return {gate: day for gate, day in gates.items() if day is not None}

    @property
    def on(self) -> date | None:
        """The day the time starts, or None while something asked for has not come."""
        return None if self.awaited else max([self.received, *self.arrived.values()])


@dataclass(frozen=True, slots=True)
class Pause:
    """Clarification asked for on one day and answered on another, or not yet (UK GDPR Art 12A(5)).

    Raises Refused when the answer is dated before the question.
    """

    asked: date
    answered: date | None = None

    def __post_init__(self) -> None:
        if self.answered is not None and self.answered < self.asked:
            raise Refused(
                f"The answer is dated {plain(self.answered)}, before the question of "
                f"{plain(self.asked)}. Correct one of the two dates."
            )


@dataclass(frozen=True, slots=True)
class Extension:
    """A notice of extension that was sent (UK GDPR Art 12A(3)); `check_extension` makes one."""

    notice_sent_on: date
    ground: Ground


@dataclass(frozen=True, slots=True)
class SupposedExtension:
    """An extension assumed for the sake of a sum: its notice is taken to be sent in time."""


def check_year(day: date) -> None:
    """Raise Refused for a day outside the years the clock knows, 2000 to 2100."""
    if isinstance(day, datetime):
        raise TypeError(f"{day!r} is a moment, not a day: take its local date first.")
    if not EARLIEST <= day <= LATEST:
        raise Refused(
            f"The clock knows the years {EARLIEST.year} to {LATEST.year}, and {plain(day)} is "
            f"outside them. Correct the date."
        )
