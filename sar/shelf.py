"""The shelf of a request: pages printed for its pack, kept so that none is printed twice (features.md P40)."""

import time
from types import TracebackType
from typing import Self

from django.core.files.storage import default_storage

from audit.actors import SYSTEM
from sar.actions.kept_pages import keep_pages
from sar.models import RightsRequest

# What is printed is put by this often: so much is printed again if the worker is killed.
SECONDS = 1


class PackShelf:
    """Gives what was printed before and keeps what is printed now, for the length of a `with`."""

    def __init__(self, request: RightsRequest) -> None:
        self._request = request
        self._files = dict(request.kept_pages.values_list("mark", "file"))
        self._waiting: dict[str, bytes] = {}
        self._kept_last = time.monotonic()
        self.used: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._put_by()

    def get(self, mark: str) -> bytes | None:
        """What was printed from the same; None if nothing was, or its file is gone."""
        self.used.add(mark)
        if mark in self._waiting:
            return self._waiting[mark]
        name = self._files.get(mark)
        if name is None or not default_storage.exists(name):
            return None
        with default_storage.open(name) as opened:
            content: bytes = opened.read()
        return content

    def put(self, mark: str, content: bytes) -> None:
        """Keep what was printed."""
        self.used.add(mark)
        self._waiting[mark] = content
        if time.monotonic() - self._kept_last > SECONDS:
            self._put_by()

    def _put_by(self) -> None:
        if self._waiting:
            keep_pages(request=self._request, pages=self._waiting, by=SYSTEM)
        self._waiting = {}
        self._kept_last = time.monotonic()
