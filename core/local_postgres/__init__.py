"""A private PostgreSQL for the demo and the tests, from programs already on the disk.

A newcomer installs no server and asks nobody for an account: `start("demo")` makes a cluster of their
own and starts it, `stop("demo")` stops it. It is the real database with its two real roles, so that a
rule which holds in the demo holds in production: the owner migrates, the application only runs.

Who can reach it. It has no network address at all, only a socket in a folder of ours, and on it `peer`
authentication: the kernel says which user of the machine is calling, and only the user who started the
cluster is let in, whatever the folder's rights say. PostgreSQL refuses to run as root, so for root
the server runs as `postgres`, or as `nobody` where there is no such user. Its data then belongs to that
user, while its rules (who may sign in, where it listens) stay in files that only root can change. Other
programs that run as `nobody` could read that data: it is invented families, never real ones.

Where it lies. Under /var/tmp, or PG_FOLDER if that is set; not in the home or the clone, because a
server under another name cannot enter a closed home, and a deep clone breaks the 107 bytes that a
socket's path may have. There is one folder for each user, clone and purpose.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from core.local_postgres.binaries import CLONE
from core.local_postgres.cluster import Cluster
from core.local_postgres.errors import CannotStart

__all__ = ["CannotStart", "Purpose", "cluster", "drop", "environment", "running", "start", "stop"]

type Purpose = Literal["demo", "test"]


def cluster(purpose: Purpose) -> Cluster:
    """The private server of this clone and this user for `purpose`; nothing is started or made."""
    parent = Path(os.environ.get("PG_FOLDER") or "/var/tmp")  # noqa: S108  # cluster.py checks whose the folder is
    clone = hashlib.sha256(os.fsencode(CLONE)).hexdigest()[:8]
    # A test's data is worth nothing after the test, so it does not wait for the disk.
    return Cluster(
        base=parent.absolute() / f"parenting2000-{os.geteuid()}-{clone}-{purpose}",
        lasting=purpose == "demo",
    )


def environment(purpose: Purpose) -> dict[str, str]:
    """DATABASE_URL and DATABASE_OWNER_URL of the private server, whether it runs or not."""
    return cluster(purpose).environment()


def start(purpose: Purpose) -> bool:
    """Start the private server, making it first if need be; False if it was running already.

    Raises CannotStart with a sentence for the person typing.
    """
    return cluster(purpose).start()


def stop(purpose: Purpose) -> bool:
    """Stop the private server, if it runs; its data stays. False if it was not running."""
    return cluster(purpose).stop()


def drop(purpose: Purpose) -> None:
    """Stop the private server and remove its data."""
    cluster(purpose).drop()


@contextmanager
def running(purpose: Purpose) -> Iterator[dict[str, str]]:
    """The server's environment while it runs; afterwards it is stopped, if it was started here and
    nobody else has come to use it.
    """
    started = start(purpose)
    try:
        yield environment(purpose)
    finally:
        if started and not cluster(purpose).is_busy():
            stop(purpose)
