"""A private PostgreSQL of the test's own, in a place of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.local_postgres.cluster import Cluster


@contextmanager
def short_folder() -> Iterator[Path]:
    """A short path that another user could be let into, unlike pytest's own folders."""
    folder = Path(tempfile.mkdtemp(prefix="p2k-", dir="/var/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def base() -> Iterator[Path]:
    """Where a server of one test's own can lie; nothing is there yet."""
    with short_folder() as folder:
        yield folder / "server"


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that the tests of one module share."""
    with short_folder() as folder:
        yield folder


@pytest.fixture
def server(base: Path) -> Iterator[Cluster]:
    """A server that has not been started, and is gone after the test."""
    server = Cluster(base=base, lasting=False)
    yield server
    server.drop()
