"""Whoever an entry names: a member of staff, or the system doing what somebody asked of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol


class Actor(Protocol):
    """What the log needs to know of somebody: kept as text, so that it outlives the account."""

    @property
    def pk(self) -> int | None: ...

    @property
    def name_for_log(self) -> str: ...

    @property
    def roles_for_log(self) -> str: ...


@dataclass(frozen=True, slots=True)
class _System:
    """The software itself: a periodic job, a set-up command."""

    pk: int | None = None
    name_for_log: str = "system"
    roles_for_log: str = ""


SYSTEM: Actor = _System()


_because: ContextVar[str] = ContextVar("because", default="")


@contextmanager
def because(reason: str) -> Iterator[None]:
    """What the software does by itself within this follows from `reason`: a verb, or the timetable.

    Around every task of the worker and every command that acts by itself; also as a decorator.
    """
    before = _because.set(reason)
    try:
        yield
    finally:
        _because.reset(before)


def because_of(actor: Actor) -> str:
    """From which action it follows that `actor` does something; "" for people, who act themselves."""
    return _because.get() if actor.name_for_log == SYSTEM.name_for_log else ""


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who is not signed in, named by nothing."""

    pk: int | None = None
    name_for_log: str = "not signed in"
    roles_for_log: str = ""
