"""Whose names are shown although they are restricted: nobody's, unless somebody has said why.

A person is named wherever a row names them, on some hundred pages, so the name itself asks. It asks
nothing of the database while nobody is restricted, and forgets when the block ends (docs/adr/0021).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Asked with the number of a restricted person; says whether they are named.
_named: ContextVar[Callable[[int], bool] | None] = ContextVar("named", default=None)


def named_in_full(number: int) -> bool:
    """Whether the restricted person `number` is named here."""
    ask = _named.get()
    return ask is not None and ask(number)


@contextmanager
def names_in_full(ask: Callable[[int], bool], *, alone: bool = False) -> Iterator[None]:
    """In this block, `ask` says which restricted people are named, besides those of blocks around it.

    `alone`: whoever looks makes no difference, as for a pack, which is the same for the worker that builds it and
    for the officer who releases it.
    """
    around = None if alone else _named.get()
    token = _named.set(lambda number: ask(number) or (around is not None and around(number)))
    try:
        yield
    finally:
        _named.reset(token)
