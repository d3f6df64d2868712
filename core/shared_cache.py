"""A cache that all processes share: whoever may try five times may not try five times with each of them.

Limits of sign-in, of public forms, of programs and of calendar feeds are counted here, in one table of the
database (docs/adr/0035). It is written on a connection of its own and at once, so that an attempt counts
although the request that made it is refused and undone. What is counted is named by a keyed hash, since it may
be an address.
"""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

FOR_EVER = datetime.max.replace(tzinfo=UTC)

_of_this_thread = threading.local()


class SharedCache(BaseCache):
    """Django's cache in the table `shared_cache`. It keeps what can be written as JSON."""

    def __init__(self, _location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._ask(
            "SELECT value::text FROM shared_cache WHERE key = %s AND until > %s", key, version
        )
        return default if found is None else json.loads(found[0])

    def set(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._put("true", key, value, timeout, version)

    def add(
        self,
        key: str,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        return self._put("shared_cache.until <= %(now)s", key, value, timeout, version)

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        value = self.get(key, self, version)
        return value is not self and self._put("true", key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        asked = "DELETE FROM shared_cache WHERE key = %s AND until > %s RETURNING true"
        return self._ask(asked, key, version) is not None

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number, keeping its time: in one statement, so that none of many at once is lost."""
        asked = (
            "UPDATE shared_cache SET value = to_jsonb(value::text::bigint + %s)"
            " WHERE key = %s AND until > %s RETURNING value::text"
        )
        found = self._ask(asked, key, version, delta)
        if found is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(found[0])

    def clear(self) -> None:
        with _apart() as cursor:
            cursor.execute("DELETE FROM shared_cache")

    def forget_expired(self, *, now: datetime) -> None:
        """What is over is read by nobody: here it goes."""
        with _apart() as cursor:
            cursor.execute("DELETE FROM shared_cache WHERE until <= %s", [now])

    def _ask(self, sql: str, key: str, version: int | None, *first: Any) -> Any:
        with _apart() as cursor:
            cursor.execute(sql, [*first, self._named(key, version), timezone.now()])
            return cursor.fetchone()

    def _put(
        self, over: str, key: str, value: Any, timeout: float | None, version: int | None
    ) -> bool:
        """Write it; where something is there already, only if `over` holds for it. Whether it was."""
        ends = self.get_backend_timeout(timeout)
        with _apart() as cursor:
            cursor.execute(
                "INSERT INTO shared_cache (key, value, until) VALUES (%(key)s, %(value)s::jsonb, %(until)s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value, until = excluded.until"
                f" WHERE {over} RETURNING true",
                {
                    "key": self._named(key, version),
                    "value": json.dumps(value),
                    "until": FOR_EVER if ends is None else datetime.fromtimestamp(ends, UTC),
                    "now": timezone.now(),
                },
            )
            return cursor.fetchone() is not None

    def _named(self, key: str, version: int | None) -> str:
        whole = self.make_and_validate_key(key, version=version)
        return hmac.new(settings.SECRET_KEY.encode(), whole.encode(), hashlib.sha256).hexdigest()


@contextmanager
def _apart() -> Iterator[CursorWrapper]:
    """A connection beside that of the request, on which each statement stands by itself."""
    connection: BaseDatabaseWrapper | None = getattr(_of_this_thread, "connection", None)
    if connection is None:
        connection = _of_this_thread.connection = connections.create_connection("default")
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()
