"""The real worker in a process of its own, which a test may kill."""

import os
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from tests.sar.test_tasks import work


def wait_for(what, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def a_worker():
    """The real worker in a process of its own, before the test's database."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "procrastinate", "worker", "--queues=default"],
        env={
            **os.environ,
            "DATABASE_URL": _renamed(os.environ["DATABASE_URL"], connection.settings_dict["NAME"]),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _renamed(url, name):
    """The address with the test's database in it."""
    head, mark, options = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}{mark}{options}"


def given_up():
    """What the timetable does every two minutes: the job of a dead worker goes back to the queue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
        )
    app.configure_task("upkeep.take_up_lost_jobs", queue="upkeep").defer(timestamp=0)
    work(queue="upkeep")
