"""Whoever an entry names: a member of staff, or the system doing what somebody asked of it."""

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


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who is not signed in, named by nothing."""

    pk: int | None = None
    name_for_log: str = "not signed in"
    roles_for_log: str = ""
