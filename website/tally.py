"""Visits wait in memory for some seconds and are written down together, off the request's path."""

import atexit
import logging
from collections import Counter
from threading import Lock, Timer

from django.conf import settings
from django.db import DatabaseError, connection

from website.models import Visit
from website.writing import Hour, write_down

logger = logging.getLogger(__name__)

MOST_WAITING = 5_000  # pages; a database that is away for long loses visits and nothing else


class Tally:
    """What this process has seen since it last wrote."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._visits: list[Visit] = []
        self._forms: Counter[Hour] = Counter()
        self._timer: Timer | None = None

    def saw(self, visit: Visit) -> None:
        """A page was read."""
        with self._lock:
            if len(self._visits) < MOST_WAITING:
                self._visits.append(visit)
            self._see_to_writing()

    def counted(self, hour: Hour) -> None:
        """A page of a form was opened; nothing but the hour is known of it."""
        with self._lock:
            self._forms[hour] += 1
            self._see_to_writing()

    def write(self) -> None:
        """Write down what waits. What the database does not take is lost: a page matters more."""
        with self._lock:
            visits, self._visits = self._visits, []
            forms, self._forms = self._forms, Counter()
            self._timer = None
        if not (visits or forms):
            return
        try:
            # In no order: who came first within a minute is nobody's business.
            write_down(sorted(visits, key=lambda one: (one.page, one.network)), forms)
        except DatabaseError:
            logger.warning("%d visits of the public site could not be written.", len(visits))

    def _see_to_writing(self) -> None:
        if self._timer is None:
            self._timer = Timer(settings.VISITS["seconds"], self._write_apart)
            self._timer.daemon = True
            self._timer.start()

    def _write_apart(self) -> None:
        try:
            self.write()
        finally:
            connection.close()


tally = Tally()
atexit.register(tally.write)
