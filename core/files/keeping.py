"""Where files lie: outside every web address, under a random name, in step with the database.

A file is written before its row is committed, since a row without its file is a lie. If the transaction
is undone the file goes as well; a process that is killed in between leaves a file without a row, which
the nightly upkeep removes (`lost`).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import partial
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core.privacy import declarations

# A file younger than this may belong to a transaction that is still running.
SETTLED = timedelta(hours=24)

_kept: ContextVar[list[str] | None] = ContextVar("files kept so far", default=None)


@contextmanager
def stand_or_fall() -> Iterator[None]:
    """Files kept inside stay if the block ends well and are removed if it fails.

    Around a transaction, or inside a verb, whose refusal the view may answer without failing itself.
    """
    names: list[str] = []
    token = _kept.set(names)
    try:
        yield
    except BaseException:
        remove(names)
        raise
    finally:
        _kept.reset(token)
    around = _kept.get()
    if around is not None:
        around += names


def keep(content: File, *, folder: str) -> str:
    """Store `content` and return its name: nobody guesses it, and it tells nothing."""
    content.seek(0)
    name = default_storage.save(f"{folder}/{uuid4().hex}", content)
    names = _kept.get()
    if names is not None:
        names.append(name)
    return name


def remove(names: Iterable[str]) -> None:
    """Remove files; one that is gone already is no mistake."""
    for name in names:
        default_storage.delete(name)


def remove_after_commit(names: Iterable[str]) -> None:
    """Remove the files of rows that this transaction deletes, once it stands."""
    transaction.on_commit(partial(remove, [name for name in names if name]))


def lost(folders: Iterable[str]) -> Iterator[str]:
    """Files in `folders` that no row names, a day after they were written."""
    known: set[str] = set()
    for declared in declarations():
        for column in declared.files:
            known.update(declared.model._base_manager.values_list(column, flat=True))
    before = timezone.now() - SETTLED
    for folder in folders:
        if not default_storage.exists(folder):
            continue
        for name in sorted(default_storage.listdir(folder)[1]):
            path = f"{folder}/{name}"
            if path not in known and default_storage.get_modified_time(path) < before:
                yield path
