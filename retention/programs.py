"""PostgreSQL's own programs for backups: those of the server's version, since an older one refuses."""

import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path

from django.db import connection

from core.errors import Refused
from core.local_postgres import CannotStart
from core.local_postgres.binaries import find_binaries


@cache
def program(name: str) -> str:
    """Where `pg_dump` or `pg_restore` of the server's version is; Refused where this machine has none."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    beside: Path | None = None
    with suppress(CannotStart):
        beside = find_binaries(major=major).folder / name
    if beside is not None and beside.exists():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise Refused(
            f"{name} of PostgreSQL {major} is not on this machine. Install postgresql-client-{major}, or set "
            "PG_BIN to the folder of the server's programs."
        )
    return found
